"""Who is next.

Theory of operation. Fair is: nobody waits for a second turn of somebody else's before the first of their own. Each
waiting job has a turn: how often its learner was served in the last minute, and how many of their own jobs stand before
it. In the order of turns it has one among its course's as well, and that is its place; where places are equal, whoever
came first. So a learner who hands in fifty times waits for themselves, and a course with a thousand waiting leaves
another its half.
"""

from __future__ import annotations

from sqlalchemy import Double, Integer, Select, Text, bindparam, func, select, union_all

from grader.model import JobState, Lane
from grader.store.database import Database
from grader.store.job_rows import job_of
from grader.store.prepared import Prepared
from grader.store.schema import attempts, gradings, jobs

SERVED_SECONDS = 60.0
"""For so long a turn counts after it was had."""
PACE_SECONDS = 5.0
"""Over so long it is counted how fast a line moves at this moment."""


class Lines:
    """The lines of an installation, in their order.

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
