"""Jobs in an open transaction: how one comes into its line, and what becomes of its attempt meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, select

from grader.errors import EngineError
from grader.model import Job, JobState, Lane, State
from grader.store import records
from grader.store.content import put
from grader.store.prepared import Prepared
from grader.store.schema import courses, jobs

_NEWEST_ONLY = Prepared(select(courses.c.newest_only).where(courses.c.id == bindparam("course")))


def job_of(row: Sequence[Any]) -> Job:
    """Return the job in a whole row."""
    named = zip(jobs.c.keys(), row, strict=True)
    fields = {name: value for name, value in named if name in Job.__dataclass_fields__}
    try:
        return Job(**{**fields, "lane": Lane(fields["lane"]), "state": JobState(fields["state"])})
    except ValueError as error:
        raise EngineError(f"the store's job of attempt {fields['attempt']} is damaged") from error


def line_up(connection: Connection, job: Job, *, now: float) -> None:
    """Put a job at the end of its line."""
    row = {name: getattr(job, name, None) for name in jobs.c.keys()}  # noqa: SIM118 - columns, not a dict
    row |= {"lane": job.lane.value, "state": JobState.WAITING.value, "queued_at": now, "not_before": now}
    row |= {"lease_until": 0.0}
    put(connection, jobs, row)


def give_way(connection: Connection, job: Job) -> None:
    """In a course that wants the newest attempt only, take older ones out of the line that the job is to stand in."""
    if not _NEWEST_ONLY.scalar(connection, {"course": job.course}):
        return
    older = (
        jobs.c.state == JobState.WAITING.value,
        jobs.c.lane == job.lane.value,
        jobs.c.course == job.course,
        jobs.c.learner == job.learner,
        jobs.c.assignment == job.assignment,
    )
    for attempt_id in connection.execute(delete(jobs).where(*older).returning(jobs.c.attempt)).scalars().all():
        stands(connection, attempt_id, State.SUPERSEDED)


def ours(job: Job) -> tuple[ColumnElement[bool], ...]:
    """Return what still holds when nobody else has taken a job up since."""
    return (
        jobs.c.attempt == job.attempt,
        jobs.c.state == JobState.RUNNING.value,
        jobs.c.worker == job.worker,
        jobs.c.tries == job.tries,
    )


def stands(connection: Connection, attempt_id: str, state: State) -> None:
    """Say where an attempt stands; one that has a report keeps its state while it is graded again."""
    if not records.has_report(connection, attempt_id):
        records.set_state(connection, attempt_id, state)
