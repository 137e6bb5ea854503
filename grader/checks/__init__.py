"""Checks: one file a kind, one registry. A check asks its sitting for evidence and turns it into a Verdict.

Every judgement that earns points is made here, from evidence that the proctor gave; pure but for the asking.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.checks import metric, static, tests
from grader.model import Assignment, Check, Limits, Metric, Outcome, Static, Usage, Verdict, Word
from grader.proctor.sitting import Sitting
from grader.scoring import ZERO


@dataclass(frozen=True, slots=True)
class Examined:
    """A verdict, and what it cost.

    Attributes:
        verdict: what the check says.
        usage: what its boxes used.
        printed: the tail of what they printed, for authors.
    """

    verdict: Verdict
    usage: Usage
    printed: str


def examine(
    name: str, check: Check, sitting: Sitting, expected: Mapping[str, list[dict[str, str]]], assignment: Assignment
) -> Examined:
    """Carry out one check.

    Args:
        name: its name in the rubric.
        check: what it asks.
        sitting: who is asked.
        expected: the tests that were announced before the first box was opened, by check.
        assignment: for its limits.
    """
    if isinstance(check, Static):
        verdict, usage = static.examine(name, check, sitting), Usage()
    elif isinstance(check, Metric):
        verdict, usage = metric.examine(name, check, sitting, _limits(check.limits, assignment))
    else:
        verdict, usage = tests.examine(name, check, sitting, expected[name], _limits(check.limits, assignment))
    return Examined(verdict, usage, sitting.printed)


def skip(name: str, check: Check, needed: str) -> Examined:
    """Return the verdict of a check that was not carried out, because `needed` had not passed."""
    verdict = Verdict(check=name, kind=check.kind, outcome=Outcome(Word.SKIPPED, needed), earned=ZERO)
    return Examined(verdict, Usage(), "")


def _limits(own: Limits | None, assignment: Assignment) -> Limits:
    return own if own is not None else assignment.limits
