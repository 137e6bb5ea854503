"""The desk: submit, grade, publish. The one place that asks for the date, and passes it down.

    submit   freeze the upload, store it, record an attempt
    grade    grade a stored attempt, compare with an earlier grading of the same bytes
    publish  store the report and what the learner may see of it

The store is told before anything is graded, so that no submission is lost; what cannot be graded for our fault stays
"not graded" and uses no attempt up.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from grader import catalog, intake
from grader.catalog import Example
from grader.errors import AuthorError, EngineError, SubmissionError
from grader.keys import PUBLISHED_SECRET
from grader.model import Attempt, Circumstances, LearnerReport, Pack, Report, State, Submission
from grader.sandbox.interface import Sandbox
from grader.settings import Settings
from grader.store import Store
from grader.story.grading import Graded, Progress
from grader.story.grading import grade as grade_submission
from grader.story.grading import report as write_report
from grader.story.reveal import reveal


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk works with.

    Attributes:
        settings: of this installation.
        store: where attempts and reports are kept.
        sandbox: where submissions run.
    """

    settings: Settings
    store: Store
    sandbox: Sandbox


@dataclass(frozen=True, slots=True)
class Published:
    """A report, and what the learner sees of it.

    Attributes:
        report: all of it.
        learner: the default of every output.
    """

    report: Report
    learner: LearnerReport


def submit(desk: Desk, slug: str, path: Path, *, learner: str, progress: Progress) -> Published:
    """Take a submission and grade it here and now.

    Raises:
        SubmissionError: the upload cannot be accepted; nothing is kept.
        AuthorError: the pack is wrong.
        EngineError: our fault; the attempt is kept as not graded.
    """
    pack = catalog.load(slug, desk.settings.assignments)
    submission = intake.freeze(path, pack.assignment)
    desk.store.put_submission(submission)
    attempt = _record(desk.store, slug, learner, submission)
    return grade(desk, attempt, pack, progress=progress)


def _record(store: Store, slug: str, learner: str, submission: Submission) -> Attempt:
    earlier = [one for one in store.attempts(learner=learner, assignment=slug) if one.state is not State.NOT_GRADED]
    attempt = Attempt(
        id=secrets.token_hex(6),
        assignment=slug,
        learner=learner,
        course="",
        submission=submission.digest,
        received_at=_now(),
        number=len(earlier) + 1,
        state=State.RECEIVED,
    )
    store.put_attempt(attempt)
    return attempt


def grade(desk: Desk, attempt: Attempt, pack: Pack, *, progress: Progress) -> Published:
    """Grade a stored attempt and publish its report."""
    running = replace(attempt, state=State.RUNNING)
    desk.store.put_attempt(running)
    started = time.monotonic()
    try:
        submission = desk.store.submission(attempt.submission)
        graded = grade_submission(pack, submission, sandbox=desk.sandbox, secret=desk.store.secret(), progress=progress)
    except (SubmissionError, AuthorError, EngineError):
        desk.store.put_attempt(replace(attempt, state=State.NOT_GRADED))
        raise
    report = write_report(pack, graded, _circumstances(graded, running, started))
    return publish(desk, running, pack, _compared(desk.store, attempt, report))


def regrade(desk: Desk, attempt_id: str, *, progress: Progress) -> tuple[Published, Report]:
    """Grade an attempt again; returns the new report and the one that was there.

    The new report says whether the findings are the same; the one that was there stays.
    """
    attempt = desk.store.attempt(attempt_id)
    before = desk.store.report(attempt_id)
    pack = catalog.load(attempt.assignment, desk.settings.assignments)
    started = time.monotonic()
    submission = desk.store.submission(attempt.submission)
    graded = grade_submission(pack, submission, sandbox=desk.sandbox, secret=desk.store.secret(), progress=progress)
    report = write_report(pack, graded, _circumstances(graded, attempt, started))
    report = _with_comparison(report, before)
    return Published(report, reveal(report, pack)), before


def publish(desk: Desk, attempt: Attempt, pack: Pack, report: Report) -> Published:
    """Store a report and what the learner may see of it."""
    published = Published(report, reveal(report, pack))
    desk.store.put_report(attempt.id, report, published.learner)
    desk.store.put_attempt(replace(attempt, state=State.PROVISIONAL if report.provisional else State.GRADED))
    return published


def grade_example(
    pack: Pack, example: Example, *, sandbox: Sandbox, secret: bytes = PUBLISHED_SECRET, progress: Progress
) -> Published:
    """Grade a golden submission of a pack; no attempt is recorded.

    Raises:
        SubmissionError: as for a learner; an example may expect it.
    """
    started = time.monotonic()
    submission = intake.freeze_files(example.files, pack.assignment)
    graded = grade_submission(pack, submission, sandbox=sandbox, secret=secret, progress=progress)
    nobody = Attempt(
        id="",
        assignment=pack.slug,
        learner=example.name,
        course="",
        submission=submission.digest,
        received_at=_now(),
        number=0,
        state=State.RUNNING,
    )
    report = write_report(pack, graded, _circumstances(graded, nobody, started))
    return Published(report, reveal(report, pack))


def differences(example: Example, report: Report) -> tuple[str, ...]:
    """Return how a report departs from what the example expects, a sentence each; empty when it is as expected."""
    expect, found = example.expect, []
    if expect.error:
        return ("expected to be refused as an upload, and was graded",)
    if expect.passed is not report.passed:
        found.append(f"expected {_passing(passed=expect.passed)}, got {_passing(passed=report.passed)}")
    if expect.points != report.score.earned:
        found.append(f"expected {expect.points} points, got {report.score.earned}")
    for criterion in report.criteria:
        expected = expect.criteria.get(criterion.id)
        if expected is None:
            found.append(f"{criterion.id}: expect.toml says nothing of it; got {criterion.outcome}, {criterion.earned}")
        elif (expected.outcome, expected.points) != (criterion.outcome, criterion.earned):
            found.append(
                f"{criterion.id}: expected {expected.outcome}, {expected.points} points; "
                f"got {criterion.outcome}, {criterion.earned} points"
            )
    return tuple(found)


def _passing(*, passed: bool) -> str:
    return "passed" if passed else "not passed"


def _circumstances(graded: Graded, attempt: Attempt, started: float) -> Circumstances:
    return Circumstances(
        attempt=attempt.id,
        learner=attempt.learner,
        number=attempt.number,
        received_at=attempt.received_at,
        graded_at=_now(),
        duration_ms=int((time.monotonic() - started) * 1000),
        sandbox=graded.sandbox,
        image=graded.image,
        spent={name: examined.spent for name, examined in graded.examined.items()},
        printed={name: examined.printed for name, examined in graded.examined.items() if examined.printed},
        practice_only=graded.practice_only,
    )


def _compared(store: Store, attempt: Attempt, report: Report) -> Report:
    """Compare with the last report on the same bytes by the same learner, if there is one."""
    earlier = [
        one
        for one in store.attempts(learner=attempt.learner, assignment=attempt.assignment)
        if one.id != attempt.id and one.submission == attempt.submission and one.state is State.GRADED
    ]
    return _with_comparison(report, store.report(earlier[-1].id)) if earlier else report


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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
