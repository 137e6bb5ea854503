"""Names that a source uses in disguise, and what it leaves undocumented; a lock on timings; rules on what measures."""

from __future__ import annotations

import ast
from fractions import Fraction
from pathlib import Path

import pytest

from grader.catalog.measure_rules import look_at_measure, look_at_measures_of
from grader.catalog.sheet import Sheet, read
from grader.checks import static
from grader.errors import EngineError
from grader.model import Assignment, Criterion, Growth, Latency, Rubric, Static, Threshold, Word
from grader.proctor.inside import names, source
from grader.sandbox import timing

LATENCY = {
    "kind": "latency",
    "title": "Time",
    "function": "f",
    "generator": "g.py",
    "thresholds": (Threshold(at=Fraction(2), earns=Fraction(1)), Threshold(at=Fraction(4), earns=Fraction(0))),
}
GROWTH = {
    "kind": "growth",
    "title": "calls",
    "function": "f",
    "generator": "g.py",
    "sizes": (2, 4, 8),
    "max_slope": Fraction(1),
    "max_ratio": Fraction(2),
}


@pytest.mark.parametrize(
    "text",
    [
        "sorted(xs)",
        "f = sorted",
        "xs.sort()",
        "list.sort(xs)",
        "getattr(xs, 'sort')()",
        "getattr(list, 'so' + 'rt')(xs)",
        "getattr(list, f'so{\"rt\"}')(xs)",
        "import operator; operator.methodcaller('sort')(xs)",
        "from operator import attrgetter; attrgetter('sort')(xs)()",
        "vars(list)['sort'](xs)",
        "list.__dict__['sort'](xs)",
        "import builtins; builtins.sorted(xs)",
        "from builtins import sorted as tidy; tidy(xs)",
        "__builtins__['sorted'](xs)",
        "globals()['x'](xs)",
        "eval('sort' + 'ed(xs)')",
        "exec(text)",
        "compile(text, 'x', 'exec')",
        "getattr(list, name)(xs)",
        "f.__globals__['x'](xs)",
    ],
)
def test_a_name_in_disguise_is_a_use(text: str) -> None:
    """Reaching a forbidden name in another way keeps the rule no more than writing it does."""
    facts = source.facts([text])
    assert facts is not None
    verdict = static.judge("s", Static(kind="static", forbid_calls=("sorted", ".sort")), facts)
    assert Word.FAILED in {item.outcome.word for item in verdict.items}


@pytest.mark.parametrize(
    "text",
    [
        "import re; re.compile('x')",
        "model.eval()",
        "table.eval('a+b')",
        "getattr(x, 'other')",
        "x.__dict__",
        "x['sort']",
    ],
)
def test_what_only_looks_like_it_is_none(text: str) -> None:
    """Methods called `eval` or `compile`, other names, and plain items are as they were."""
    facts = source.facts([text])
    assert facts is not None
    assert static.judge("s", Static(kind="static", forbid_calls=("sorted", ".sort")), facts).earned == 1


@pytest.mark.parametrize(
    "text",
    ["import bisect", "from bisect import bisect", "__import__('bisect')", "import_module('bis' 'ect')", "exec(t)"],
)
def test_an_import_in_disguise_is_an_import(text: str) -> None:
    """By a function, by a text, or by what could be anything."""
    facts = source.facts([text])
    assert facts is not None
    assert static.judge("s", Static(kind="static", forbid_imports=("bisect",)), facts).earned == 0


def test_docstrings_are_asked_of_what_is_public() -> None:
    """Functions and classes at the top, and public methods; not what begins with `_`, nor functions in functions."""
    text = (
        "def a(): pass\ndef _b(): pass\n"
        "class C:\n  'C.'\n  def d(self):\n    'D.'\n    def e(): pass\n  def f(self): pass\n"
        "class _G:\n  def h(self): pass\nasync def i(): pass\n"
    )
    assert names.undocumented(ast.parse(text)) == len("a f i".split())
    rule = Static(kind="static", require_docstrings=True)
    for one, earned in (("def a(): pass", 0), ("def a():\n  'A.'", 1)):
        assert static.judge("s", rule, source.facts([one])).earned == earned


