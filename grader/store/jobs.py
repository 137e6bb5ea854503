"""The life of a job: lined up, taken up by one worker at a time, done or given back.

Theory of operation. A worker that takes a job up holds a lease on it, by the database's clock, and renews it while it
works. Whoever dies renews nothing, and the job is there for another when the lease has run out. Should two have worked
on the same attempt after all, the report that was kept first stays, and the other has not happened: there is one report
for an attempt and pack version because that is the key of its row.

What fails for our fault or the machine's is tried again, later each time, up to a bound; then it is parked, "not
graded", until an operator has looked, and does not stand in anybody's way.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from grader.errors import UsageError
from grader.model import Grading, Job, JobState, LearnerReport, Report, State
from grader.store import records
from grader.store.database import Database
from grader.store.gradings import note
from grader.store.job_rows import job_of, line_up, ours, stands
from grader.store.prepared import Prepared
from grader.store.schema import jobs

LEASE_SECONDS = 30.0
RENEW_SECONDS = 8.0
BACKOFF_SECONDS = (2.0, 8.0, 32.0, 128.0)
"""Before the second try, the third, ...; after the last of them a job is parked."""
MOST_SAID = 2000
"""Characters of an error's sentence that are kept."""
HERE = "here"
"""The worker of a job that a command grades itself."""
ENGINE, PACK, SUBMISSION = "engine", "pack", "submission"
"""Why a job is parked: our fault, the author's, or what was handed in turned out not to be what it should."""


# Composed once: a worker asks these for every submission.
_TAKE_UP = Prepared(
    update(jobs)
    .where(
        jobs.c.attempt == bindparam("of"),
        jobs.c.state == JobState.WAITING.value,
        jobs.c.not_before <= bindparam("now"),
    )
    .values(
        state=JobState.RUNNING.value,
        worker=bindparam("by"),
        tries=jobs.c.tries + 1,
        lease_until=bindparam("until"),
    )
    .returning(*jobs.c)
)
_DONE = Prepared(delete(jobs).where(jobs.c.attempt == bindparam("of"), jobs.c.queued_at == bindparam("since")))


