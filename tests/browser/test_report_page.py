"""The report pages in a real Chromium: what only a browser can say about them, beside `test_every_page.py`.

Each page is opened as a learner would open the file: from disk, with nothing else. The nasty one is meant to break out,
to overflow, or to turn lines around.
"""

from itertools import pairwise

import nasty
import pytest
from looks import hard_to_read

from grader.render import html, sample

pytestmark = pytest.mark.browser

PAGES = {
    "learner": lambda: html.learner_page(sample.learner_report()),
    "author": lambda: html.author_page(sample.author_report()),
    "nasty": lambda: html.learner_page(nasty.learner_report()),
    "nasty-author": lambda: html.author_page(nasty.author_report()),
}
SIZES = [(1280, 900), (620, 800), (360, 740)]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for name, make in PAGES.items():
        (folder / f"{name}.html").write_text(make(), encoding="utf-8")
    return folder


@pytest.fixture
def opened(browser, files):
    """Open pages, and fail at the end if one of them asked for anything or complained of anything."""
    contexts, heard = [], []

    def open_page(name, *, size=(1280, 900), scheme="light"):
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        address = (files / f"{name}.html").as_uri()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("dialog", lambda dialog: heard.append(f"dialog {dialog.message}"))
        page.on("request", lambda request: request.url == address or heard.append(f"asked for {request.url}"))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert heard == []


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
@pytest.mark.parametrize("name", PAGES)
def test_fits_its_screen(opened, name, size):
    page = opened(name, size=size)
    wide, fits = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= fits
    outside = page.evaluate(
        """(width) => [...document.querySelectorAll("main *, header *, footer *")]
            .filter((element) => !element.closest(".unseen, svg, thead"))
            .filter((element) => {
                const box = element.getBoundingClientRect();
                return box.width > 0 && (box.left < -0.5 || box.right > width + 0.5);
            })
            .map((element) => element.outerHTML.slice(0, 80))""",
        fits,
    )
    assert outside == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pass_part_and_fail_are_words_in_colours_of_their_own(opened, scheme):
    page = opened("nasty", scheme=scheme)
    seen = {}
    for tone, word in {"pass": "passed", "part": "in part", "fail": "failed", "wait": "waiting"}.items():
        element = page.locator(f".word.{tone}", has_text=word).first
        assert element.is_visible()
        seen[tone] = element.evaluate("(element) => getComputedStyle(element).color")
    assert len(set(seen.values())) == len(seen)


def test_the_dark_page_is_dark(opened):
    grounds = {
        scheme: opened("learner", scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert grounds == {"light": "rgb(255, 255, 255)", "dark": "rgb(14, 17, 22)"}


@pytest.mark.parametrize("name", PAGES)
def test_the_first_tab_is_the_skip_link_and_leads_to_the_result(opened, name):
    page = opened(name)
    skip = page.locator(".skip")
    assert skip.bounding_box()["y"] < 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_paper_has_no_navigation_and_is_white(opened):
    page = opened("learner", scheme="dark")
    assert page.locator("nav").is_visible()
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert not page.locator(".skip").is_visible()
    assert page.locator("h1").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert hard_to_read(page) == []


def test_paper_keeps_the_authors_warning(opened):
    page = opened("author")
    page.emulate_media(media="print")
    assert page.locator(".banner").is_visible()


@pytest.mark.parametrize("name", ["nasty", "nasty-author"])
def test_what_means_harm_is_only_text(opened, name):
    page = opened(name)
    assert page.title() != "owned"
    assert page.locator("script, img, iframe").count() == 0
    assert page.locator("style").count() == 1
    assert page.locator("body").is_visible()
    assert "<script>document.title='owned'</script>" in page.inner_text("main")


def test_the_policy_holds_even_when_markup_slips_through(browser, files):
    """The last net: the page as it would be if escaping had failed."""
    broken = (files / "learner.html").read_text("utf-8").replace("</main>", f"{nasty.SCRIPT}{nasty.STYLE}--></main>")
    path = files / "broken.html"
    path.write_text(broken, encoding="utf-8")
    context = browser.new_context()
    page = context.new_page()
    answered, refused = [], []
    page.on("requestfinished", lambda request: answered.append(request.url))
    page.on("requestfailed", lambda request: refused.append(request.failure))
    page.goto(path.as_uri())
    assert page.title().startswith("Spam detector")
    assert page.locator("h1").is_visible()
    assert answered == [path.as_uri()]
    assert refused == ["csp"]
    context.close()


def test_the_page_is_read_in_order(opened):
    """What a screen reader meets: the answer before everything else, headings without a gap."""
    page = opened("learner")
    headings = page.eval_on_selector_all("h1, h2, h3", "found => found.map((each) => [each.tagName, each.innerText])")
    assert [text for _, text in headings[:3]] == ["Spam detector", "✓ Passed", "Next step worth up to 10 points"]
    levels = [int(tag[1]) for tag, _ in headings]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    text = page.inner_text("body")
    for sooner, later in [("Passed", "What was asked"), ("F1", "points start"), ("What it used", "For whoever")]:
        assert text.index(sooner) < text.index(later)


def test_labels_stand_over_their_marks(opened):
    """The figure's label stays on the page and above its circle, at every width."""
    for size in SIZES:
        page = opened("learner", size=size)
        label = page.locator(".value span").first.bounding_box()
        mark = page.locator(".here").first.bounding_box()
        middle = mark["x"] + mark["width"] / 2
        assert label["x"] <= middle <= label["x"] + label["width"]
