"""Facts about something written: only what a reader sees counts, and each rule finds what it is for."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import catalog
from grader.checks import document
from grader.model import Document, Word
from grader.proctor.inside import document as reading
from grader.settings import resource

PACK = catalog.load("readme-quality", [resource("assignments")])
FORM = PACK.rubric.checks["form"]
PUBLIC = {f"data/{name}": content for name, content in PACK.data.items()}


def facts(text, folder="project", **more):
    files = {"a.md": text.encode(), **dict.fromkeys(more.pop("files", ()), b"")}
    return reading.facts({**PUBLIC, **files}, "a.md", folder)


def unmet(example):
    """The rules that an example of the pack does not keep."""
    (one,) = [one for one in catalog.examples("readme-quality", [resource("assignments")]) if one.name == example]
    found = reading.facts({**PUBLIC, **one.files}, FORM.file, FORM.links)
    verdict = document.judge("form", FORM, found)
    return [item.sentence.split()[0:4] for item in verdict.items if item.outcome.word is not Word.PASSED]


WORDS = ["Says", "at", "least", "120"]
WRONG = {
    "reference": [],
    "wrong-no-usage": [["Has", "a", "heading", "for"]],
    "wrong-dead-links": [["Every", "link", "is", "well"]],
    "wrong-wall-of-text": [["No", "paragraph", "has", "more"]],
    "wrong-example-does-not-parse": [["Every", "code", "block", "in"]],
    "cheat-comment": [WORDS],
    "cheat-zero-width": [WORDS],
    "cheat-hidden-element": [WORDS],
    "cheat-says-it-often": [WORDS],
    "cheat-definitions": [WORDS],
}


@pytest.mark.parametrize("example", WRONG)
def test_each_example_breaks_the_rule_that_it_is_named_for_and_no_other(example):
    assert unmet(example) == WRONG[example]


SEEN = [
    ("one two three", 3),
    ("# A heading is none\n\none two", 2),
    ("A heading\n=========\n\none", 1),
    ("one\n\n```python\nx = 1  # two three\n```\n\ntwo", 2),
    ("one\n\n~~~\ntwo\n```\nthree\n~~~\n\nfour", 2),
    ("one `code and more` two", 5),
    ("[one two](https://example.org/three-four) five", 3),
    ("![one](a.png) two", 2),
    ("<!-- one\n\ntwo --> three", 1),
    ("<!-- never closed\n\none two", 0),
    ("<div>\none two\n</div>\n\nthree", 1),
    ("one <b>two</b> three", 3),
    ("one <span style='color:white'>two three</span> four", 2),
    ("one <p hidden>two three", 1),
    ("[a]: https://example.org 'one two three'\n\nfour", 1),
    ("one\n\none\n\none", 1),
    ("o\u200bn\u200be t\u2060wo", 2),
    ("\u200b \u200b \u200b", 0),
    ("\u202eone two", 2),
    ("\U000e0041\U000e0042 one", 1),
    ("it's a well-known e.g.", 4),
    ("1.5 is 3/2", 4),
    ("größer 東京", 2),
    ("one\r\ntwo\rthree", 3),
    ("---\n\n***\n\n- - -", 0),
]


@pytest.mark.parametrize(("text", "words"), SEEN)
def test_words_are_what_a_reader_sees(text, words):
    assert facts(text)["words"] == words


LINKS = [
    ("[a](LICENSE)", 0),
    ("[a](docs/letters.md)", 0),
    ("[a](docs/)", 0),
    ("[a](./docs/../LICENSE)", 0),
    ("[a](<docs/letters.md>)", 0),
    ("[a](docs%2Fletters.md#accents)", 0),
    ("[a](https://example.org)", 0),
    ("[a](mailto:a@example.org)", 0),
    ("# One two\n\n[a](#one-two)", 0),
    ("[a](#nowhere)", 1),
    ("[a](docs/nothing.md)", 1),
    ("[a](../../etc/passwd)", 1),
    ("[a](/etc/passwd)", 1),
    ("[a](javascript:alert(1))", 1),
    ("[a](file:///etc/passwd)", 1),
    ("[a](https://)", 1),
    ("[a](http://[bad)", 1),
    ("[a]()", 1),
    ("![a](missing.png)", 1),
    ("[a]\n\n[a]: nowhere.md", 1),
    ("`[a](nowhere.md)`", 0),
    ("```\n[a](nowhere.md)\n```", 0),
]


@pytest.mark.parametrize(("text", "dead"), LINKS)
def test_a_link_leads_somewhere_or_is_told(text, dead):
    assert facts(text)["dead"] == dead


def test_code_blocks_are_parsed_by_their_language_and_others_are_left_alone():
    good = "```python\nx = 1\n```\n\n```json\n{}\n```\n\n```toml\na = 1\n```\n\n```sh\nif (\n```\n\n```\n(\n```\n"
    assert (facts(good)["blocks"], facts(good)["broken"]) == (3, 0)
    bad = "```py\nx = (\n```\n\n```json\n{'a'}\n```\n\n```toml\na =\n```\n"
    assert (facts(bad)["blocks"], facts(bad)["broken"]) == (3, 3)


MESSAGES = [
    ("Fix it\n\nBecause.\n", True),
    ("Fix it\n", True),
    ("x" * 72 + "\n", True),
    ("x" * 73 + "\n", False),
    ("Fix it\nBecause.\n", False),
    ("\n\nFix it\n", False),
]


@pytest.mark.parametrize(("text", "kept"), MESSAGES)
def test_the_first_line_of_a_message(text, kept):
    check = Document(kind="document", file="a.md", max_first_line=72)
    assert (document.judge("message", check, facts(text)).outcome.word is Word.PASSED) is kept


def test_what_is_not_there_has_failed():
    assert reading.facts({}, "a.md", ".") is None
    verdict = document.judge("form", FORM, None)
    assert (verdict.outcome.word, verdict.earned) == (Word.FAILED, 0)


@given(text=st.text(st.sampled_from("ab `[]()<>!#-=~\n\u200b\\&;:'\"/{}")))
def test_whatever_is_written_can_be_read(text):
    found = reading._gather({"a.md": text.encode()}, "a.md", ".")
    assert 0 <= found["longest"] <= found["words"]
    assert 0 <= found["dead"] <= found["links"]


ENDLESS = [
    "<a hidden" * 5_000,
    "[" * 20_000,
    "[a](" * 10_000,
    "[a](" + "(" * 20_000,
    "`" * 20_001,
    "<!--" * 10_000,
    "`a" * 10_000,
    "<b" + " hidden" * 10_000,
]


@pytest.mark.parametrize("text", ENDLESS, ids=[text[:9] for text in ENDLESS])
def test_what_keeps_a_reader_busy_ends(text):
    """Promises an end, within the child's limits: facts, or none."""
    started = time.monotonic()
    facts(text)
    assert time.monotonic() - started < 30


def test_the_reader_knows_no_file_of_the_host():
    assert Path("/etc/hostname").exists()
    assert facts("[a](/etc/hostname)")["dead"] == 1