def test_maintainability_is_radons() -> None:
    """A short documented function is near 100, a long undocumented one is not; the worst file counts."""
    good = "def add(one, other):\n    '''Return the sum.'''\n    return one + other\n"
    bad = "def f(a):\n" + "".join(
        f"    if a > {n} and a * {n} < {n + 7} or a % 3: a = a * {n} + {n}\n" for n in range(99)
    )
    rule = Static(kind="static", min_maintainability=40)
    assert static.judge("s", rule, source.facts([good])).earned == 1
    assert static.judge("s", rule, source.facts([good, bad])).earned == 0


def test_one_timing_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits too long gives up, which is no verdict; the lock is free again after its holder."""
    monkeypatch.setattr(timing.tempfile, "gettempdir", lambda: str(tmp_path))
    with (
        timing.one_at_a_time(),
        pytest.raises(EngineError, match="another timing"),
        timing.one_at_a_time(patience=0.05),
    ):
        pass
    with timing.one_at_a_time(patience=0):
        pass
    (tmp_path / timing.NAME).unlink()
    (tmp_path / timing.NAME).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EngineError, match="cannot be locked"), timing.one_at_a_time():
        pass


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": " "}, "expected what is measured"),
        ({"function": "a b"}, "expected the name of a function"),
        ({"function": ""}, "expected the name of a function"),
        ({"by": "request"}, "expected none: a service is asked"),
        ({"agrees": "a b"}, "expected the name of a function"),
        ({"generator": "h.py"}, "which is not in hidden"),
        ({"rounds": 2}, "expected 3 to 25"),
        ({"requests": 0}, "expected 1 to 200"),
        ({"warm_up": 0}, "expected 1 to 200"),
        ({"decimals": 4}, "expected 0 to 3"),
        ({"thresholds": LATENCY["thresholds"][:1]}, "at least two corners"),
        ({"thresholds": LATENCY["thresholds"][::-1]}, "expected `at` to rise"),
        ({"sizes": (2, 4)}, "expected 3 to 12"),
        ({"sizes": (2, 8, 4)}, "sizes rise"),
        ({"sizes": (1, 4, 8)}, "sizes rise"),
        ({"max_slope": Fraction(0)}, "expected more than 0"),
        ({"draws": 10}, "expected 1 to 9"),
    ],
)
def test_what_cannot_be_measured_is_refused(change: dict, said: str) -> None:
    """With the key and what would do; the same check without the change has nothing wrong."""
    growth = set(change) & {"sizes", "max_slope", "draws"}
    record, plain = (Growth, GROWTH) if growth else (Latency, LATENCY)
    for fields, expected in ((plain, 0), ({**plain, **change}, 1)):
        sheet = _sheet()
        look_at_measure(sheet, ("checks", "c"), record(**fields), {"g.py": b""}, {"solution.py": b""})
        assert bool(sheet.problems) == bool(expected), sheet.problems
    assert any(said in problem for problem in sheet.problems), sheet.problems
    look_at_measure(bare := _sheet(), ("checks", "c"), record(**plain), {"g.py": b""}, {})
    assert any("needs examples/reference" in problem for problem in bare.problems)


def test_only_a_service_is_sent_requests() -> None:
    """By `request` no function is named, and the assignment is of kind `service`."""
    check = Latency(**{**LATENCY, "by": "request", "function": ""})
    look_at_measure(sheet := _sheet(), ("checks", "c"), check, {"g.py": b""}, {"app.py": b""})
    assert sheet.problems == []
    criterion = Criterion(id="a", title="a", points=Fraction(1), checks=("c",))
    rubric = Rubric(points=Fraction(1), pass_mark=Fraction(1), criteria=(criterion,), checks={"c": check})
    for kind, problems in (("service", 0), ("module", 1)):
        assignment = Assignment(title="t", skill="s", kind=kind, files=("app.py",))
        look_at_measures_of(sheet := _sheet(), rubric, assignment)
        assert len(sheet.problems) == problems
    assert 'expected "call", or kind = "service"' in sheet.problems[0]


def _sheet() -> Sheet:
    return read("rubric.toml", b"[checks.c]\nkind = 'latency'\n")
