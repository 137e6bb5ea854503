"""Who is next, and how long the lines are.

Theory of operation. Fair is: nobody waits for a second turn of somebody else's before the first of their own. Each
waiting job has a turn: how often its learner was served in the last minute, and how many of their own jobs stand before
it. In the order of turns it has one among its course's as well, and that is its place; where places are equal, whoever
came first. So a learner who hands in fifty times waits for themselves, and a course with a thousand waiting leaves
another its half.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Double, Integer, Select, Text, bindparam, func, select, union_all

from grader.model import JobState, Lane
from grader.store.database import Database
from grader.store.jobs import job_of
from grader.store.prepared import Prepared
from grader.store.schema import attempts, gradings, jobs, requests, workers

SERVED_SECONDS = 60.0
"""For so long a turn counts after it was had."""
PACE_SECONDS = 5.0
"""Over so long it is counted how fast a line moves at this moment."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What gradings of a kind have cost, all together.

    Attributes:
        lane: from which lane.
        ended: how they ended.
        count: how many there were.
        seconds: clock time.
        cpu_seconds: processor time of their boxes.
    """

    lane: Lane
    ended: str
    count: int
    seconds: float
    cpu_seconds: float


class Lines:
    """The lines of an installation, as they can be looked at.

    Args:
        database: where jobs are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self) -> dict[tuple[Lane, str], int]:
        """Return how many jobs could be taken up now, by lane and needs."""
        with self._database.reading() as connection:
            counted = _WAITING.all(connection, {"now": self._database.clock(connection)})
            return {(Lane(lane), needs): count for lane, needs, count in counted}

    def next(self, lane: Lane, needs: str, most: int) -> tuple[str, ...]:
        """Return the attempts whose turn it is, the first first."""
        with self._database.reading() as connection:
            asked = _asked(lane, needs, self._database.clock(connection))
            return tuple(attempt for (attempt,) in _FIRST.all(connection, {**asked, "most": most}))

    def pace(self, lane: Lane) -> float:
        """Return how many jobs of a lane are done in a second, at this moment."""
        with self._database.reading() as connection:
            since = self._database.clock(connection) - PACE_SECONDS
            return float(_DONE.scalar(connection, {"lane": lane.value, "since": since})) / PACE_SECONDS

    def place(self, attempt_id: str) -> int:
        """Return how many stand before an attempt, itself included; 0 when it does not wait."""
        with self._database.reading() as connection:
            row = connection.execute(select(jobs).where(jobs.c.attempt == attempt_id)).one_or_none()
            if row is None or row.state != JobState.WAITING.value:
                return 0
            now = max(self._database.clock(connection), row.not_before)
            line = connection.execute(_LINE, _asked(job_of(row).lane, row.needs, now)).scalars().all()
            return line.index(attempt_id) + 1

    def status(self) -> tuple[LaneStatus, ...]:
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

    def costs(self) -> tuple[Cost, ...]:
        """Return what all gradings have cost, by lane and how they ended."""
        kinds = (gradings.c.lane, gradings.c.ended)
        wanted = (
            select(*kinds, func.count(), func.sum(gradings.c.seconds), func.sum(gradings.c.cpu_ms))
            .group_by(*kinds)
            .order_by(*kinds)
        )
        with self._database.reading() as connection:
            return tuple(
                Cost(lane=Lane(lane), ended=ended, count=count, seconds=seconds, cpu_seconds=cpu_ms / 1000)
                for lane, ended, count, seconds, cpu_ms in connection.execute(wanted)
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


_LANE, _NEEDS, _NOW = bindparam("lane", type_=Text), bindparam("needs", type_=Text), bindparam("now", type_=Double)
_SINCE, _MOST = bindparam("since", type_=Double), bindparam("most", type_=Integer)
_READY = jobs.c.state == JobState.WAITING.value, jobs.c.not_before <= _NOW


def _in_order() -> Select[str]:
    """Return the query of a line in its order: of `_LANE` and `_NEEDS`, at `_NOW`."""
    done = (
        select(attempts.c.course, attempts.c.learner)
        .join(gradings, gradings.c.attempt == attempts.c.id)
        .where(gradings.c.lane == _LANE, gradings.c.ended_at > _SINCE)
    )
    running = select(jobs.c.course, jobs.c.learner).where(jobs.c.lane == _LANE, jobs.c.state == JobState.RUNNING.value)
    recent = union_all(done, running).cte("recent")
    of_learner = (
        select(recent.c.course, recent.c.learner, func.count().label("had"))
        .group_by(recent.c.course, recent.c.learner)
        .subquery("of_learner")
    )
    of_course = select(recent.c.course, func.count().label("had")).group_by(recent.c.course).subquery("of_course")
    own = func.row_number().over(
        partition_by=(jobs.c.course, jobs.c.learner), order_by=(jobs.c.queued_at, jobs.c.attempt)
    )
    turns = (
        select(
            jobs.c.attempt,
            jobs.c.course,
            jobs.c.queued_at,
            (func.coalesce(of_learner.c.had, 0) + own).label("turn"),
        )
        .select_from(
            jobs.outerjoin(
                of_learner, (of_learner.c.course == jobs.c.course) & (of_learner.c.learner == jobs.c.learner)
            )
        )
        .where(jobs.c.lane == _LANE, jobs.c.needs == _NEEDS, *_READY)
        .subquery("turns")
    )
    among = func.row_number().over(
        partition_by=turns.c.course, order_by=(turns.c.turn, turns.c.queued_at, turns.c.attempt)
    )
    placed = (
        select(turns.c.attempt, turns.c.queued_at, (func.coalesce(of_course.c.had, 0) + among).label("place"))
        .select_from(turns.outerjoin(of_course, of_course.c.course == turns.c.course))
        .subquery("placed")
    )
    return select(placed.c.attempt).order_by(placed.c.place, placed.c.queued_at, placed.c.attempt)


# Composed once: putting these together takes longer than asking them.
_LINE = _in_order()
_FIRST = Prepared(_LINE.limit(_MOST))
_WAITING = Prepared(select(jobs.c.lane, jobs.c.needs, func.count()).where(*_READY).group_by(jobs.c.lane, jobs.c.needs))
_DONE = Prepared(select(func.count()).where(gradings.c.lane == _LANE, gradings.c.ended_at > _SINCE))


def _asked(lane: Lane, needs: str, now: float) -> dict[str, str | float]:
    """Return what `_LINE` is asked with."""
    return {"lane": lane.value, "needs": needs, "now": now, "since": now - SERVED_SECONDS}


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
