"""Judging evidence: only positive evidence for announced tests passes, and figures earn what the rubric says."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from grader.checks import metric, static, tests
from grader.errors import EngineError
from grader.model import Agreement, Metric, Static, Threshold, Word

EXPECTED = [
    {"id": "a", "sentence": "Does a.", "hint": "", "weight": "1"},
    {"id": "b", "sentence": "Does b.", "hint": "Why?", "weight": "3/2"},
]


def evidence(test: str, word: str, **more: str) -> dict[str, Any]:
    return {"id": test, "word": word, "which": "", "raised": "", "detail": "", **more}


def test_a_test_without_evidence_has_not_passed() -> None:
    """Skipped, interrupted and missing are alike: nothing was shown."""
    items = tests.judge(EXPECTED, [evidence("a", "PASSED")])
    assert [item.outcome.word for item in items] == [Word.PASSED, Word.FAILED]
    assert items[1].weight == Fraction(3, 2)


@pytest.mark.parametrize("given", [["a", "a"], ["c"], [None]], ids=["twice", "not announced", "nameless"])
def test_evidence_that_was_not_announced_is_a_fault_and_no_mark(given: list[Any]) -> None:
    """Nobody adds a test, or passes one twice."""
    with pytest.raises(EngineError, match="not announced or is there already"):
        tests.judge(EXPECTED, [evidence(test, "PASSED") for test in given])


@pytest.mark.parametrize("word", ["PENDING", "SKIPPED", "passed", "", "PARTIAL", 1, None])
def test_only_words_of_evidence_are_taken(word: Any) -> None:
    """A proctor cannot invent an outcome."""
    with pytest.raises(EngineError, match="as evidence"):
        tests.judge(EXPECTED, [evidence("a", word)])


def test_an_exception_is_told_as_one_of_nine_families() -> None:
    """Any other name could carry a hidden input out."""
    (item, _) = tests.judge(EXPECTED, [evidence("a", "RAISED", raised="IndexErrorOf42")])
    assert item.raised == ""
    (item, _) = tests.judge(EXPECTED, [evidence("a", "RAISED", raised="IndexError")])
    assert item.raised == "IndexError"


def f1(**more: Any) -> Metric:
    corners = (Threshold(at=Fraction("0.90"), earns=Fraction(0)), Threshold(at=Fraction("0.96"), earns=Fraction(1)))
    return Metric(
        kind="metric",
        title="F1",
        scorer="f1",
        fit="train",
        predict="predict",
        thresholds=corners,
        generator="g.py",
        **more,
    )


@pytest.mark.parametrize(
    ("draws", "combine", "value", "earned"),
    [
        (["0.93"], "mean", "0.930", Fraction(1, 2)),
        (["0.92", "0.94"], "mean", "0.930", Fraction(1, 2)),
        (["0.92", "0.99"], "min", "0.920", Fraction(1, 3)),
        (["0.9594999"], "mean", "0.959", Fraction(59, 60)),
        (["0.2"], "mean", "0.200", Fraction(0)),
        (["1.0"], "mean", "1.000", Fraction(1)),
    ],
)
def test_points_come_from_the_rounded_figure(draws: list[str], combine: Any, value: str, earned: Fraction) -> None:
    """Anyone can redo the sum from what the report shows."""
    verdict = metric.judge("f1", f1(draws=len(draws), combine=combine), {"word": "", "draws": draws, "baselines": []})
    assert verdict.figure is not None
    assert (verdict.figure.value, verdict.earned) == (value, earned)


@pytest.mark.parametrize("figure", ["nan", "inf", "-inf"])
def test_a_figure_that_is_not_finite_has_failed(figure: str) -> None:
    """Not scored is a word, never a number."""
    verdict = metric.judge("f1", f1(draws=2), {"word": "", "draws": ["0.99", figure], "baselines": []})
    assert verdict.outcome.word is Word.FAILED
    assert verdict.earned == 0
    assert verdict.figure is not None
    assert verdict.figure.value == ""


def test_fewer_figures_than_draws_are_a_fault() -> None:
    """A draw cannot be left out of a minimum."""
    with pytest.raises(EngineError, match="1 figures for 2 draws"):
        metric.judge("f1", f1(draws=2), {"word": "", "draws": ["0.99"], "baselines": []})


def test_rows_that_disagree_earn_nothing_and_say_so() -> None:
    """A model that looks at the company of a row is told which condition it broke."""
    verdict = metric.judge("f1", f1(), {"word": "FAILED", "item": "agreement", "detail": "a row got 1 and 0"})
    assert verdict.earned == 0
    assert [item.outcome.word for item in verdict.items] == [Word.PASSED, Word.FAILED]


def test_agreement_is_switched_off_aloud() -> None:
    """The reason is printed in the report."""
    check = f1(agreement=Agreement(off_because="the model samples."))
    verdict = metric.judge("f1", check, {"word": "", "draws": ["0.99"], "baselines": []})
    assert verdict.notes == ("Rows were not asked again: the model samples.",)
    assert len(verdict.items) == 1


def test_static_rules_are_judged_from_facts() -> None:
    """Each rule is an item of its own."""
    check = Static(kind="static", max_complexity=3, forbid_calls=("sorted", ".sort"), require_imports=("numpy",))
    facts = {
        "imports": ["numpy"],
        "calls": ["sorted", "len"],
        "functions": [["f", 4], ["g", 1]],
        "maintainability": [64.0],
        "undocumented": 1,
    }
    verdict = static.judge("s", check, facts)
    assert [item.outcome.word.value for item in verdict.items] == ["FAILED", "PASSED", "FAILED", "PASSED"]
    assert verdict.earned == Fraction(1, 2)
    assert [(row.name, row.complexity, row.allowed) for row in verdict.functions] == [("f", 4, 3), ("g", 1, 3)]


def test_source_that_cannot_be_parsed_keeps_no_rule() -> None:
    """A parser that a stranger's source has crashed is no pass."""
    verdict = static.judge("s", Static(kind="static", max_complexity=3), None)
    assert verdict.earned == 0
    assert verdict.outcome.word is Word.FAILED
