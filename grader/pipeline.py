"""Grades what has been received, and publishes it.

    carry_out   grade a job that is held, compare with an earlier grading of the same bytes, keep what came of it
    submit      receive, hold and carry out, here and now, where there is no queue
    regrade     grade once more, here and now, and compare

What cannot be graded for our fault stays "not graded" and uses no attempt up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from grader import catalog, intake
from grader.certify.syntax import known_example
from grader.desk import Desk, Published, now, publish
from grader.errors import AuthorError, EngineError, GraderError, SubmissionError, UsageError
from grader.model import (
    Attempt,
    Circumstances,
    Grading,
    Job,
    Lane,
    Pack,
    Report,
    Submission,
    Tenancy,
)
from grader.pinned import pack_in
from grader.reception import receive
from grader.render.html import learner_page
from grader.sandbox.interface import Sandbox
from grader.store import Store
from grader.store.jobs import ENGINE, HERE, PACK, SUBMISSION
from grader.store.lease import held
from grader.story.grading import Graded, Progress
from grader.story.grading import grade as grade_submission
from grader.story.grading import report as write_report
from grader.story.reveal import reveal
from grader.story.reviewed import carried_over

STOPPED = "stopped before it was done"


def submit(
    desk: Desk, sandbox: Callable[[], Sandbox], slug: str, path: Path, *, learner: str, course: str, progress: Progress
) -> Published:
    """Take a submission and grade it here and now.

    Args:
        desk: without a queue.
        sandbox: opens the back end, once the upload has been taken.
        slug: the assignment.
        path: what is handed in.
        learner: who.
        course: which course, or empty.
        progress: told what is under way.

    Raises:
        SubmissionError: the upload cannot be accepted; nothing is kept.
        AuthorError: the pack is wrong.
        EngineError: our fault; the attempt is kept as not graded.
    """
    attempt = receive(replace(desk, queue=None), slug, path, learner=learner, course=course)
    desk.store.jobs.recover()  # what an earlier command was stopped at
    job = desk.store.jobs.claim(attempt.id, HERE)
    if job is None:
        raise EngineError(f"attempt {attempt.id} was taken up by a worker: see `grader report {attempt.id}`")
    return carry_out(desk, sandbox, job, progress=progress, again=False)


def carry_out(
    desk: Desk, sandbox: Callable[[], Sandbox], job: Job, *, progress: Progress, again: bool = True
) -> Published:
    """Grade what a job asks for, and write down how it ended, whatever happens.

    Args:
        desk: where the job was taken up.
        sandbox: opens the back end.
        job: held by this process.
        progress: told what is under way.
        again: what fails for our fault is tried again later; else it is set aside at once.

    Raises:
        SubmissionError: the upload is not what it claims to be.
        AuthorError: the pack is wrong.
        EngineError: our fault.
    """
    started, ticks = time.time(), time.monotonic()

    def grading() -> Grading:
        return Grading(
            attempt=job.attempt,
            worker=job.worker,
            lane=job.lane,
            started_at=started,
            seconds=time.monotonic() - ticks,
        )

    with held(desk.store.jobs, job):
        try:
            # a worker grades again in boxes of their own what somebody wants certified; nothing else is asked for it
            confirming = job.lane is Lane.REGRADE and desk.store.requests.of_attempt(job.attempt) is not None
            published = _graded(desk, sandbox(), job, progress, confirming=confirming)
        except (SubmissionError, AuthorError) as error:
            reason = PACK if isinstance(error, AuthorError) else SUBMISSION
            desk.store.jobs.park(job, reason, str(error), grading())
            raise
        except Exception as error:
            said = str(error) if isinstance(error, GraderError) else f"a fault of grader: {type(error).__name__}"
            with suppress(EngineError):  # a store that is gone cannot be told; the lease runs out
                if again:
                    desk.store.jobs.give_back(job, said, grading())
                else:
                    desk.store.jobs.park(job, ENGINE, said, grading())
            raise
        except BaseException:
            if again:
                desk.store.jobs.release(job)
            else:
                desk.store.jobs.park(job, ENGINE, STOPPED, grading())
            raise
        cost = with_cost(grading(), published.report)
        desk.store.jobs.finish(
            job, published.report, published.learner, cost, page=published.page, confirming=confirming
        )
    return published


def _graded(desk: Desk, sandbox: Sandbox, job: Job, progress: Progress, *, confirming: bool) -> Published:
    started = time.monotonic()
    attempt, submission = desk.store.handed_in(job.attempt)
    pack = pack_in(job.assignment, desk.store.packs.root(job.pack))
    graded = grade_submission(
        pack,
        submission,
        sandbox=sandbox,
        secret=desk.store.secret(),
        progress=progress,
        tenancy="single" if confirming else _tenancy(desk, attempt, pack),
    )
    about = circumstances(graded, attempt, started, known_example=known_example_of(desk, pack, submission))
    before = desk.store.earlier_report(attempt)
    report = carried_over(pack, write_report(pack, graded, about), before)
    compared = report if before is None else _with_comparison(report, before)
    return publish(compared, reveal(compared, pack))


def _tenancy(desk: Desk, attempt: Attempt, pack: Pack) -> Tenancy | None:
    """Return the stricter of what course and pack say; None where the pack decides alone."""
    if not attempt.course:
        return None
    course = desk.store.agreement.course(attempt.course)
    return "single" if "single" in (course.tenancy, pack.assignment.tenancy) else "cell"


def published(store: Store, attempt_id: str) -> Published:
    """Return what was published of an attempt.

    Raises:
        UsageError: nothing was (yet).
    """
    shown = store.learner_report(attempt_id)
    return Published(store.report(attempt_id), shown, store.page(attempt_id) or learner_page(shown))


def regrade(
    desk: Desk, sandbox: Callable[[], Sandbox], attempt_id: str, *, progress: Progress
) -> tuple[Published, Report]:
    """Grade an attempt again, here and now; returns the new report and the one that was there, which stays."""
    attempt = desk.store.attempt(attempt_id)
    before = desk.store.report(attempt_id)
    pack = catalog.load(attempt.assignment, desk.settings.assignments)
    started = time.monotonic()
    submission = desk.store.submission(attempt.submission)
    graded = grade_submission(pack, submission, sandbox=sandbox(), secret=desk.store.secret(), progress=progress)
    about = circumstances(graded, attempt, started, known_example=known_example_of(desk, pack, submission))
    report = _with_comparison(carried_over(pack, write_report(pack, graded, about), before), before)
    return publish(report, reveal(report, pack)), before


def known_example_of(desk: Desk, pack: Pack, submission: Submission) -> str:
    """Return which example of its pack a submission is the same program as, as far as they are here; else empty."""
    examples = _examples(pack.slug, desk.settings.assignments, pack.digest)
    return known_example(intake.without_message(submission.files), examples, pack.starter)


@lru_cache(maxsize=16)
def _examples(slug: str, roots: tuple[Path, ...], _version: str) -> dict[str, Mapping[str, bytes]]:
    """Return the files of a pack's examples by name; none where the pack is not in a folder here, or they are wrong."""
    with suppress(UsageError, AuthorError):
        pack = catalog.load(slug, roots)
        examples = catalog.examples(slug, roots)
        return {one.name: intake.program_of(one.files, pack.assignment, pack.data) for one in examples}
    return {}


