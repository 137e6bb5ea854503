"""From an automatic report to a reviewed one: what people said takes the place of what was pending, and nothing runs.

The verdicts of the automatic checks are taken over as they were kept, so the findings digest stays the same: it covers
what can be repeated, and a person's word cannot. Points, total and report digest are computed anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.checks import review
from grader.model import Pack, Rating, Report, Review, Verdict, Word
from grader.story.grading import compose


def asks_people(report: Report) -> tuple[str, ...]:
    """Return the checks of a report that people decide, in order; those whose needs did not pass are not among them."""
    asked = (one for one in report.verdicts if one.kind == "review")
    return tuple(one.check for one in asked if one.outcome.word is not Word.SKIPPED)


def with_ratings(pack: Pack, report: Report, ratings: Sequence[Rating]) -> Report:
    """Return a report with what people said of it.

    Args:
        pack: by which it was graded.
        report: automatic, or reviewed before.
        ratings: all of this attempt by this version of the pack, the oldest first.

    Raises:
        ValueError: a rating names no level of its check.
    """

    def judged(verdict: Verdict) -> Verdict:
        asked = pack.rubric.checks[verdict.check]
        if not isinstance(asked, Review):
            return verdict
        return review.judge(verdict.check, asked, [one for one in ratings if one.check == verdict.check])

    return _with(pack, report, judged)


def carried_over(pack: Pack, report: Report, before: Report | None) -> Report:
    """Return a report of work that was graded again, with what people said of it before.

    Only where the same version of the pack judged the same attempt: of anything else people have said nothing.
    """
    if before is None or not asks_people(report) or not _of_the_same(report, before):
        return report
    said = {one.check: one for one in before.verdicts if one.check in asks_people(before)}
    return _with(pack, report, lambda verdict: said.get(verdict.check, verdict))


def _with(pack: Pack, report: Report, judged: Callable[[Verdict], Verdict]) -> Report:
    people = asks_people(report)
    verdicts = (judged(one) if one.check in people else one for one in report.verdicts)
    return compose(pack, report.pins, verdicts, report.circumstances)


def _of_the_same(one: Report, other: Report) -> bool:
    return (one.circumstances.attempt, one.pins.submission, one.pins.pack, one.pins.rubric) == (
        other.circumstances.attempt,
        other.pins.submission,
        other.pins.pack,
        other.pins.rubric,
    )
