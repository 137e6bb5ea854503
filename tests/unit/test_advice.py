"""`grader check` warns of what Python lets pass without asking."""

from __future__ import annotations

import pytest

from grader.catalog.advice import advice


def said(line: str) -> tuple[str, ...]:
    return advice({"tests/test_a.py": f"def test_a(submission, box):\n    out = submission.f()\n    {line}\n".encode()})


@pytest.mark.parametrize(
    "line",
    [
        "assert out is not None",
        "assert submission.f(1) is None",
        "assert type(out) == list",
        "assert callable(submission.g)",
        "assert id(out.x) != 3",
        "assert box.call('f').value is out",
    ],
)
def test_silent_questions_are_warned_of(line):
    """With file and line."""
    (sentence,) = said(line)
    assert sentence.startswith("hidden/tests/test_a.py, line 3:")


@pytest.mark.parametrize(
    "line",
    [
        "assert out == []",
        "assert box.call('f', []).same_as_arg is None",
        "x = None\n    assert x is None",
        "assert len(out) == 2",
    ],
)
def test_honest_questions_are_not(line):
    """A warning that cries wolf is not read."""
    assert said(line) == ()


def test_source_that_is_no_python_is_left_to_pytest():
    """The proctor tells the author of it."""
    assert advice({"tests/test_a.py": b"def (", "data.csv": b"\xff"}) == ()
