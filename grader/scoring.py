"""Points, in exact fractions: from verdicts to criteria to the score.

Pure: no floats, no clock, no I/O. What is rounded is rounded once, where the rubric declares it (`round_half_up`), and
points are computed from the rounded figure, so that anyone can redo the sum from the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from grader.model import CriterionScore, Item, Outcome, Rubric, Score, Threshold, Verdict, Word

ZERO, ONE = Fraction(0), Fraction(1)


def share_of_items(items: Sequence[Item], *, all_or_nothing: bool = False) -> Fraction:
    """Return the passed share of `items` by weight; nothing to pass earns nothing."""
    whole = sum((item.weight for item in items), ZERO)
    passed = sum((item.weight for item in items if item.outcome.word is Word.PASSED), ZERO)
    if whole == 0 or (all_or_nothing and passed != whole):
        return ZERO
    return passed / whole


def outcome_of_items(items: Sequence[Item], earned: Fraction) -> Outcome:
    """Return one word for many: PASSED, PARTIAL, or when nothing was earned the outcome that all share, else FAILED."""
    if earned == ONE:
        return Outcome(Word.PASSED)
    if earned > 0:
        return Outcome(Word.PARTIAL)
    outcomes = {item.outcome for item in items}
    return outcomes.pop() if len(outcomes) == 1 and outcomes != {Outcome(Word.PASSED)} else Outcome(Word.FAILED)


def share_of_figure(value: Fraction, thresholds: Sequence[Threshold]) -> Fraction:
    """Return the share that `value` earns: linear between corners, level beyond the outermost ones.

    Args:
        value: the rounded figure.
        thresholds: at least one, in rising order of `at`.
    """
    if value <= thresholds[0].at:
        return thresholds[0].earns if value == thresholds[0].at else _beyond(thresholds, low=True)
    for left, right in pairwise(thresholds):
        if value <= right.at:
            return left.earns + (right.earns - left.earns) * (value - left.at) / (right.at - left.at)
    return _beyond(thresholds, low=False)


def _beyond(thresholds: Sequence[Threshold], *, low: bool) -> Fraction:
    """Outside the corners the worse side earns nothing and the better side what its corner earns."""
    rising = thresholds[-1].earns >= thresholds[0].earns
    if low:
        return ZERO if rising else thresholds[0].earns
    return thresholds[-1].earns if rising else ZERO


def round_half_up(value: Fraction, decimals: int) -> Fraction:
    """Return `value` rounded to `decimals`, halves away from zero: the rule people expect of a mark."""
    return Fraction(_in_units(value, decimals), 10**decimals)


def decimal_text(value: Fraction, decimals: int) -> str:
    """Return `value` as a decimal with exactly `decimals` digits after the point, such as `0.960`."""
    units = _in_units(value, decimals)
    digits = str(abs(units)).zfill(decimals + 1)
    whole, part = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    return f"{'-' if units < 0 else ''}{whole}{'.' if part else ''}{part}"


def _in_units(value: Fraction, decimals: int) -> int:
    """Return how many units of the last decimal `value` is, halves away from zero."""
    scale: int = 10**decimals
    above, below = value.numerator, value.denominator
    nearest = (2 * abs(above) * scale + below) // (2 * below)
    return nearest if above >= 0 else -nearest


def score(rubric: Rubric, verdicts: Mapping[str, Verdict]) -> tuple[tuple[CriterionScore, ...], Score]:
    """Return the scored criteria and the total; a criterion's checks each decide an equal part of it."""
    criteria = []
    for criterion in rubric.criteria:
        judged = [verdicts[name] for name in criterion.checks]
        share = sum((verdict.earned for verdict in judged), ZERO) / len(judged)
        criteria.append(
            CriterionScore(
                id=criterion.id,
                title=criterion.title,
                outcome=_outcome_of_verdicts(judged, share),
                earned=criterion.points * share,
                possible=criterion.points,
                checks=criterion.checks,
            )
        )
    earned = sum((criterion.earned for criterion in criteria), ZERO)
    return tuple(criteria), Score(earned=earned, possible=rubric.points, pass_mark=rubric.pass_mark)


def _outcome_of_verdicts(verdicts: Sequence[Verdict], share: Fraction) -> str:
    """Return the outcome of a criterion: PENDING wins, then the only check's own word, then by share."""
    if any(verdict.outcome.word is Word.PENDING for verdict in verdicts):
        return Word.PENDING.value
    if len(verdicts) == 1:
        return str(verdicts[0].outcome)
    if share == ONE:
        return Word.PASSED.value
    return Word.PARTIAL.value if share > 0 else Word.FAILED.value
