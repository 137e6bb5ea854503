"""Every page, in a real Chromium, under axe-core: on a phone and on a desktop, in light and in the dark.

Each page is opened once and looked at in four ways. None may have a fault by somebody else's rules on what everybody
can use (axe-core: WCAG 2.2 A and AA, best practice), a text that is hard to read, or a line that leaves the screen.
"""

import pytest
from every_page import PAGES, REPORTS, Office, go_to, read_for, sources
from looks import complaints, hard_to_read

from grader.render import html, sample

pytestmark = pytest.mark.browser

SIZES = {"phone": (360, 740), "desktop": (1280, 900)}
SCHEMES = ("light", "dark")
PAPER = {REPORTS / "templates/certificate.typ"}
"""What no page is made from: Typst's, whose PDF no browser lays out."""


def look(page, size, scheme):
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    return page


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def tab(browser):
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module", params=PAGES)
def page(request, tab, office):
    """A page, opened; at the end it has complained of nothing and asked for nothing but itself."""
    visit, heard = PAGES[request.param](office), []

    def asked(asking):
        if asking.url.partition("#")[0] != visit.path.as_uri():
            heard.append(asking.url)

    listeners = {
        "console": lambda message: heard.append(message.text),
        "pageerror": lambda error: heard.append(str(error)),
        "request": asked,
    }
    for event, listener in listeners.items():
        tab.on(event, listener)
    tab.goto("about:blank")  # a page that differs by its fragment only would not be loaded anew
    heard.clear()
    go_to(tab, visit)
    yield tab
    for event, listener in listeners.items():
        tab.remove_listener(event, listener)
    assert heard == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES)
def test_everybody_can_use_it(page, size, scheme):
    look(page, size, scheme)
    assert complaints(page) == []
    assert hard_to_read(page) == []
    wide, fits = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= fits


# --- nothing is left out ----------------------------------------------------------------------------------------------


def test_every_template_is_one_that_a_page_here_is_made_from(tmp_path):
    """A new template, style or script below `reports/` has to be on a page that axe-core looks at."""
    assert set(sources()) - read_for(PAGES, tmp_path) == PAPER


def test_a_template_that_no_page_is_made_from_is_noticed(tmp_path):
    """Without the certificate's pages the rule misses its template, and finds those of the reports."""
    missed = set(sources()) - read_for([name for name in PAGES if "certificate" not in name], tmp_path)
    assert missed - PAPER == {REPORTS / "templates/certificate.html.j2"}


def test_pages_come_from_templates_only():
    """No code writes a page of its own, past the templates; the only page of a site is the one that checks."""
    package = REPORTS.parent / "grader"
    assert [path for path in package.rglob("*.py") if "<html" in path.read_text("utf-8").lower()] == []
    assert [path for path in sources() if "<html" in path.read_text("utf-8").lower()] == [
        REPORTS / "templates/page.html.j2",
        REPORTS / "verify/verify.html",
    ]


def test_a_site_has_one_page(office):
    assert list(office.site.parent.rglob("*.htm*")) == [office.site]


# --- axe-core finds what is wrong, in the look that it is wrong in ----------------------------------------------------

MAKE_WRONG = """
() => {
    const sheet = new CSSStyleSheet();
    document.adoptedStyleSheets.push(sheet);
    sheet.replaceSync(`
        @media (prefers-color-scheme: dark) { .distance { color: #14171c } }
        @media (max-width: 620px) { .next h3 { color: #999 } }
    `);
    const put = (place, name) => document.querySelector(place).append(document.createElement(name));
    put("main", "img");
    put("main", "input");
    document.querySelector(".next").append(Object.assign(document.createElement("h6"), {innerText: "too deep"}));
}
"""


def test_a_fault_is_found_where_it_is(browser, office):
    """A good page made wrong: in all four looks, in the dark only, and on a phone in light only."""
    context = browser.new_context()
    tab = context.new_page()
    go_to(tab, office.page(html.learner_page(sample.learner_report())))
    tab.evaluate(MAKE_WRONG)
    for size in SIZES:
        for scheme in SCHEMES:
            told = complaints(look(tab, size, scheme))
            assert {"image-alt", "label", "heading-order"} <= {rule for rule, _ in told}
            pale = {element.split()[0] for rule, element in told if rule == "color-contrast"}
            dark, phone = scheme == "dark", size == "phone"
            assert pale == ({"<p"} if dark else set()) | ({"<h3>Next"} if phone and not dark else set())
    context.close()