class Jobs:
    """The jobs of an installation.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def job(self, attempt_id: str) -> Job | None:
        """Return the job of an attempt, or None when there is nothing to do."""
        with self._database.reading() as connection:
            row = connection.execute(select(jobs).where(jobs.c.attempt == attempt_id)).one_or_none()
        return job_of(row) if row is not None else None

    def line_up_again(self, job: Job) -> bool:
        """Line up an attempt that has been graded before; whether it was not in line already."""
        with self._database.writing() as connection:
            there = connection.execute(select(jobs.c.attempt).where(jobs.c.attempt == job.attempt)).scalar()
            if there is not None:
                return False
            line_up(connection, job, now=self._database.clock(connection))
            return True

    def claim(self, attempt_id: str, worker: str) -> Job | None:
        """Take a job up; None when it is not there to be taken, or not yet."""
        with self._database.writing() as connection:
            now = self._database.clock(connection)
            asked = {"of": attempt_id, "now": now, "by": worker, "until": now + LEASE_SECONDS}
            row = _TAKE_UP.first(connection, asked)
            if row is None:
                return None
            if not records.has_report(connection, attempt_id):
                records.set_state(connection, attempt_id, State.RUNNING)
            return job_of(row)

    def renew(self, job: Job) -> bool:
        """Hold a job for longer; False when it is not ours any more."""
        with self._database.writing() as connection:
            until = self._database.clock(connection) + LEASE_SECONDS
            done = connection.execute(update(jobs).where(*ours(job)).values(lease_until=until))
            return done.rowcount == 1

    def finish(
        self,
        job: Job,
        report: Report,
        shown: LearnerReport,
        grading: Grading,
        *,
        page: str = "",
        confirming: bool = False,
    ) -> str:
        """Keep what a job came to, all of it or nothing; returns how the grading ended.

        Args:
            job: that was taken up.
            report: of its attempt.
            shown: what the learner may see of it.
            grading: what it cost.
            page: the learner's, where it has been drawn.
            confirming: graded in boxes of their own to confirm a report that is there: with the same findings it is
                kept beside that.

        Returns:
            `graded`; or, where this pack version had a report already, `same` or `other` by the findings.
        """
        confirmed = records.report_row(report, shown, page, confirmed=True) if confirming else {}
        row = records.report_row(report, shown, page)  # before the only writer there may be is kept from others
        with self._database.writing() as connection:
            now = self._database.clock(connection)
            ended = "graded"
            if records.put_report(connection, job.attempt, row, now=now):
                records.set_state(connection, job.attempt, State.PROVISIONAL if report.provisional else State.GRADED)
            else:
                kept = records.findings_digest(connection, job.attempt, records.version_of(report.pins))
                ended = "same" if kept == report.findings_digest else "other"
                if confirming and ended == "same":
                    records.put_report(connection, job.attempt, confirmed, now=now)
            # whoever has it now: it is done; but one that was lined up since is another
            _DONE.all(connection, {"of": job.attempt, "since": job.queued_at})
            note(connection, replace(grading, ended=ended))
            return ended

    def confirm(self, report: Report, shown: LearnerReport, grading: Grading, *, page: str, same: bool) -> None:
        """Note that an attempt was graded again in boxes of its own; where it found the same, keep that report, too.

        Args:
            report: of the attempt, as it was found in boxes of its own.
            shown: what the learner may see of it.
            grading: what it cost.
            page: the learner's.
            same: whether its findings are those of the report that it is to stand beside.
        """
        row = records.report_row(report, shown, page, confirmed=True)
        with self._database.writing() as connection:
            if same:
                records.put_report(connection, grading.attempt, row, now=self._database.clock(connection))
            note(connection, replace(grading, ended="same" if same else "other"))

    def give_back(self, job: Job, said: str, grading: Grading) -> JobState | None:
        """Try again later, or park it when it has been tried often enough; returns where it stands, or None."""
        if job.tries > len(BACKOFF_SECONDS):
            return self.park(job, ENGINE, said, grading)
        with self._database.writing() as connection:
            later = self._database.clock(connection) + BACKOFF_SECONDS[max(job.tries, 1) - 1]
            again = {"state": JobState.WAITING.value, "worker": "", "not_before": later, "said": _clean(said)}
            if connection.execute(update(jobs).where(*ours(job)).values(**again)).rowcount != 1:
                return None
            stands(connection, job.attempt, State.QUEUED)
            note(connection, replace(grading, ended="retried"))
            return JobState.WAITING

    def park(self, job: Job, reason: str, said: str, grading: Grading) -> JobState | None:
        """Set a job aside as not graded; returns where it stands, or None when it was not ours any more."""
        with self._database.writing() as connection:
            aside = {"state": JobState.PARKED.value, "worker": "", "reason": reason, "said": _clean(said)}
            if connection.execute(update(jobs).where(*ours(job)).values(**aside)).rowcount != 1:
                return None
            stands(connection, job.attempt, State.NOT_GRADED)
            note(connection, replace(grading, ended="parked"))
            return JobState.PARKED

    def release(self, job: Job) -> None:
        """Put a job back as if it had not been taken up, for a worker that has to stop."""
        with self._database.writing() as connection:
            back = {"state": JobState.WAITING.value, "worker": "", "tries": jobs.c.tries - 1}
            if connection.execute(update(jobs).where(*ours(job)).values(**back)).rowcount == 1:
                stands(connection, job.attempt, State.QUEUED)

    def recover(self, dead: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Free the jobs of workers that are dead, or that nobody has heard of; returns their attempts.

        Args:
            dead: workers that are known to be; of others the lease must have run out.
        """
        with self._database.writing() as connection:
            now = self._database.clock(connection)
            late = (jobs.c.lease_until < now) | jobs.c.worker.in_(dead)
            running = select(jobs).where(jobs.c.state == JobState.RUNNING.value, late)
            # what somebody is changing at this moment is not lost
            rows = connection.execute(running.with_for_update(skip_locked=True)).all()
            for job in map(job_of, rows):
                _lost(connection, job, now)
            return tuple(row.attempt for row in rows)

    def retry(self, attempt_ids: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Line up again what is parked, by an operator's word; returns the attempts.

        Args:
            attempt_ids: which; all that our fault or the pack's has parked when empty.

        Raises:
            UsageError: one of them is not parked.
        """
        with self._database.writing() as connection:
            parked = select(jobs.c.attempt).where(jobs.c.state == JobState.PARKED.value)
            if attempt_ids:
                found = set(connection.execute(parked.where(jobs.c.attempt.in_(attempt_ids))).scalars())
                other = [one for one in attempt_ids if one not in found]
                if other:
                    raise UsageError(f"{other[0]} is not parked: see `grader queue`")
            else:
                found = set(connection.execute(parked.where(jobs.c.reason != SUBMISSION)).scalars())
            fresh = {"state": JobState.WAITING.value, "tries": 0, "not_before": 0.0, "reason": "", "said": ""}
            connection.execute(update(jobs).where(jobs.c.attempt.in_(found)).values(**fresh))
            for one in found:
                stands(connection, one, State.QUEUED)
            return tuple(sorted(found))


def _clean(said: str) -> str:
    """Return a sentence as every database takes it."""
    return said.replace("\0", "�").encode(errors="replace").decode()[:MOST_SAID]


def _lost(connection: Connection, job: Job, now: float) -> None:
    """Free a job whose worker is gone; one that took several with it, or that no worker had, is parked."""
    if job.worker == HERE or job.tries > len(BACKOFF_SECONDS):
        said = f"{job.tries} workers in a row were lost while they graded it"
        said = "the command that graded it was stopped" if job.worker == HERE else said
        values: dict[str, Any] = {"state": JobState.PARKED.value, "worker": "", "reason": ENGINE, "said": said}
        stands(connection, job.attempt, State.NOT_GRADED)
    else:
        values = {"state": JobState.WAITING.value, "worker": "", "not_before": now}
        stands(connection, job.attempt, State.QUEUED)
    connection.execute(update(jobs).where(*ours(job)).values(**values))
