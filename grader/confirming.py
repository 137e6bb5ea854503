"""Confirming, before an attempt is certified: what was found in a cell is looked for again in boxes of their own.

Theory of operation. A certificate rests on boxes that nobody shares, and practice is graded in cells, which are. So an
attempt is graded once more, by the very pack, recipes and engine that its report pins, every box a container of its
own. Its findings must be the same to the byte; then that report is kept beside the first one, and is what is certified.
If they are not, somebody's report is wrong, and nobody can say which: that is told, noted in the store, and nothing is
certified. What else speaks against certifying is looked for first, since it would make grading vain; keys are not.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from grader.certify.grounds import NotCertifiable
from grader.certify.looking import look
from grader.desk import Desk, publish
from grader.model import Attempt, Grading, Lane, Pack, Report, Submission
from grader.pinned import pinned_pack, pins_here
from grader.pipeline import circumstances, known_example_of, with_cost
from grader.replay import comparison
from grader.sandbox.interface import Sandbox
from grader.store.jobs import HERE
from grader.story.grading import Progress
from grader.story.grading import grade as grade_submission
from grader.story.grading import report as write_report
from grader.story.reveal import reveal
from grader.story.reviewed import carried_over

CONFIRMED = "Graded again in boxes of its own, with the same findings."
_TOLD = 5
"""So many of the things that differ are named."""


def confirm(desk: Desk, sandbox: Callable[[], Sandbox], attempt_id: str, *, demo: bool, progress: Progress) -> Report:
    """Return a report in boxes of their own of an attempt that can be certified; graded again if need be, and kept.

    Args:
        desk: of the installation.
        sandbox: opens the back end, if it is needed.
        attempt_id: which.
        demo: for an issuer who may certify known examples.
        progress: told what is under way.

    Raises:
        NotCertifiable: something speaks against it, or it was found otherwise.
        UsageError: there is no such attempt, no report of it, or its pack is not here.
        EngineError: our fault; asking again begins again.
    """
    looked = look(desk.store, desk.settings.assignments, attempt_id, demo=demo, unconfirmed=True)
    before = looked.report
    if before.circumstances.tenancy == "single":
        return before
    found = pinned_pack(desk, before.assignment, before.pins)
    pins = tuple(pins_here(before.pins, found.pack if found else None, sandbox))
    others = ", ".join(pin.name for pin in pins if not pin.same)
    if found is None or others:
        raise NotCertifiable(
            f"this attempt was graded in a cell, and cannot be graded again in boxes of its own: {others} here is not "
            f"what judged then; have it handed in again"
        )
    attempt, submission = desk.store.handed_in(attempt_id)
    return _confirmed(desk, sandbox(), found.pack, attempt, submission, before, progress)


def _confirmed(
    desk: Desk,
    sandbox: Sandbox,
    pack: Pack,
    attempt: Attempt,
    submission: Submission,
    before: Report,
    progress: Progress,
) -> Report:
    started, ticks = time.time(), time.monotonic()
    graded = grade_submission(
        pack, submission, sandbox=sandbox, secret=desk.store.secret(), progress=progress, tenancy="single"
    )
    about = circumstances(graded, attempt, ticks, known_example=known_example_of(desk, pack, submission))
    report = carried_over(pack, write_report(pack, graded, about), before)
    report = replace(report, circumstances=replace(report.circumstances, repeated=CONFIRMED))
    same = report.findings_digest == before.findings_digest
    published = publish(report, reveal(report, pack))
    grading = Grading(
        attempt=attempt.id, worker=HERE, lane=Lane.REGRADE, started_at=started, seconds=time.monotonic() - ticks
    )
    desk.store.jobs.confirm(report, published.learner, with_cost(grading, report), page=published.page, same=same)
    if not same:
        differ = [one.subject for one in comparison(before, report, pack) if not one.same]
        named = "; ".join(differ[:_TOLD]) + (f"; and {len(differ) - _TOLD} more" if len(differ) > _TOLD else "")
        raise NotCertifiable(
            f"this attempt was graded in a cell, and graded again in boxes of its own it was found otherwise "
            f"({named or 'in what is not shown'}): nothing is certified. Does it draw random numbers without a seed, "
            f"or read the clock?"
        )
    return report
