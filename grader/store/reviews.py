"""What people said of attempts, for checks that people decide: rows are added, and never changed.

Theory of operation. Two reviewers may speak at the same moment, and what they say together decides. So a rating is kept
in one transaction that holds the attempt's row: whoever comes second sees the first, and no decision is made twice or
by nobody. The same transaction keeps the report that comes of it, beside those before it, and says where the attempt
stands. What follows from ratings is no matter of the store: the caller says it, inside the transaction.

Ratings go with the attempt when it is pruned or its learner erased. They belong to the version of the pack whose levels
they name; graded by another version, an attempt waits for people anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from grader.errors import EngineError, UsageError
from grader.model import Attempt, JobState, LearnerReport, Rating, Report, State
from grader.store import records
from grader.store.content import REPORT, record
from grader.store.database import Database
from grader.store.schema import attempts, certificates, jobs, reviews

_KEPT = tuple(name for name in reviews.c.keys() if name != "number")  # noqa: SIM118 - columns, not a dict


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What came of a rating.

    Attributes:
        report: with what people said.
        shown: what the learner may see of it.
        page: the learner's.
    """

    report: Report
    shown: LearnerReport
    page: str


Decide = Callable[[Attempt, Report, tuple[Rating, ...]], Reviewed]
"""Takes the attempt, its newest report and all ratings of its version, the newest last; raises to refuse that one."""


class Reviews:
    """The ratings of an installation.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def rate(self, rating: Rating, decide: Decide) -> Reviewed:
        """Keep a rating and the report that comes of it, all of it or nothing.

        Args:
            rating: of an attempt that has a report; its version is that report's, whatever it says.
            decide: what follows from all ratings; called while the attempt is held.

        Raises:
            UsageError: there is no such attempt or no report of it, it is graded again at this moment, or certified.
            GraderError: whatever `decide` raises.
        """
        with self._database.writing() as connection:
            attempt = _held(connection, rating.attempt)
            content, _ = records.report_contents(connection, attempt.id)
            report = record(REPORT, content, f"report of attempt {attempt.id}")
            version = records.version_of(report.pins)
            number = _added(connection, rating, version)
            reviewed = decide(attempt, report, _of(connection, attempt.id, version))
            row = records.report_row(reviewed.report, reviewed.shown, reviewed.page, rating=number)
            now = self._database.clock(connection)
            records.put_report(connection, attempt.id, row, now=now)
            final = State.PROVISIONAL if reviewed.report.provisional else State.GRADED
            records.set_state(connection, attempt.id, final)
            return reviewed

    def of(self, report: Report) -> tuple[Rating, ...]:
        """Return what people said of the attempt of a report, by the version that judged it, the oldest first."""
        with self._database.reading() as connection:
            return _of(connection, report.circumstances.attempt, records.version_of(report.pins))

    def of_course(self, course: str, assignment: str = "") -> tuple[tuple[Attempt, tuple[Rating, ...]], ...]:
        """Return the ratings of a course, or of those in none, by attempt; each attempt's the oldest first."""
        wanted = select(reviews, attempts.c.assignment).join(attempts).where(attempts.c.course == course)
        if assignment:
            wanted = wanted.where(attempts.c.assignment == assignment)
        found: dict[str, list[Rating]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(wanted.order_by(reviews.c.number)):
                found.setdefault(row.attempt, []).append(_rating(row._mapping))  # noqa: SLF001 - a public name
            return tuple((records.attempt(connection, one), tuple(said)) for one, said in found.items())

    def waiting(self, course: str | None = None) -> tuple[tuple[Attempt, Report], ...]:
        """Return the attempts that wait for a person, with their newest reports, the oldest first.

        Args:
            course: only of this one.
        """
        wanted = select(attempts).where(attempts.c.state == State.PROVISIONAL.value)
        if course is not None:
            wanted = wanted.where(attempts.c.course == course)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(attempts.c.received_at, attempts.c.id)).all()
            found = [records.attempt_of(row) for row in rows]
            contents = [records.report_contents(connection, one.id)[0] for one in found]
        return tuple(
            (one, record(REPORT, content, f"report of attempt {one.id}"))
            for one, content in zip(found, contents, strict=True)
        )


def _held(connection: Connection, attempt_id: str) -> Attempt:
    """Hold the attempt's row until the transaction ends; in SQLite all writers wait anyway."""
    wanted = select(attempts).where(attempts.c.id == records.checked_id(attempt_id))
    row = connection.execute(wanted.with_for_update()).one_or_none()
    if row is None:
        raise UsageError(f"there is no attempt {attempt_id} here")
    running = select(jobs.c.attempt).where(jobs.c.attempt == attempt_id, jobs.c.state == JobState.RUNNING.value)
    if connection.execute(running).scalar() is not None:
        raise UsageError(f"attempt {attempt_id} is being graded at this moment: review it after that")
    in_force = certificates.c.attempt == attempt_id, certificates.c.revoked_at == ""
    if connection.execute(select(certificates.c.id).where(*in_force)).scalar() is not None:
        raise UsageError(f"attempt {attempt_id} is certified with what people said of it: revoke the certificate first")
    return records.attempt_of(row)


def _added(connection: Connection, rating: Rating, version: str) -> int:
    row = {name: getattr(rating, name) for name in _KEPT} | {"version": version}
    number = connection.execute(insert(reviews).values(row).returning(reviews.c.number)).scalar()
    if number is None:
        raise EngineError("the store did not number a review")
    return int(number)


def _of(connection: Connection, attempt_id: str, version: str) -> tuple[Rating, ...]:
    wanted = select(reviews).where(reviews.c.attempt == attempt_id, reviews.c.version == version)
    return tuple(_rating(row._mapping) for row in connection.execute(wanted.order_by(reviews.c.number)))  # noqa: SLF001


def _rating(row: Any) -> Rating:
    names: Sequence[str] = tuple(Rating.__dataclass_fields__)
    return Rating(**{name: row[name] for name in names})
