"""The store as the desk knows it: submissions, attempts, reports; and the way to jobs, lines, packs, agreement."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path

from grader.model import Attempt, Job, LearnerReport, Report, State, Submission
from grader.store import records
from grader.store.agreement import Agreement
from grader.store.certificates import Certificates
from grader.store.content import LEARNER_REPORT, REPORT, inflated, record
from grader.store.database import Database
from grader.store.gradings import Gradings
from grader.store.job_rows import give_way, line_up
from grader.store.jobs import Jobs
from grader.store.line import Lines
from grader.store.overview import Overview
from grader.store.packs import Packs
from grader.store.requests import Requests
from grader.store.reviews import Reviews
from grader.store.secret import secret as read_secret


class Store:
    """The store of one installation; opened when it is first used.

    Args:
        home: the data folder; made when first written to, for its owner only.
        secret_file: where the secret is, if another place was chosen; then it is never made here.
        url: of the database, or empty for a file in `home`.
    """

    def __init__(self, home: Path, secret_file: Path | None = None, url: str = "") -> None:
        self.home = home
        self._secret_file = secret_file
        self.database = Database(url, home)
        self._agreed: bytes | None = None

    @cached_property
    def jobs(self) -> Jobs:
        """What is to be graded."""
        return Jobs(self.database)

    @cached_property
    def lines(self) -> Lines:
        """Who is next."""
        return Lines(self.database)

    @cached_property
    def overview(self) -> Overview:
        """How long the lines are, and who works."""
        return Overview(self.database)

    @cached_property
    def gradings(self) -> Gradings:
        """What gradings there were."""
        return Gradings(self.database)

    @cached_property
    def packs(self) -> Packs:
        """Pack versions."""
        return Packs(self.database, self.home)

    @cached_property
    def certificates(self) -> Certificates:
        """What was certified."""
        return Certificates(self.database)

    @cached_property
    def requests(self) -> Requests:
        """Who asked for which certificate."""
        return Requests(self.database)

    @cached_property
    def reviews(self) -> Reviews:
        """What people said of attempts."""
        return Reviews(self.database)

    @cached_property
    def agreement(self) -> Agreement:
        """What all hosts agree on."""
        return Agreement(self.database)

    def receive(self, attempt: Attempt, submission: Submission, job: Job) -> Attempt:
        """Keep a submission, an attempt and its job, all of it or nothing; returns the attempt, numbered."""
        with self.database.writing() as connection:
            records.put_submission(connection, submission)
            records.hold_numbers(connection, attempt.learner, attempt.assignment, attempt.course)
            give_way(connection, job)
            number = records.next_number(connection, attempt.learner, attempt.assignment, attempt.course)
            received = replace(attempt, number=number, state=State.QUEUED)
            records.put_attempt(connection, received)
            line_up(connection, job, now=self.database.clock(connection))
        return received

    def put_submission(self, submission: Submission) -> None:
        """Keep a submission under its digest; keeping it again changes nothing."""
        with self.database.writing() as connection:
            records.put_submission(connection, submission)

    def submission(self, digest: str) -> Submission:
        """Return the submission of this digest, hashed again.

        Raises:
            UsageError: there is none.
            EngineError: what is kept is not what was put.
        """
        with self.database.reading() as connection:
            return records.submission(connection, digest)

    def put_attempt(self, attempt: Attempt) -> None:
        """Keep an attempt, or what has changed of it."""
        with self.database.writing() as connection:
            records.put_attempt(connection, attempt)

    def attempt(self, attempt_id: str) -> Attempt:
        """Return one attempt.

        Raises:
            UsageError: there is none.
            EngineError: it is damaged.
        """
        with self.database.reading() as connection:
            return records.attempt(connection, attempt_id)

    def handed_in(self, attempt_id: str) -> tuple[Attempt, Submission]:
        """Return one attempt and what was handed in by it.

        Raises:
            UsageError: there is none.
            EngineError: it is damaged.
        """
        with self.database.reading() as connection:
            found = records.attempt(connection, attempt_id)
            return found, records.submission(connection, found.submission)

    def attempts(self, learner: str, assignment: str) -> tuple[Attempt, ...]:
        """Return a learner's attempts at an assignment, by number."""
        with self.database.reading() as connection:
            return records.attempts_of(connection, learner, assignment)

    def report(self, attempt_id: str) -> Report:
        """Return the newest report of an attempt.

        Raises:
            UsageError: there is none (yet).
            EngineError: it is damaged.
        """
        with self.database.reading() as connection:
            content, _ = records.report_contents(connection, attempt_id)
        return record(REPORT, content, f"report of attempt {attempt_id}")

    def reports(self, attempt_id: str) -> tuple[Report, ...]:
        """Return every report of an attempt, the newest first; none where there is none (yet).

        Raises:
            EngineError: one is damaged.
        """
        with self.database.reading() as connection:
            kept = records.all_report_contents(connection, attempt_id)
        return tuple(record(REPORT, content, f"report of attempt {attempt_id}") for content in kept)

    def learner_report(self, attempt_id: str) -> LearnerReport:
        """Return what the learner may see of an attempt's newest report.

        Raises:
            UsageError: there is none (yet).
            EngineError: it is damaged.
        """
        with self.database.reading() as connection:
            _, content = records.report_contents(connection, attempt_id)
        return record(LEARNER_REPORT, content, f"report of attempt {attempt_id}")

    def earlier_report(self, attempt: Attempt) -> Report | None:
        """Return the newest report of an attempt, or else of the same bytes by the same learner, if there is one.

        Raises:
            EngineError: it is damaged.
        """
        with self.database.reading() as connection:
            content = records.earlier_content(connection, attempt)
        return None if content is None else record(REPORT, content, f"earlier report of attempt {attempt.id}")

    def page(self, attempt_id: str) -> str:
        """Return the learner's page of an attempt's newest report, or nothing where none was kept with it.

        Raises:
            UsageError: there is no report (yet).
            EngineError: it is damaged.
        """
        with self.database.reading() as connection:
            content = records.page_content(connection, attempt_id)
        return "" if content is None else inflated(content, f"page of attempt {attempt_id}")

    def secret(self) -> bytes:
        """Return the installation secret, the same on all hosts; the first to ask makes it.

        Raises:
            UsageError: the file that was chosen is not there, not 32 bytes, or readable by others; or it is another
                than that of the other hosts.
        """
        found = read_secret(self.home, self._secret_file)
        if found != self._agreed:
            self.agreement.on_secret(found)
            self._agreed = found
        return found
