"""Who asked for a certificate of which attempt: the truth of the lane `certify`, of which the queue holds ids.

A row is there from asking until the certificate is released, and has the only copy of the name and address that are to
stand in it; so it goes with the learner's certificates when those are erased. Nobody holds a lease on it: certifying
can be repeated and be done by two at once, and comes to one certificate. What is refused stays, with the reason, until
somebody asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update

from grader.model import Job, JobState
from grader.store.content import put
from grader.store.database import Database
from grader.store.job_rows import line_up
from grader.store.jobs import MOST_SAID
from grader.store.schema import jobs, requests

BACKOFF_SECONDS = (2.0, 8.0, 32.0, 128.0)
"""Before the second try, the third, ...; the last is used again and again: who asked is not forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Somebody asked for a certificate.

    Attributes:
        attempt: of which.
        name: as printed; empty for the learner's id.
        email: by which they can show that it is theirs; empty for the learner's id.
        tries: how often it could not be done for our fault.
        refused: why it was refused, or empty while it waits.
    """

    attempt: str
    name: str = ""
    email: str = ""
    tries: int = 0
    refused: str = ""


class Requests:
    """The requests of an installation.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, request: Request, first: Job | None = None) -> None:
        """Keep a request, in place of an earlier one of the same attempt.

        Args:
            request: it.
            first: what has to be graded before; lined up with it, unless the attempt is in line already.
        """
        with self._database.writing() as connection:
            now = self._database.clock(connection)
            row = {name: getattr(request, name) for name in ("attempt", "name", "email", "tries", "refused")}
            put(connection, requests, row | {"asked_at": now, "not_before": now})
            there = select(jobs.c.attempt).where(jobs.c.attempt == request.attempt)
            if first is not None and connection.execute(there).scalar() is None:
                line_up(connection, first, now=now)

    def of_attempt(self, attempt_id: str) -> Request | None:
        """Return the request for a certificate of an attempt, if there is one."""
        with self._database.reading() as connection:
            row = connection.execute(select(requests).where(requests.c.attempt == attempt_id)).one_or_none()
        return _request(row._mapping) if row is not None else None  # noqa: SLF001 - SQLAlchemy's public name

    def ready(self, most: int) -> tuple[str, ...]:
        """Return the attempts that can be certified now, or refused, the oldest first: none that is being graded."""
        at_work = select(jobs.c.attempt).where(jobs.c.state != JobState.PARKED.value)
        with self._database.reading() as connection:
            wanted = (
                select(requests.c.attempt)
                .where(
                    requests.c.refused == "",
                    requests.c.not_before <= self._database.clock(connection),
                    requests.c.attempt.not_in(at_work),
                )
                .order_by(requests.c.asked_at, requests.c.attempt)
                .limit(most)
            )
            return tuple(connection.execute(wanted).scalars())

    def done(self, attempt_id: str) -> None:
        """Forget a request: the certificate is released, or whoever asked has been told why not."""
        with self._database.writing() as connection:
            connection.execute(delete(requests).where(requests.c.attempt == attempt_id))

    def refuse(self, attempt_id: str, said: str) -> None:
        """Write down why there is no certificate, for whoever asks next."""
        self._change(attempt_id, refused=said[:MOST_SAID])

    def later(self, request: Request) -> None:
        """Put a request off that could not be done for our fault, longer each time."""
        wait = BACKOFF_SECONDS[min(request.tries, len(BACKOFF_SECONDS) - 1)]
        with self._database.reading() as connection:
            now = self._database.clock(connection)
        self._change(request.attempt, tries=request.tries + 1, not_before=now + wait)

    def _change(self, attempt_id: str, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(requests).where(requests.c.attempt == attempt_id).values(**values))


def _request(row: Any) -> Request:
    names: Sequence[str] = tuple(Request.__dataclass_fields__)
    return Request(**{name: row[name] for name in names})
