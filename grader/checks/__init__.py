"""Checks: one file a kind, one registry. A check asks for evidence and turns it into a Verdict.

Every judgement that earns points is made here, from evidence that the proctor gave; pure but for the asking.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.checks import claim, document, growth, latency, metric, review, static, tests
from grader.model import (
    Allowance,
    Assignment,
    Check,
    Claim,
    Document,
    Growth,
    Latency,
    Limits,
    Metric,
    Outcome,
    Review,
    Spent,
    Static,
    Tests,
    Usage,
    Verdict,
    Word,
)
from grader.proctor.announced import Expected
from grader.proctor.judging import Judging
from grader.scoring import ZERO


@dataclass(frozen=True, slots=True)
class Examined:
    """A verdict, and what it cost.

    Attributes:
        verdict: what the check says.
        spent: what its boxes used, beside what they were allowed.
        printed: the tail of what they printed, for authors.
    """

    verdict: Verdict
    spent: Spent
    printed: str


def examine(name: str, check: Check, judging: Judging, expected: Expected, assignment: Assignment) -> Examined:
    """Carry out one check.

    Args:
        name: its name in the rubric.
        check: what it asks.
        judging: who is asked.
        expected: the tests that were announced before the first box was opened, by check.
        assignment: for its limits.
    """
    if isinstance(check, Review):
        return Examined(review.pending(name, check), _nothing(assignment), "")
    if isinstance(check, Static):
        return Examined(static.examine(name, check, judging), _nothing(assignment), "")
    if isinstance(check, Document):
        return Examined(document.examine(name, check, judging), _nothing(assignment), "")
    limits = check.limits if check.limits is not None else assignment.limits
    if not isinstance(check, Tests):
        verdict, usage = _measure(name, check, judging, limits)
        return Examined(verdict, Spent(used=usage, allowed=Allowance.of(limits)), judging.printed)
    verdict, spent = tests.examine(name, check, judging, expected[name], limits)
    if isinstance(check, Claim):
        verdict = claim.marked(verdict)
    return Examined(verdict, spent, judging.printed)


def _measure(name: str, check: Metric | Latency | Growth, judging: Judging, limits: Limits) -> tuple[Verdict, Usage]:
    if isinstance(check, Metric):
        return metric.examine(name, check, judging, limits)
    if isinstance(check, Latency):
        return latency.examine(name, check, judging, limits)
    return growth.examine(name, check, judging, limits)


def skip(name: str, check: Check, needed: str, assignment: Assignment) -> Examined:
    """Return the verdict of a check that was not carried out, because `needed` had not passed."""
    verdict = Verdict(
        check=name,
        kind=check.kind,
        outcome=Outcome(Word.SKIPPED, needed),
        earned=ZERO,
        repeatable=not isinstance(check, Review),
    )
    return Examined(verdict, _nothing(assignment), "")


def _nothing(assignment: Assignment) -> Spent:
    return Spent(used=Usage(), allowed=Allowance.of(assignment.limits))
