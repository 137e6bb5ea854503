"""Two files are the same program whatever their comments, layout and docstrings; what cannot be parsed is told."""

import json
import time

import pytest

from grader.certify import syntax
from grader.certify.syntax import example_of, syntax_digests

PROGRAM = b'def f(x):\n    """Doubles."""\n    return x * 2\n'


def digest(content, name="solution.py"):
    (found,) = syntax_digests([{name: content}])
    return found


def notebook(*cells):
    return json.dumps({"cells": [{"cell_type": kind, "source": source} for kind, source in cells]}).encode()


@pytest.mark.parametrize(
    "same",
    [
        b"def f(x): return x * 2",
        b'"""Of mine."""\n\ndef f(x):\n    # why not\n    return (x *\n            2)\n',
        b"# -*- coding: latin-1 -*-\ndef f(x):\n\n\n    return x*2",
    ],
)
def test_the_same_program_in_another_layout_is_the_same(same):
    assert digest(same) == digest(PROGRAM) != ""


@pytest.mark.parametrize("other", [b"def f(x): return x * 3", b"def f(y): return y * 2", b"def g(x): return x*2", b""])
def test_another_program_is_another(other):
    assert digest(other) != digest(PROGRAM)


def test_a_notebook_is_its_code_cells():
    own = notebook(
        ("code", ["def f(x):\n", "    return x * 2"]), ("markdown", "# mine"), ("code", "%pip install x\n!ls")
    )
    other = notebook(("markdown", "other"), ("code", "%%bash\nrm"), ("code", "def f(x):\n    'doc'\n    return x*2"))
    assert digest(own, "a.ipynb") == digest(other, "a.ipynb") != ""
    assert digest(notebook(("code", "x = 1")), "a.ipynb") != digest(own, "a.ipynb")


def test_what_is_neither_is_compared_byte_by_byte():
    assert digest(b"int x;", "a.cpp") == digest(b"int x;", "a.cpp") != digest(b"int  x;", "a.cpp")


HOSTILE = {
    "no Python": b"def (",
    "nested": b"(" * 100_000,
    "unary": b"x = " + b"-" * 300_000 + b"1",
    "null": b"x = '\0'",
    "not text": b"\xff\xfe",
    "digits": b"x = " + b"9" * 100_000,
    "chained": b"x = " + b"a." * 300_000 + b"b",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_parsed_is_told_and_costs_little(name):
    started = time.monotonic()
    assert digest(HOSTILE[name]) == ""
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"cells": 1}', b'{"cells": [1]}', b"[" * 100_000])
def test_what_is_no_notebook_is_told(content):
    assert digest(content, "a.ipynb") == ""


def test_one_that_cannot_be_parsed_does_not_spoil_the_others():
    assert [bool(one) for one in syntax_digests([{"a.py": b"x"}, {"a.py": b"("}, {"a.py": b"y"}])] == [
        True,
        False,
        True,
    ]


def test_an_example_is_known_by_the_files_that_were_handed_in():
    examples = {"wrong": {"solution.py": b"x = 1"}, "reference": {"solution.py": PROGRAM, "notes.md": b"beside"}}
    assert example_of({"solution.py": b"def f(x): return x * 2"}, examples) == "reference"
    assert example_of({"solution.py": b"x = 2"}, examples) == ""
    assert example_of({"solution.py": b"("}, examples) is None
    assert example_of({"solution.py": b"x = 2"}, {}) == ""


def test_a_child_that_dies_or_is_late_has_told_nothing(monkeypatch):
    monkeypatch.setattr(syntax, "_COMMAND", ("-c", "print('[1]' * 9)"))
    assert syntax_digests([{"a.py": b"x"}]) == [""]
    monkeypatch.setattr(syntax, "_COMMAND", ("-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(syntax, "WALL_SECONDS", 0.2)
    assert syntax_digests([{"a.py": b"x"}]) == [""]
