"""Submissions, attempts and reports in an open transaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text, update

from grader.canonical import digest, digest_tree, encode
from grader.errors import EngineError, UsageError
from grader.model import Attempt, LearnerReport, Pins, Report, State, Submission
from grader.store.content import deflated, packed, put, put_unless_there, unpacked
from grader.store.prepared import Prepared
from grader.store.schema import attempts, reports, submissions

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
UNCOUNTED = (State.NOT_GRADED, State.SUPERSEDED)
"""What becomes of an attempt that is not used up: the next one has the same number."""


# Composed once: a worker asks these for every submission, and putting them together takes longer than asking.
_ATTEMPT = Prepared(select(attempts).where(attempts.c.id == bindparam("attempt")))
_STANDS = Prepared(update(attempts).where(attempts.c.id == bindparam("attempt")).values(state=bindparam("stands")))
_CONTENT = Prepared(select(submissions.c.content).where(submissions.c.digest == bindparam("wanted")))
_REPORTED = Prepared(select(reports.c.attempt).where(reports.c.attempt == bindparam("attempt")).limit(1))
_OWN = Prepared(
    select(reports.c.content)
    .where(reports.c.attempt == bindparam("attempt"))
    .order_by(reports.c.kept_at.desc())
    .limit(1)
)
_OF_THE_SAME_BYTES = Prepared(
    select(reports.c.content)
    .join(attempts, attempts.c.id == reports.c.attempt)
    .where(
        attempts.c.learner == bindparam("learner"),
        attempts.c.assignment == bindparam("assignment"),
        attempts.c.submission == bindparam("submission"),
        attempts.c.state == State.GRADED.value,
    )
    .order_by(attempts.c.number.desc(), attempts.c.received_at.desc(), attempts.c.id.desc(), reports.c.kept_at.desc())
    .limit(1)
)
_HIGHEST_NUMBER = Prepared(
    select(func.max(attempts.c.number)).where(
        attempts.c.learner == bindparam("learner"),
        attempts.c.assignment == bindparam("assignment"),
        attempts.c.course == bindparam("course"),
        *(attempts.c.state != state.value for state in UNCOUNTED),
    )
)
_HOLD = Prepared(text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"))


def put_submission(connection: Connection, submission: Submission) -> None:
    """Keep a submission under its digest; keeping it again changes nothing."""
    if digest_tree(submission.files) != submission.digest:
        raise EngineError(f"the files of {submission.digest} have another digest")
    row = {"digest": submission.digest, "content": packed(submission.files)}
    put_unless_there(connection, submissions, row)


def submission(connection: Connection, wanted: str) -> Submission:
    """Return the submission of this digest, hashed again."""
    if not _DIGEST.fullmatch(wanted):
        raise UsageError(f"{wanted!a} is no digest; expected sha256: and 64 hexadecimal digits")
    content = _CONTENT.scalar(connection, {"wanted": wanted})
    if content is None:
        raise UsageError(f"there is no submission {wanted} here")
    return Submission(files=unpacked(content, wanted, f"submission {wanted}"), digest=wanted)


def put_attempt(connection: Connection, attempt: Attempt) -> None:
    """Keep an attempt, or what has changed of it."""
    row = {name: getattr(attempt, name) for name in attempts.c.keys()}  # noqa: SIM118 - columns, not a dict
    row |= {"id": checked_id(attempt.id), "state": attempt.state.value}
    put(connection, attempts, row)


def set_state(connection: Connection, attempt_id: str, state: State) -> None:
    """Say where an attempt stands."""
    _STANDS.all(connection, {"attempt": attempt_id, "stands": state.value})


def attempt(connection: Connection, attempt_id: str) -> Attempt:
    """Return one attempt."""
    row = _ATTEMPT.first(connection, {"attempt": checked_id(attempt_id)})
    if row is None:
        raise UsageError(f"there is no attempt {attempt_id} here")
    return attempt_of(row)


def attempts_of(connection: Connection, learner: str, assignment: str) -> tuple[Attempt, ...]:
    """Return a learner's attempts at an assignment, by number."""
    theirs = select(attempts).where(attempts.c.learner == learner, attempts.c.assignment == assignment)
    ordered = theirs.order_by(attempts.c.number, attempts.c.received_at, attempts.c.id)
    return tuple(attempt_of(row) for row in connection.execute(ordered))


def hold_numbers(connection: Connection, learner: str, assignment: str, course: str) -> None:
    """Have whoever numbers an attempt of the same learner wait for this transaction; in SQLite all writers do."""
    if connection.dialect.name == "postgresql":
        name = digest([learner, assignment, course])
        _HOLD.all(connection, {"name": name})


