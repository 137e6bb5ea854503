"""What speaks against certifying an attempt: every reason there is, each with what would do.

A certificate is signed for years, so whatever the report leaves open is a reason. They are told all at once: whoever
mends the first should not meet the second afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.errors import NOT_PASSED, GraderError
from grader.model import Attempt, Report, State, Word
from grader.model.report import DRAFT, SHARED

CLAIM = "claim"
"""The kind of a check that the learner's own process decides: it says, and nobody has seen."""


class NotCertifiable(GraderError):
    """An attempt cannot be certified. The message names every reason and what would do."""

    exit_code = NOT_PASSED


def grounds(attempt: Attempt, report: Report, *, unconfirmed: bool = False) -> Iterator[str]:
    """Yield what speaks against certifying an attempt, by its report; a sentence each.

    Args:
        attempt: which.
        report: its newest.
        unconfirmed: what was graded in a cell is let pass: it will be graded again in boxes of its own.
    """
    if attempt.state is not State.GRADED:
        yield f"the attempt is {attempt.state.value}, not graded: see `grader report {attempt.id}`"
    if report.circumstances.attempt != attempt.id or report.pins.submission != attempt.submission:
        yield "the report is of another attempt: audit the store"
    yield from _undecided(report)
    yield from _unaccounted(report, unconfirmed=unconfirmed)
    if report.pins.published_secret:
        yield "it was graded under the published secret, whose inputs everybody can know: submit it under your own"
    if not report.pins.engine_digest:
        yield (
            f"it was graded by a grader ({report.pins.engine}) that did not pin its own files yet, so nobody could say "
            f"what judged: hand the work in again"
        )


def _undecided(report: Report) -> Iterator[str]:
    if report.provisional or any(one.outcome.word is Word.PENDING for one in report.verdicts):
        yield "a check waits for a person or a later measurement: certify when it is decided"
    elif not report.passed or not report.score.reaches_pass_mark:
        score = report.score
        yield f"it did not pass: {score.earned} of {score.possible} points, {score.pass_mark} needed"
    claims = ", ".join(one.check for one in report.verdicts if one.kind == CLAIM)
    if claims:
        yield f"points rest on what the learner's own process says ({claims}): the assignment needs another check"


def _unaccounted(report: Report, *, unconfirmed: bool) -> Iterator[str]:
    circumstances = report.circumstances
    if circumstances.tenancy != "single" and not unconfirmed:
        yield "it was graded in a cell, which boxes share, and not again in boxes of its own yet: ask for it once more"
    for reason in circumstances.practice_only:
        if reason == SHARED:  # said above, or mended by grading it again
            continue
        if reason.startswith(DRAFT):
            yield f"practice only ({reason}): nothing that is graded by it is ever certified"
            continue
        yield f"practice only ({reason}): hand it in again where `grader doctor` says that every promise is kept"
