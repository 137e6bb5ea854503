"""What an operator sees: how long the lines are, who works, and what waits for a person.

Counted when it is asked for and kept nowhere: what is shown cannot disagree with what is there.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from grader.model import JobState, Lane
from grader.store.database import Database
from grader.store.schema import gradings, jobs, requests, workers

RATE_SECONDS = 600.0
"""Over so long a line's speed is measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneStatus:
    """How one lane stands.

    Attributes:
        lane: which.
        waiting: jobs that wait, those that wait for a later try included.
        running: jobs that a worker has.
        parked: jobs that wait for an operator, a new pack version, or nobody.
        oldest_seconds: how long the oldest waiting job has waited.
        per_minute: jobs done a minute, of late.
        wait_seconds: how long a job that is lined up now is likely to wait, or -1 where nothing is known.
    """

    lane: Lane
    waiting: int
    running: int
    parked: int
    oldest_seconds: float
    per_minute: float
    wait_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A job that waits for a person.

    Attributes:
        attempt: its id.
        assignment: slug.
        reason: `engine`, `pack` or `submission`.
        said: why, in a sentence.
    """

    attempt: str
    assignment: str
    reason: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """A worker that has been heard of lately.

    Attributes:
        name: host, process and number.
        families: image families it can grade with.
        seen_seconds: since when nobody has heard of it.
        attempt: what it is at, or empty.
    """

    name: str
    families: tuple[str, ...]
    seen_seconds: float
    attempt: str


class Overview:
    """The lines of an installation, as they can be looked at.

    Args:
        database: where jobs are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def lanes(self) -> tuple[LaneStatus, ...]:
        """Return how every lane stands."""
        with self._database.reading() as connection:
            now = self._database.clock(connection)
            return tuple(_status(connection, lane, now) for lane in Lane)

    def parked(self) -> tuple[Parked, ...]:
        """Return what waits for a person, the oldest first."""
        wanted = select(jobs).where(jobs.c.state == JobState.PARKED.value).order_by(jobs.c.queued_at)
        with self._database.reading() as connection:
            return tuple(
                Parked(attempt=row.attempt, assignment=row.assignment, reason=row.reason, said=row.said)
                for row in connection.execute(wanted)
            )

    def hands(self, most_seconds: float = RATE_SECONDS) -> tuple[Hand, ...]:
        """Return the workers that have been heard of lately, or have a job."""
        with self._database.reading() as connection:
            now = self._database.clock(connection)
            at = jobs.c.worker == workers.c.name, jobs.c.state == JobState.RUNNING.value
            found = (
                select(workers, func.coalesce(jobs.c.attempt, "").label("attempt"))
                .select_from(workers.outerjoin(jobs, at[0] & at[1]))
                .where((workers.c.seen_at > now - most_seconds) | jobs.c.attempt.is_not(None))
                .order_by(workers.c.name)
            )
            return tuple(
                Hand(
                    name=row.name,
                    families=tuple(row.families.split()),
                    seen_seconds=max(0.0, now - row.seen_at),
                    attempt=row.attempt,
                )
                for row in connection.execute(found)
            )


def _requested(connection: Connection, now: float) -> LaneStatus:
    """Return how the lane of requests stands, which have no jobs: what is refused waits for whoever asked."""
    waits = requests.c.refused == ""
    count, oldest = connection.execute(select(func.count(), func.min(requests.c.asked_at)).where(waits)).one()
    refused = connection.execute(select(func.count()).select_from(requests).where(~waits)).scalar_one()
    return LaneStatus(
        lane=Lane.CERTIFY,
        waiting=count,
        running=0,
        parked=refused,
        oldest_seconds=max(0.0, now - oldest) if count else 0.0,
        per_minute=0.0,
        wait_seconds=-1.0 if count else 0.0,
    )


def _status(connection: Connection, lane: Lane, now: float) -> LaneStatus:
    if lane is Lane.CERTIFY:
        return _requested(connection, now)
    in_lane = jobs.c.lane == lane.value
    counted = select(jobs.c.state, func.count()).where(in_lane).group_by(jobs.c.state)
    counts = {state: count for state, count in connection.execute(counted)}  # noqa: C416 - rows, not pairs
    oldest = connection.execute(
        select(func.min(jobs.c.queued_at)).where(in_lane, jobs.c.state == JobState.WAITING.value)
    ).scalar()
    done = connection.execute(
        select(func.count(), func.min(gradings.c.started_at)).where(
            gradings.c.lane == lane.value, gradings.c.started_at > now - RATE_SECONDS, gradings.c.ended != "retried"
        )
    ).one()
    over = max(now - done[1], 1.0) if done[0] else 1.0
    rate = done[0] / over
    waiting = counts.get(JobState.WAITING.value, 0)
    return LaneStatus(
        lane=lane,
        waiting=waiting,
        running=counts.get(JobState.RUNNING.value, 0),
        parked=counts.get(JobState.PARKED.value, 0),
        oldest_seconds=max(0.0, now - oldest) if oldest is not None else 0.0,
        per_minute=rate * 60,
        wait_seconds=waiting / rate if rate else (0.0 if not waiting else -1.0),
    )
