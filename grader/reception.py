"""The front of the desk: takes a submission in, and tells the queue that there is something to do.

    receive         freeze the upload; keep it, an attempt and its job; say so to the queue
    line_up_again   a job for an attempt that has been graded before

The store is told before anybody else, so that no submission is lost.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from grader import catalog, dispatch, intake
from grader.desk import Desk, now
from grader.errors import EngineError, UsageError
from grader.model import Attempt, Job, Lane, Pack, State
from grader.queue.lines import LineName

LONGEST_NAME = 200


def receive(
    desk: Desk, slug: str, path: Path, *, learner: str, course: str = "", lane: Lane = Lane.INTERACTIVE
) -> Attempt:
    """Take a submission: keep it, an attempt and its job, then tell the queue.

    Raises:
        UsageError: no such assignment, or a name that is none.
        SubmissionError: the upload cannot be accepted; nothing is kept.
        AuthorError: the pack is wrong.
        EngineError: the store does not answer; nothing is kept.
    """
    _look_at_name("learner", learner)
    _look_at_name("course", course)
    pack, files = catalog.load_bundled(slug, desk.settings.assignments)
    submission = intake.freeze(path, pack.assignment, pack.data)
    attempt = Attempt(
        id=secrets.token_hex(6),
        assignment=slug,
        learner=learner,
        course=course,
        submission=submission.digest,
        received_at=now(),
        number=0,
        state=State.RECEIVED,
    )
    job = job_of(desk, attempt, pack, files, Lane.GPU if pack.assignment.gpu else lane)
    received = desk.store.receive(attempt, submission, job)
    tell_queue(desk, LineName(job.lane, job.needs))
    return received


def _look_at_name(option: str, name: str) -> None:
    """Refuse a name that no list, page or database could hold as it is."""
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(f"--{option}: found {name[:40]!a}; expected at most {LONGEST_NAME} printable characters")


def tell_queue(desk: Desk, line: LineName | None = None) -> bool:
    """Tell the queue what waits, in one line or in all, if there is one and it answers; returns whether it does."""
    if desk.queue is None:
        return False
    with suppress(EngineError):  # the store has it; whoever works there will see it
        if line is not None:
            dispatch.feed_line(desk.store, desk.queue, line)
        else:
            dispatch.feed(desk.store, desk.queue)
        return True
    return False


def line_up_again(desk: Desk, attempt_id: str) -> bool:
    """Line up an attempt to be graded again, by its pack as it is now; whether it was not in line already."""
    attempt = desk.store.attempt(attempt_id)
    desk.store.report(attempt_id)  # nothing to compare with is said at once
    pack, files = catalog.load_bundled(attempt.assignment, desk.settings.assignments)
    fresh = desk.store.jobs.line_up_again(job_of(desk, attempt, pack, files, Lane.REGRADE))
    tell_queue(desk)
    return fresh


def job_of(desk: Desk, attempt: Attempt, pack: Pack, files: Mapping[str, bytes], lane: Lane, *, key: str = "") -> Job:
    """Return the job of an attempt, its pack kept for whoever does it.

    Args:
        desk: where it is lined up.
        attempt: which.
        pack: what judges.
        files: all that loading it takes; not looked at where the store has it.
        lane: in which it stands.
        key: under which the store has the pack already, or empty.
    """
    needs = "+".join(sorted({pack.assignment.family, pack.assignment.proctor_family}))
    key = key or desk.store.packs.put(pack.slug, files, needs)
    return Job(
        attempt=attempt.id,
        lane=lane,
        course=attempt.course,
        learner=attempt.learner,
        assignment=attempt.assignment,
        pack=key,
        needs=needs,
        queued_at=0.0,  # the store says
    )
