"""Judging times and costs: ratios, slopes, bounds; what is not as asked is our fault and no mark."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import growth, latency
from grader.errors import EngineError
from grader.model import Growth, Latency, Threshold, Word

CORNERS = (Threshold(at=Fraction(2), earns=Fraction(1)), Threshold(at=Fraction(4), earns=Fraction(0)))
TIMED = Latency(
    kind="latency",
    title="Time",
    function="f",
    generator="g.py",
    thresholds=CORNERS,
    rounds=3,
    requests=2,
)
COUNTED = Growth(
    kind="growth",
    title="questions",
    function="f",
    generator="g.py",
    sizes=(4, 8, 16),
    max_slope=Fraction("1.5"),
    max_ratio=Fraction(2),
)


def rounds(*ratios: float) -> dict[str, Any]:
    """Return what the proctor tells of rounds in which the learner takes so many times as long."""
    return {"rounds": [[[repr(0.25 * one)] * 2, [repr(0.25)] * 2] for one in ratios]}


def costs(*learner: int, reference: tuple[int, ...] = (4, 8, 16), least: int = 0) -> dict[str, Any]:
    """Return what the proctor tells of one draw of each size."""
    told = zip(COUNTED.sizes, learner, reference, strict=True)
    return {
        "costs": [
            {"size": size, "learner": [repr(mine)], "reference": [repr(theirs)], "least": [repr(least)]}
            for size, mine, theirs in told
        ]
    }


@pytest.mark.parametrize(
    ("ratios", "earned", "word"),
    [
        ((1, 1, 1), Fraction(1), Word.PASSED),
        ((1, 1, 90), Fraction(1), Word.PASSED),
        ((3, 3, 3), Fraction(1, 2), Word.PARTIAL),
        ((90, 90, 1), Fraction(0), Word.FAILED),
    ],
    ids=["as fast", "one busy moment", "half way", "slow but once"],
)
def test_the_middle_ratio_earns(ratios: tuple[float, ...], earned: Fraction, word: Word) -> None:
    """One round in which the machine was busy decides nothing, for or against."""
    verdict = latency.judge("t", TIMED, rounds(*ratios))
    assert (verdict.earned, verdict.outcome.word) == (earned, word)
    assert verdict.repeatable is False
    assert verdict.figure is not None
    assert verdict.figure.fixed_data, "a learner is shown a band"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"rounds": [[["1.0", "1.0"], ["1.0", "1.0"]]]},
        rounds(1, 1, 0),
        rounds(1, 1, float("nan")),
        {"rounds": [1, 2, 3]},
    ],
    ids=["nothing", "too few", "no time", "nan", "no rounds"],
)
def test_times_that_are_none_are_a_fault_and_no_mark(told: dict[str, Any]) -> None:
    """The proctor's word is looked at before it counts."""
    with pytest.raises(EngineError):
        latency.judge("t", TIMED, told)


def test_a_wrong_answer_has_no_time() -> None:
    """Evidence that says how it ended decides alone."""
    verdict = latency.judge("t", TIMED, {"word": "FAILED", "detail": "wrong", **rounds(1, 1, 1)})
    assert (verdict.outcome.word, verdict.earned) == (Word.FAILED, 0)


@given(st.lists(st.fractions(min_value=Fraction(1, 1000), max_value=1000), min_size=1, max_size=60))
def test_percentiles_are_of_the_times_themselves(times: list[Fraction]) -> None:
    """Nearest rank: so many do not exceed it, and no smaller one has that."""
    for share in latency.PERCENTILES.values():
        found = latency.percentile(times, share)
        assert found in times
        assert sum(one <= found for one in times) >= share * len(times)
        assert sum(one < found for one in times) < share * len(times)


@given(
    st.integers(1, 1000),
    st.sampled_from([1, 2, 3]),
    st.lists(st.integers(2, 5000), min_size=3, max_size=8, unique=True),
)
def test_the_slope_of_a_power_is_its_exponent(factor: int, power: int, sizes: list[int]) -> None:
    """Whatever the factor and the sizes are."""
    assert growth.slope([(size, Fraction(factor * size**power)) for size in sorted(sizes)]) == power


@pytest.mark.parametrize(
    ("told", "failing"),
    [
        (costs(4, 8, 16), set()),
        (costs(8, 16, 32), set()),
        (costs(16, 32, 32), set()),
        (costs(16, 64, 256), {"slope", "ratio"}),
        (costs(12, 24, 48), {"ratio"}),
        (costs(17, 17, 17), {"ratio"}),
        (costs(1, 4, 16), {"slope"}),
        (costs(4, 8, 16, least=5), {"least"}),
    ],
    ids=["alike", "twice", "more where it is small", "quadratic", "three times", "far more where it is small",
         "cheap where it is small", "forged"],
)  # fmt: skip
def test_slope_ratio_and_the_least_are_asked_for_together(told: dict[str, Any], failing: set[str]) -> None:
    """All of it or nothing; a count below the least there is fails."""
    verdict = growth.judge("g", COUNTED, told)
    assert {item.id for item in verdict.items if item.outcome.word is not Word.PASSED} == failing
    assert verdict.earned == (0 if failing else 1)
    assert verdict.repeatable


def test_processor_time_cannot_repeat() -> None:
    """What is counted can, and is in the findings digest."""
    by_cpu = Growth(**{field: getattr(COUNTED, field) for field in COUNTED.__slots__} | {"by": "cpu"})
    assert not growth.judge("g", by_cpu, costs(4, 8, 16)).repeatable


@pytest.mark.parametrize("told", [{}, {"costs": costs(1, 1, 1)["costs"][:2]}, {"costs": [{"size": 4}] * 3}])
def test_costs_that_are_none_are_a_fault_and_no_mark(told: dict[str, Any]) -> None:
    """Of other sizes, or of none."""
    with pytest.raises(EngineError):
        growth.judge("g", COUNTED, told)
