"""All that is kept of one learner goes: what they handed in, what was said of it, and what was certified.

Theory of operation. One transaction, in the order in which everybody takes rows, jobs first, then attempts: whoever
looks sees all of a learner or nothing. What is being graded at this moment is not torn away from its worker; whoever
erases asks again. A submission is named by its content and is nobody's property: the same bytes stay where another
learner handed them in too. Of a certificate its bits stay; see `certificates`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Select, delete, func, select

from grader.errors import UsageError
from grader.model import JobState
from grader.store.certificates import erase_certificates
from grader.store.schema import attempts, certificates, gradings, jobs, reports, requests, reviews, submissions
from grader.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How much is kept of a learner, or was.

    Attributes:
        attempts: acts of submitting, with all that belongs to each.
        reports: of those attempts.
        submissions: that nobody else handed in.
        certificates: theirs.
    """

    attempts: int
    reports: int
    submissions: int
    certificates: int


def held_of(store: Store, learner: str) -> Held:
    """Return how much is kept of a learner."""
    with store.database.reading() as connection:
        return _counted(connection, learner)


def erase_learner(store: Store, learner: str) -> Held:
    """Destroy all that is kept of a learner; returns how much it was. Doing so again changes nothing.

    Raises:
        UsageError: one of their attempts is being graded at this moment, or nobody is named; nothing was erased.
    """
    if not learner:
        raise UsageError("whose? expected a learner's id, as attempts name them")
    theirs = select(attempts.c.id).where(attempts.c.learner == learner)
    with store.database.writing() as connection:
        _refuse_running(connection, theirs)
        held = _counted(connection, learner)
        digests = connection.execute(_only_theirs(learner)).scalars().all()
        refer = (jobs, requests, gradings, reviews, reports)
        for column in (*(table.c.attempt for table in refer), attempts.c.id):
            connection.execute(delete(column.table).where(column.in_(theirs)))
        for digest in digests:
            connection.execute(delete(submissions).where(submissions.c.digest == digest))
        erase_certificates(connection, learner)
    store.database.forget([table.name for table in (*refer, attempts, submissions, certificates)])
    return held


def _refuse_running(connection: Connection, theirs: Select[tuple[str]]) -> None:
    """Hold the jobs of these attempts, none of which may be running."""
    held = select(jobs.c.attempt, jobs.c.state).where(jobs.c.attempt.in_(theirs)).order_by(jobs.c.attempt)
    for attempt, state in connection.execute(held.with_for_update()).all():
        if state == JobState.RUNNING.value:
            raise UsageError(
                f"attempt {attempt} is being graded at this moment; nothing was erased: ask again after it"
            )


def _only_theirs(learner: str) -> Select[tuple[str]]:
    """Return the submissions of a learner that no other has handed in."""
    others = select(attempts.c.submission).where(attempts.c.learner != learner)
    own = select(attempts.c.submission).where(attempts.c.learner == learner, attempts.c.submission.not_in(others))
    return own.distinct()


def _counted(connection: Connection, learner: str) -> Held:
    theirs = select(attempts.c.id).where(attempts.c.learner == learner)

    def count(wanted: Select[tuple[str]]) -> int:
        return int(connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one())

    return Held(
        attempts=count(theirs),
        reports=count(select(reports.c.version).where(reports.c.attempt.in_(theirs))),
        submissions=count(_only_theirs(learner)),
        certificates=count(select(certificates.c.id).where(certificates.c.learner == learner)),
    )
