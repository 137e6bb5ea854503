"""A report says when its files are a known example; for work of one's own that costs next to nothing."""

import time
from dataclasses import replace
from io import StringIO

import pytest
from desks import OWN, REFERENCE, desk_of, submit
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from grader import catalog
from grader.certify import syntax
from grader.certify.glance import may_equal, names_in_code
from grader.certify.syntax import example_of, known_example
from grader.model import Submission
from grader.pipeline import known_example_of
from grader.render import sample
from grader.render.html import author_page, learner_page
from grader.render.json import as_json
from grader.render.terminal import author_summary, learner_summary
from grader.settings import resource

ROOTS = [resource("assignments")]
DISGUISED = "# all mine\n" + REFERENCE.replace('"""', "'''").replace("\n", "\n\n").replace("Return", "Give")


def examples_of(slug):
    return {one.name: one.files for one in catalog.examples(slug, ROOTS)}


def marked(content, slug="sorting-searching", name="solution.py"):
    return known_example({name: content}, examples_of(slug), catalog.load(slug, ROOTS).starter)


@pytest.mark.parametrize("slug", catalog.slugs(ROOTS))
def test_each_example_is_known_and_so_is_it_in_another_layout(slug):
    for name, files in examples_of(slug).items():
        starter, examples = catalog.load(slug, ROOTS).starter, examples_of(slug)
        assert known_example(files, examples, starter) == example_of(files, examples) == name
        if all(one.endswith(".py") for one in files):
            other = {one: b"# mine\n" + content.replace(b"\n", b"\n\n") for one, content in files.items()}
            assert known_example(other, examples, starter) == example_of(other, examples)


def test_of_work_of_ones_own_no_child_is_asked(monkeypatch):
    """Also of what is not finished, does not parse, or has an example's text in a comment."""

    def asked(_sets):
        raise AssertionError("a child was asked")

    monkeypatch.setattr(syntax, "syntax_digests", asked)
    for own in (OWN, "def merge_sort(", "def mine(): pass", OWN.replace("lambda", "lambda own_name, ") + "\n# left"):
        assert marked(own.encode()) == ""
    starter = catalog.load("orders-cleaning", ROOTS).starter["cleaning.ipynb"]
    assert marked(starter + b"\n", "orders-cleaning", "cleaning.ipynb") == ""


def test_a_glance_costs_microseconds():
    """Processor time, of what no example of the largest pack can be; 0.4 ms were measured."""
    examples, starter, own = examples_of("sorting-searching"), {}, {"solution.py": OWN.encode() * 4}
    known_example(own, examples, starter)
    began = time.process_time()
    for _ in range(100):
        names_in_code.cache_clear()
        known_example(own, examples, starter)
    assert (time.process_time() - began) / 100 < 0.05


@pytest.mark.parametrize("content", [
    b'"' * 100_000, b"'''" * 100_000, b"#" * 1_000_000, b'"\\' * 500_000, b"a" * 1_000_000, b"0x" * 500_000,
    b"(" * 1_000_000, b'"""' + b'""\\' * 300_000,
], ids=range(8))  # fmt: skip
def test_a_glance_at_hostile_bytes_ends_soon(content):
    began = time.process_time()
    names_in_code(content)
    assert time.process_time() - began < 5


STRINGS = st.sampled_from(
    ['"a b"', "'it'", '"""x "" y"""', r"'\''", r'"\\"', "f'{z}'", 'rb"q"', "'''#'''", "1e5", "0x_f"]
)


@given(st.lists(st.one_of(STRINGS.map(lambda text: (text, None)), st.sampled_from("abcd").map(lambda n: (n, n)),
                          st.just(("# d e f\n", None))), max_size=12))  # fmt: skip
def test_names_are_those_outside_of_texts_comments_and_numbers(parts):
    content = " + ".join(text for text, _ in parts).encode()
    given_names = {b"f", b"rb"}
    assert set(names_in_code(content)) - given_names == {name.encode() for _, name in parts if name}


@pytest.mark.parametrize("hidden", [
    "# -*- coding: utf-7 -*-\nx = 1", "ｍerge = 1", "# vim: set fileencoding=utf-16 :\n"
])  # fmt: skip
def test_what_may_hide_names_is_left_to_the_child(hidden):
    assert may_equal({"solution.py": hidden.encode()}, {"solution.py": b"other = 2"}, {})


# --- the mark in a report ---------------------------------------------------------------------------------------------


def printed(summary, report):
    out = StringIO()
    summary(report, Console(file=out, width=100))
    return out.getvalue()


def test_the_mark_stands_in_every_form_of_both_views_and_in_no_other_report():
    author, learner = sample.author_report(), sample.learner_report()
    known = replace(author, circumstances=replace(author.circumstances, known_example="cheat-memorised"))
    theirs = replace(learner, known_example=True)
    for shown, other, mark in (
        (author_page(known), author_page(author), "examples/cheat-memorised"),
        (printed(author_summary, known), printed(author_summary, author), "examples/cheat-memorised"),
        (learner_page(theirs), learner_page(learner), "Known example"),
        (printed(learner_summary, theirs), printed(learner_summary, learner), "Known example"),
        (as_json(known), as_json(author), '"known_example": "cheat-memorised"'),
        (as_json(theirs), as_json(learner), '"known_example": true'),
    ):
        assert mark in shown
        assert mark not in other
        assert "cheat-memorised" not in (learner_page(theirs) + printed(learner_summary, theirs) + as_json(theirs))


def test_a_copy_is_graded_as_any_other_and_marked_in_what_is_kept(known, office, sandbox, tmp_path):
    desk = desk_of(known, office.store)
    copy, own = (submit(desk, sandbox, tmp_path / "work", source) for source in (DISGUISED, OWN))
    assert copy.report.passed
    assert copy.report.score == own.report.score
    assert (copy.report.circumstances.known_example, own.report.circumstances.known_example) == ("reference", "")
    assert "Known example" in copy.page
    kept = office.store.learner_report(copy.report.circumstances.attempt)
    assert kept.known_example is True
    assert not own.learner.known_example


def test_where_the_pack_is_in_no_folder_here_nothing_is_marked_and_nothing_breaks(known, office, tmp_path):
    pack = catalog.load("sorting-searching", ROOTS)
    (tmp_path / "none").mkdir()
    desk = desk_of(replace(known, assignments=(tmp_path / "none",)), office.store)
    submission = Submission(files={"solution.py": REFERENCE.encode()}, digest="")
    assert known_example_of(desk, pack, submission) == ""
    assert known_example_of(desk_of(known, office.store), pack, submission) == "reference"
