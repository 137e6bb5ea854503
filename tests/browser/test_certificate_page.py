"""A certificate as a page for people, in a real Chromium; opened as somebody would open it, from a disk."""

from dataclasses import replace

import pytest
from claims import digest
from looks import code_in
from school import AT, School

from grader.credential import issue
from grader.credential.claim import DEMO, Issuer, identified
from grader.render.html import certificate_page
from grader.render.site import page_url

pytestmark = pytest.mark.browser

MARKUP = "<script>document.title='owned'</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    return School(tmp_path_factory.mktemp("school"))


@pytest.fixture
def opened(browser, school, tmp_path):
    """Open the page of a claim; at the end it has asked for nothing and complained of nothing."""
    contexts, heard = [], []

    def open_page(claim, *, width=1000, scheme="light"):
        url = page_url("https://school.example/badges", claim.id)
        path = tmp_path / "certificate.html"
        path.write_text(certificate_page(issue(claim, school.key, created=AT), url=url), encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: request.url == path.as_uri() or heard.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert heard == []


def test_it_says_what_is_signed_where_to_check_it_and_that_it_proves_nothing(opened, school):
    page = opened(school.claim())
    text = page.inner_text("body")
    for words in ("Text classification", "“Can do”, level 2 of 3", "Ada Lovelace", "20 November 2026", "44 / 50"):
        assert words in text
    for words in ("proves nothing by itself", "who wrote the code".capitalize(), digest("report")):
        assert words in text
    assert page.get_attribute(".code a", "href") == f"https://school.example/badges/verify.html#{school.claim().id}"
    assert page.locator(".loud").count() == 0


def test_a_demonstration_says_so_first(opened, school):
    claim = school.claim()
    demo = replace(
        claim, issuer=Issuer(did=school.did, name=DEMO), evidence=replace(claim.evidence, known_example=True)
    )
    page = opened(demo)
    assert page.inner_text("header").strip().startswith("DEMO: issued for demonstration")
    assert [text.split(":")[0] for text in page.locator(".loud").all_inner_texts()] == ["DEMO", "KNOWN EXAMPLE"]


def test_what_means_harm_is_only_text(opened, school):
    claim = school.claim(learner=identified(MARKUP, "x", "userName", bytes(16)), course=MARKUP * 10)
    page = opened(replace(claim, skill=replace(claim.skill, name=MARKUP)), width=360)
    assert page.title() != "owned"
    assert page.locator("script, img").count() == 0
    assert MARKUP in page.inner_text("h1")
    wide, fits = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= fits


def test_the_code_can_be_read_from_the_screen(opened, school):
    """By a reader that is not ours (jsQR), from the pixels of the dark page, black on white there too."""
    page = opened(school.claim(), scheme="dark")
    assert code_in(page, page.locator(".code svg").screenshot()) == page.get_attribute(".code a", "href")