def next_number(connection: Connection, learner: str, assignment: str, course: str) -> int:
    """Return the number of a learner's next attempt."""
    theirs = {"learner": learner, "assignment": assignment, "course": course}
    return int(_HIGHEST_NUMBER.scalar(connection, theirs) or 0) + 1


def attempt_of(row: Sequence[Any]) -> Attempt:
    """Return the attempt in a whole row."""
    fields = dict(zip(attempts.c.keys(), row, strict=True))
    try:
        return Attempt(**{**fields, "state": State(fields["state"])})
    except ValueError as error:
        raise EngineError(f"the store's attempt {fields['id']} is damaged: it holds no such record") from error


def version_of(pins: Pins, *, confirmed: bool = False, rating: int = 0) -> str:
    """Return the pack version that judged: hidden files and rubric together.

    What confirms in boxes of their own what was found in a cell has a version apart, and so has what came of each
    rating, by its number: all of these reports are kept.
    """
    judged = {"pack": pins.pack, "rubric": pins.rubric}
    apart = {"tenancy": "single"} if confirmed else {"rating": str(rating)} if rating else {}
    return digest(judged | apart)


def report_row(
    report: Report, shown: LearnerReport, page: str, *, confirmed: bool = False, rating: int = 0
) -> dict[str, Any]:
    """Return a report, what its learner may see and the page of that, as they are kept."""
    return {
        "version": version_of(report.pins, confirmed=confirmed, rating=rating),
        "findings_digest": report.findings_digest,
        "content": encode(report),
        "learner_content": encode(shown),
        "page": deflated(page),
    }


def put_report(connection: Connection, attempt_id: str, row: dict[str, Any], *, now: float) -> bool:
    """Keep the report of an attempt, unless this pack version has one; whether it did."""
    return put_unless_there(connection, reports, {**row, "attempt": checked_id(attempt_id), "kept_at": now})


def report_contents(connection: Connection, attempt_id: str, version: str = "") -> tuple[bytes, bytes]:
    """Return the newest report of an attempt, or that of a pack version, and what its learner may see of it."""
    wanted = select(reports.c.content, reports.c.learner_content).where(reports.c.attempt == checked_id(attempt_id))
    if version:
        wanted = wanted.where(reports.c.version == version)
    row = connection.execute(wanted.order_by(reports.c.kept_at.desc()).limit(1)).one_or_none()
    if row is None:
        raise UsageError(f"there is no report of attempt {attempt_id} here")
    return row[0], row[1]


def all_report_contents(connection: Connection, attempt_id: str) -> tuple[bytes, ...]:
    """Return every report of an attempt, the newest first."""
    wanted = select(reports.c.content).where(reports.c.attempt == checked_id(attempt_id))
    return tuple(connection.execute(wanted.order_by(reports.c.kept_at.desc(), reports.c.version)).scalars())


def page_content(connection: Connection, attempt_id: str) -> bytes | None:
    """Return the page that was kept with the newest report of an attempt, if one was."""
    wanted = select(reports.c.page).where(reports.c.attempt == checked_id(attempt_id))
    row = connection.execute(wanted.order_by(reports.c.kept_at.desc()).limit(1)).one_or_none()
    if row is None:
        raise UsageError(f"there is no report of attempt {attempt_id} here")
    return row[0]  # type: ignore[no-any-return]  # the column's


def earlier_content(connection: Connection, attempt: Attempt) -> bytes | None:
    """Return the newest report of an attempt, or else of the learner's last other one with the same bytes."""
    found: bytes | None = _OWN.scalar(connection, {"attempt": attempt.id})
    if found is None:
        names = ("learner", "assignment", "submission")
        found = _OF_THE_SAME_BYTES.scalar(connection, {name: getattr(attempt, name) for name in names})
    return found


def checked_id(name: str) -> str:
    """Return an id that can be one."""
    if not _ID.fullmatch(name):
        raise UsageError(f"{name!a} is no attempt's id")
    return name


def findings_digest(connection: Connection, attempt_id: str, version: str) -> str:
    """Return what the report of a pack version found, as a digest."""
    of_version = reports.c.attempt == attempt_id, reports.c.version == version
    return str(connection.execute(select(reports.c.findings_digest).where(*of_version)).scalar_one())


def has_report(connection: Connection, attempt_id: str) -> bool:
    """Return whether an attempt has been graded by some pack version."""
    return _REPORTED.first(connection, {"attempt": attempt_id}) is not None