def circumstances(graded: Graded, attempt: Attempt, started: float, *, known_example: str = "") -> Circumstances:
    """Return what cannot repeat of a grading.

    Args:
        graded: what it gave.
        attempt: whose.
        started: when it began, by the steady clock.
        known_example: which example of the pack it is, or empty.
    """
    return Circumstances(
        attempt=attempt.id,
        learner=attempt.learner,
        number=attempt.number,
        received_at=attempt.received_at,
        graded_at=now(),
        duration_ms=int((time.monotonic() - started) * 1000),
        sandbox=graded.sandbox,
        image=graded.image,
        spent={name: examined.spent for name, examined in graded.examined.items()},
        printed={name: examined.printed for name, examined in graded.examined.items() if examined.printed},
        tenancy=graded.tenancy,
        practice_only=graded.practice_only,
        known_example=known_example,
    )


def with_cost(grading: Grading, report: Report) -> Grading:
    """Return a grading with what its boxes used, and what was found."""
    used = [spent.used for spent in report.circumstances.spent.values()]
    return replace(
        grading,
        cpu_ms=sum(one.cpu_ms for one in used),
        boxes=sum(one.boxes for one in used),
        findings_digest=report.findings_digest,
    )


def _with_comparison(report: Report, before: Report) -> Report:
    if report.pins != before.pins:
        return report
    if report.findings_digest == before.findings_digest:
        said = "Graded before, with the same findings."
    else:
        said = (
            "Graded before, with other findings, although files, tests and inputs were the same: "
            "this submission does not repeat itself. Does it draw random numbers without a seed, or read the clock?"
        )
    return replace(report, circumstances=replace(report.circumstances, repeated=said))
