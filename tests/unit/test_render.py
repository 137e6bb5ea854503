"""What pages and terminal let out, and what they never do."""

import base64
import hashlib
import html as entities
import io
import json
import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser

import pytest
from rich.console import Console

from grader import canonical
from grader.model import Word
from grader.render import drawing, html, sample, terminal, words
from grader.render.json import as_json
from grader.render.text import printable, prose

SCRIPT = "<script>alert('1')</script>"
HARM = f"{SCRIPT}\x1b[2J\x00\u202eback\ud800[red]:smile:[/red]"
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class Outline(HTMLParser):
    """Names of a page's elements and attributes, as a browser would read them."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]


def harmed_learner_report():
    honest = sample.learner_report()
    tests = honest.criteria[1].checks[0]
    items = tuple(replace(item, sentence=HARM, hint=HARM) for item in tests.items)
    style = honest.criteria[2].checks[0]
    functions = tuple(replace(row, name=HARM) for row in style.functions)
    figure = replace(honest.criteria[0].checks[0].figure, title=HARM)
    checks = (replace(tests, items=items, notes=(HARM,)), replace(style, functions=functions, figure=figure))
    criteria = (replace(honest.criteria[0], title=HARM, checks=checks),)
    return replace(
        honest, title=HARM, skill=HARM, learner=HARM, received_at=HARM, next_step=HARM, repeated=HARM, criteria=criteria
    )


def harmed_author_report():
    honest = sample.author_report()
    tests = honest.verdicts[1]
    items = tuple(replace(item, id=HARM, detail=HARM, sentence=HARM, hint=HARM) for item in tests.items)
    about = replace(honest.circumstances, printed={tests.check: HARM}, sandbox=HARM, learner=HARM)
    return replace(honest, title=HARM, verdicts=(replace(tests, items=items, notes=(HARM,)),), circumstances=about)


PAGES = {
    "learner": lambda: html.learner_page(sample.learner_report()),
    "author": lambda: html.author_page(sample.author_report()),
    "harmed learner": lambda: html.learner_page(harmed_learner_report()),
    "harmed author": lambda: html.author_page(harmed_author_report()),
}


@pytest.fixture(params=PAGES, scope="module")
def page(request):
    return PAGES[request.param]()


def in_a_pipe(summary, report):
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    summary(report, Console(file=out, width=80))
    out.seek(0)
    return out.read()


class TestPrintable:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("plain ✓ ü 日本", "plain ✓ ü 日本"),
            ("\x1b[31m", "⟨U+001B⟩[31m"),
            ("a\nb\tc", "a b c"),
            ("a\r\nb\rc", "a b⟨U+000D⟩c"),
            ("\x7f\x9b", "⟨U+007F⟩⟨U+009B⟩"),
            ("\u202eback", "⟨U+202E⟩back"),
            ("zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩"),
            ("line\u2028end", "line⟨U+2028⟩end"),
            ("क्\u200dष", "क्\u200dष"),
            ("half \ud800", "half \ufffd"),
            ("\ufffe", "\ufffd"),
            ("e" + "\u0301" * 40, "e" + "\u0301" * 4 + "\ufffd"),
        ],
    )
    def test_shows_what_would_act(self, text, shown):
        assert printable(text) == shown

    def test_keeps_lines_when_asked(self):
        assert printable("a\n\tb\x00", lines=True) == "a\n\tb⟨U+0000⟩"

    @pytest.mark.parametrize("limit", [1, 5, 20])
    def test_is_never_longer_than_its_limit_and_says_so(self, limit):
        shown = printable("\u202e" * 30, limit)
        assert len(shown) <= limit
        assert shown.endswith("…")

    def test_twice_is_once(self):
        assert printable(printable(HARM)) == printable(HARM)

    def test_every_character_there_is_can_be_printed(self):
        every = "".join(map(chr, range(0x110000)))
        shown = "".join(printable(every[start : start + 500], 10_000) for start in range(0, len(every), 500))
        assert not ACTING.search(shown)
        shown.encode("utf-8")

    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("call `f` now", [(False, "call "), (True, "f"), (False, " now")]),
            ("half `open", [(False, "half `open")]),
            ("`a` and `b", [(True, "a"), (False, " and `b")]),
            ("", []),
        ],
    )
    def test_prose_knows_code(self, text, parts):
        assert prose(text) == parts


class TestPages:
    def test_hostile_text_never_becomes_markup(self, page):
        outline = Outline(page)
        assert not {"script", "img", "iframe", "link", "object", "form", "base"} & set(outline.tags)
        assert not [name for name in outline.attributes if name == "style" or name.startswith("on")]
        assert SCRIPT not in page

    def test_no_character_that_acts(self, page):
        assert not ACTING.search(page)
        page.encode("utf-8")

    def test_loads_nothing(self, page):
        assert not re.search(r"https?:|//[a-z]|url\(|@import", page)

    def test_the_policy_names_the_hash_of_the_style(self, page):
        policy = entities.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])
        style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"

    def test_has_one_h1_a_language_landmarks_and_headers(self, page):
        tags = Outline(page).tags
        assert [tags.count(tag) for tag in ("h1", "main", "nav", "footer", "title")] == [1] * 5
        assert page.startswith('<!doctype html>\n<html lang="en">')
        assert page.count("<th ") == page.count("<th scope=") > 0
        assert tags.count("caption") == tags.count("table")

    def test_nothing_is_left_open(self, page):
        for tag in ("div", "section", "article", "li", "ul", "p", "span", "table", "tr", "td", "svg", "code"):
            assert len(re.findall(rf"<{tag}[\s>]", page)) == page.count(f"</{tag}>"), tag

    def test_ids_and_details_are_the_authors_alone(self):
        learner = html.learner_page(sample.learner_report())
        author = html.author_page(sample.author_report())
        secrets = [part for item in sample.ITEMS for part in (item.id, *item.detail.splitlines()) if part]
        secrets += ["vocabulary: 8713 words", "weight 1", "610 ms"]
        for secret in secrets:
            assert secret not in learner
            assert secret in entities.unescape(author)

    def test_the_authors_page_says_whose_it_is(self):
        mark = "Author's view: do not give to learners"
        assert mark in html.author_page(sample.author_report())
        assert mark not in html.learner_page(sample.learner_report())

    def test_an_example_says_that_it_is_no_attempt(self):
        sentence = "An example, graded under the published secret: not an attempt."
        report = sample.learner_report()
        assert sentence not in html.learner_page(report)
        assert sentence in html.learner_page(replace(report, published_secret=True, attempt=""))

    @pytest.mark.parametrize("word", list(Word))
    def test_every_outcome_has_a_word(self, word):
        report = sample.learner_report()
        tests = report.criteria[1].checks[0]
        items = (replace(tests.items[0], outcome=word.value, passed=word is Word.PASSED),)
        criterion = replace(report.criteria[1], checks=(replace(tests, items=items, outcome=word.value),))
        shown = html.learner_page(replace(report, criteria=(criterion,)))
        assert f">{words.MARKS[word].word}</span>" in shown
        assert set(words.MARKS) == set(Word)

    def test_a_limit_is_named_and_a_needed_check_is_not(self):
        assert words.mark_of("OVER_LIMIT(output)").word == "over the output limit"
        assert words.mark_of("SKIPPED(secret_check)").word == "not tried"
        assert words.mark_of("RAISED", "KeyError").word == "raised KeyError"
        assert words.mark_of("RAISED", "other").word == "raised an error"

    def test_the_same_report_is_the_same_page(self, page):
        assert page in [make() for make in PAGES.values()]


class TestWords:
    @pytest.mark.parametrize(
        ("points", "text"),
        [
            (Fraction(84), "84"),
            (Fraction(250, 3), "83.33"),
            (Fraction(1, 2), "0.5"),
            (Fraction(0), "0"),
            (Fraction(1, 999), "less than 0.01"),
            (Fraction(100), "100"),
        ],
    )
    def test_points(self, points, text):
        assert words.points_text(points) == text

    @pytest.mark.parametrize(
        ("earned", "passed", "provisional", "said"),
        [
            (84, True, False, "✓ Passed, 24 points above the pass mark of 60"),
            (60, True, False, "✓ Passed, exactly the pass mark of 60"),
            (59, False, False, "✕ Not passed yet, 1 point below the pass mark of 60"),
            (70, False, True, "… Not final yet, 70 of 100 points so far; the pass mark is 60"),
        ],
    )
    def test_headline(self, earned, passed, provisional, said):
        score = replace(sample.SCORE, earned=Fraction(earned))
        headline = words.headline(score, passed=passed, provisional=provisional)
        assert f"{headline.mark.symbol} {headline.mark.word}, {headline.distance}" == said

    def test_moments(self):
        assert words.when("2026-11-23T15:02:11+01:00") == "23 November 2026, 14:02 UTC"
        assert words.when("2026-11-23T14:02:11Z") == "23 November 2026, 14:02 UTC"
        assert words.when("yesterday") == "yesterday"


class TestDrawing:
    figure = sample.learner_report().criteria[0].checks[0].figure

    @pytest.mark.parametrize("lower_is_better", [False, True])
    def test_better_is_never_further_left(self, lower_is_better):
        starts, full = ("0.900", "0.960") if not lower_is_better else ("0.960", "0.900")
        figure = replace(self.figure, starts=starts, full=full, lower_is_better=lower_is_better)
        texts = [f"0.{thousandths:03d}" for thousandths in range(800, 1000)]
        places = [drawing.line(replace(figure, value=text)).value for text in texts]
        assert places == sorted(places, reverse=lower_is_better)
        assert all(0 <= place <= 100 for place in places)

    @pytest.mark.parametrize(
        ("value", "place"), [("0.899", 29), ("0.900", 30), ("0.930", 54), ("0.959", 77), ("0.960", 78)]
    )
    def test_a_miss_by_a_hair_is_not_drawn_on_the_corner(self, value, place):
        assert drawing.line(replace(self.figure, value=value)).value == place

    def test_one_step_and_bands(self):
        step = drawing.line(replace(self.figure, full="0.900"))
        assert step.start == step.full == drawing.STEP
        band = drawing.line(replace(self.figure, value=""))
        assert (band.value, band.band, band.band_from, band.band_to) == (None, 54, 30, 78)
        nothing = drawing.line(replace(self.figure, value="", band="no figure"))
        assert (nothing.value, nothing.band) == (None, None)

    def test_a_ring_stays_a_ring(self):
        score = replace(sample.SCORE, earned=Fraction(120))
        assert drawing.ring(score) == drawing.Ring(share="100.0", angle="216.0")
        assert drawing.percent(Fraction(1), Fraction(0)) == "0.0"


class TestTerminal:
    def test_a_learner_reads(self):
        assert in_a_pipe(terminal.learner_summary, sample.learner_report()) == GOLDEN

    def test_an_author_reads_ids_and_details_too(self):
        said = in_a_pipe(terminal.author_summary, sample.author_report())
        assert said.startswith("Author's view: do not give to learners\n")
        assert "✕ failed  test_interface.py::test_alone_and_in_a_crowd\n        assert [1, 0, 0] == [1, 1, 0]\n" in said

    @pytest.mark.parametrize("colour", [False, True])
    def test_nothing_steers_the_terminal_and_nothing_is_markup(self, colour):
        out = io.StringIO()
        console = Console(file=out, width=70, force_terminal=colour, color_system="truecolor" if colour else None)
        terminal.learner_summary(harmed_learner_report(), console)
        terminal.author_summary(harmed_author_report(), console)
        ours = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())
        assert not ACTING.search(ours)
        assert "[red]:smile:[/red]" in ours.replace("\n", "").replace(" ", "")

    def test_an_ascii_terminal_can_be_written_to(self):
        out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        terminal.learner_summary(harmed_learner_report(), Console(file=out, width=80))
        out.flush()


def test_json_is_what_is_hashed_with_indentation():
    report = sample.author_report()
    text = as_json(report)
    assert json.loads(text) == canonical.plain(report)
    assert canonical.digest(json.loads(text)) == canonical.digest(report)


GOLDEN = """\
Spam detector
attempt 3
received 23 November 2026, 14:02 UTC

✓ Passed: 85 of 100 points
  25 points above the pass mark of 60
  Next step: Your predictions change when messages arrive one at a time. Fit the vectoriser once, in `fit`. (worth up to 10 points)

Finds spam it has never seen
  ██████████████████░░  45 / 50  – part of the points
    F1 0.954
    points start 0.900, all points 0.960, a naive answer 0.340, the reference 0.951 to 0.968

Behaves like a library function should
  █████████████░░░░░░░  20 / 30  – part of the points
    ✓ passed  Returns one label for each message, in order.
    ✓ passed  Accepts an empty list.
    ✕ failed  Gives a message the same label alone and in a crowd.
        Ask yourself: what does your `predict` learn from the messages it is asked about? It should learn nothing.

Readable
  ████████████████████  20 / 20  ✓ all points
    ✓ complexity 3 of 10  predict
    ✓ complexity 6 of 10  clean

processor time: less than a quarter of its limit
memory: a quarter to a half of its limit
The same findings, on another host, on 24 November 2026.
attempt  k7d2-m9qx
findings sha256:cb341373b3f24e4b0a7661d06ce3833d22b2e4c36814e2e5b6eeddd121592585
"""  # noqa: E501 -- as a learner sees it in a pipe
