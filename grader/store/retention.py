"""What is old enough goes: attempts received before a date, and what nobody needs without them.

Theory of operation. What waits or is being graded stays, however old: a submission is not lost because its line was
long. Everything happens in one transaction, and in the order in which everybody takes rows, jobs first, then attempts.
An attempt whose row is held here cannot be lined up by another meanwhile; what was lined up before that stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, func, select

from grader.model import JobState
from grader.store.schema import attempts, gradings, jobs, packs, reports, requests, reviews, submissions
from grader.store.store import Store

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many of each were removed, or would be.

    Attributes:
        attempts: received before the date, and waiting for nobody but a person.
        reports: of those attempts.
        gradings: likewise.
        parked: jobs of those attempts, which waited for a person.
        submissions: that no attempt has any more.
        packs: versions that no job waits for, kept before the date; the newest of an assignment stays as long as it
            has attempts.
    """

    attempts: int
    reports: int
    gradings: int
    parked: int
    submissions: int
    packs: int


def prune(store: Store, before: str, *, dry_run: bool = False) -> Pruned:
    """Remove attempts received before a date, with all that belongs to them, and what nobody refers to then.

    Args:
        store: of the installation.
        before: UTC, ISO 8601, as attempts have it.
        dry_run: only count.
    """
    with store.database.writing() as connection:
        parked = _without_parked(connection, before)
        ended = _ended(connection, before)
        _all_removed(connection, reviews.c.attempt, ended)
        pruned = Pruned(  # removed in this order: what refers to an attempt before it, and what it refers to after it
            parked=parked,
            reports=_all_removed(connection, reports.c.attempt, ended),
            gradings=_all_removed(connection, gradings.c.attempt, ended),
            attempts=_all_removed(connection, attempts.c.id, ended),
            submissions=_removed(connection, submissions, submissions.c.digest.not_in(select(attempts.c.submission))),
            packs=_without_old_packs(connection, before),
        )
        _removed(connection, requests, requests.c.attempt.not_in(select(attempts.c.id)))
        if dry_run:
            connection.rollback()
    return pruned


def _without_parked(connection: Connection, before: str) -> int:
    """Remove what waits for a person since before the date; returns how many jobs there were."""
    old = select(attempts.c.id).where(attempts.c.received_at < before)
    return _removed(connection, jobs, jobs.c.state == JobState.PARKED.value, jobs.c.attempt.in_(old))


def _ended(connection: Connection, before: str) -> list[str]:
    """Return the old attempts that have no job, held until this is over."""
    old = select(attempts.c.id).where(attempts.c.received_at < before, attempts.c.id.not_in(select(jobs.c.attempt)))
    held = connection.execute(old.order_by(attempts.c.id).with_for_update()).scalars().all()
    lined_up = {
        one
        for some in _portions(held)
        for one in connection.execute(select(jobs.c.attempt).where(jobs.c.attempt.in_(some))).scalars()
    }
    return [one for one in held if one not in lined_up]


def _without_old_packs(connection: Connection, before: str) -> int:
    """Remove pack versions that are not needed; the one that the next submission will ask for is."""
    others = packs.alias("others")
    newest = select(func.max(others.c.kept_at)).where(others.c.slug == packs.c.slug).scalar_subquery()
    in_use = select(attempts.c.id).where(attempts.c.assignment == packs.c.slug).exists()
    return _removed(
        connection,
        packs,
        packs.c.key.not_in(select(jobs.c.pack)),
        packs.c.kept_at < datetime.fromisoformat(before).timestamp(),
        (packs.c.kept_at < newest) | ~in_use,
    )


def _removed(connection: Connection, table: Table, *which: ColumnElement[bool]) -> int:
    """Remove rows of a table; returns how many there were."""
    return connection.execute(delete(table).where(*which)).rowcount


def _all_removed(connection: Connection, column: Column[str], ids: Sequence[str]) -> int:
    """Remove the rows that have one of these ids in a column; returns how many there were."""
    return sum(_removed(connection, column.table, column.in_(some)) for some in _portions(ids))


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield so many at a time as every database takes in one statement."""
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
