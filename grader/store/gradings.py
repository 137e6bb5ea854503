"""What gradings there were: how each ended, and what it cost.

A job is forgotten when it is done; this is what is left of it, one row each time an attempt was taken up. The order of
the lines counts these rows, and an operator sees what they come to.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from grader.model import Grading, Lane
from grader.store.database import Database
from grader.store.prepared import Prepared
from grader.store.schema import gradings

_NOTED = tuple(name for name in gradings.c.keys() if name != "id")  # noqa: SIM118 - columns, not a dict
_NOTE = Prepared(gradings.insert().inline(), _NOTED)


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


class Gradings:
    """The gradings of an installation.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def last_ended(self, attempt_id: str) -> str:
        """Return how the last grading of an attempt ended (see `Grading.ended`), or empty where there was none."""
        wanted = select(gradings.c.ended).where(gradings.c.attempt == attempt_id)
        with self._database.reading() as connection:
            return str(connection.execute(wanted.order_by(gradings.c.id.desc()).limit(1)).scalar() or "")

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


def note(connection: Connection, grading: Grading) -> None:
    """Write down that an attempt was taken up, and what it cost."""
    row = {name: getattr(grading, name, None) for name in _NOTED}
    row |= {"lane": grading.lane.value, "ended_at": grading.started_at + grading.seconds}
    _NOTE.all(connection, row)
