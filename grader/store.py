"""What must not be lost: submissions, attempts, reports, the installation secret; as files under one folder.

    home/secret                        32 bytes, made once
    home/submissions/<hex>.json        by digest: two learners with the same bytes share one
    home/attempts/<id>.json
    home/reports/<attempt id>.json          for authors
    home/learner_reports/<attempt id>.json  what the learner may see of it

The store is the truth and the queue only a hint, so a write is whole or has not happened: into a file of another
name, flushed to the disk, then renamed. What is read back is checked: content against its digest, records against
their types.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from grader.canonical import digest_tree, encode
from grader.errors import EngineError, UsageError
from grader.model import Attempt, LearnerReport, Report, Submission

Record = TypeVar("Record")

_ATTEMPT: TypeAdapter[Attempt] = TypeAdapter(Attempt)
_REPORT: TypeAdapter[Report] = TypeAdapter(Report)
_LEARNER_REPORT: TypeAdapter[LearnerReport] = TypeAdapter(LearnerReport)
_SECRET_BYTES = 32
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Store:
    """The files of one installation.

    Attributes:
        home: the folder; made when first written to, for its owner only.
        secret_file: where the secret is, if another place was chosen; then it is never made here.
    """

    home: Path
    secret_file: Path | None = None

    def put_submission(self, submission: Submission) -> None:
        """Keep a submission under its digest; keeping it again changes nothing."""
        if digest_tree(submission.files) != submission.digest:
            raise EngineError(f"the files of {submission.digest} have another digest")
        files = {name: base64.b64encode(content).decode() for name, content in submission.files.items()}
        self._write(self._submission_path(submission.digest), encode(files))

    def submission(self, digest: str) -> Submission:
        """Return the submission of this digest, hashed again.

        Raises:
            UsageError: there is none.
            EngineError: what is kept is not what was put.
        """
        content = self._read(self._submission_path(digest), f"submission {digest}")
        try:
            files = {name: base64.b64decode(text, validate=True) for name, text in json.loads(content).items()}
        except (ValueError, AttributeError, TypeError) as error:
            raise EngineError(f"the store's copy of submission {digest} is damaged") from error
        if digest_tree(files) != digest:
            raise EngineError(f"the store's copy of submission {digest} is damaged: its content has another digest")
        return Submission(files=files, digest=digest)

    def put_attempt(self, attempt: Attempt) -> None:
        """Keep an attempt, or its new state."""
        self._write(self._record_path("attempts", attempt.id), encode(attempt))

    def attempt(self, attempt_id: str) -> Attempt:
        """Return one attempt.

        Raises:
            UsageError: there is none.
            EngineError: it is damaged.
        """
        path = self._record_path("attempts", attempt_id)
        return _record(_ATTEMPT, self._read(path, f"attempt {attempt_id}"), path)

    def attempts(self, learner: str, assignment: str) -> tuple[Attempt, ...]:
        """Return a learner's attempts at an assignment, by number."""
        kept = (_record(_ATTEMPT, path.read_bytes(), path) for path in (self.home / "attempts").glob("*.json"))
        theirs = [one for one in kept if (one.learner, one.assignment) == (learner, assignment)]
        return tuple(sorted(theirs, key=lambda one: (one.number, one.received_at, one.id)))

    def put_report(self, attempt_id: str, report: Report, learner_report: LearnerReport) -> None:
        """Keep the report of an attempt and what its learner may see; where there is a report, there is the other."""
        self._write(self._record_path("learner_reports", attempt_id), encode(learner_report))
        self._write(self._record_path("reports", attempt_id), encode(report))

    def report(self, attempt_id: str) -> Report:
        """Return the report of an attempt.

        Raises:
            UsageError: there is none (yet).
            EngineError: it is damaged.
        """
        path = self._record_path("reports", attempt_id)
        return _record(_REPORT, self._read(path, f"report of attempt {attempt_id}"), path)

    def learner_report(self, attempt_id: str) -> LearnerReport:
        """Return what the learner may see of an attempt's report.

        Raises:
            UsageError: there is none (yet).
            EngineError: it is damaged.
        """
        path = self._record_path("learner_reports", attempt_id)
        return _record(_LEARNER_REPORT, self._read(path, f"report of attempt {attempt_id}"), path)

    def secret(self) -> bytes:
        """Return the installation secret; the first to ask makes it, and of several at once all get the same.

        Raises:
            UsageError: the file that was chosen is not there, not 32 bytes, or readable by others.
        """
        path = self.secret_file or self.home / "secret"
        if self.secret_file is None and not path.exists():
            _make_secret(path)
        return _read_secret(path)

    def _submission_path(self, digest: str) -> Path:
        """Return where a submission lies."""
        match = _DIGEST.fullmatch(digest)
        if not match:
            raise UsageError(f"{digest!a} is no digest; expected sha256: and 64 hexadecimal digits")
        return self.home / "submissions" / f"{match[1]}.json"

    def _record_path(self, folder: str, name: str) -> Path:
        """Return where a record lies; a name is no path."""
        if not _ID.fullmatch(name):
            raise UsageError(f"{name!a} is no attempt's id")
        return self.home / folder / f"{name}.json"

    def _write(self, path: Path, content: bytes) -> None:
        """Write a file whole or not at all."""
        try:
            _make_folder(path.parent)
            temporary = _temporary(path, content)
            temporary.replace(path)
            _flush_folder(path.parent)
        except OSError as error:
            raise EngineError(f"cannot write {path}: {error.strerror}") from error

    def _read(self, path: Path, what: str) -> bytes:
        """Return a file's content."""
        try:
            return path.read_bytes()
        except FileNotFoundError as error:
            raise UsageError(f"there is no {what} here") from error
        except OSError as error:
            raise EngineError(f"cannot read {path}: {error.strerror}") from error


def _record(reader: TypeAdapter[Record], content: bytes, path: Path) -> Record:
    """Return the record that `canonical.encode` wrote."""
    try:
        return reader.validate_json(content)
    except ValidationError as error:
        raise EngineError(f"the store's {path} is damaged: it holds no such record") from error


def _make_folder(folder: Path) -> None:
    """Make a folder for its owner only, its missing parents too."""
    if not folder.is_dir():
        if not folder.parent.is_dir():
            _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _temporary(path: Path, content: bytes) -> Path:
    """Return a new file beside `path` that holds `content`, on the disk, for its owner only."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _flush_folder(folder: Path) -> None:
    """Have a rename survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_secret(path: Path) -> None:
    """Make the secret, unless someone was faster: a link of an existing name fails, and never shows half a file."""
    try:
        _make_folder(path.parent)
        temporary = _temporary(path, secrets.token_bytes(_SECRET_BYTES))
        try:
            with suppress(FileExistsError):
                path.hardlink_to(temporary)
        finally:
            temporary.unlink(missing_ok=True)
        _flush_folder(path.parent)
    except OSError as error:
        raise EngineError(f"cannot make {path}: {error.strerror}") from error


def _read_secret(path: Path) -> bytes:
    """Return the secret, if nobody else can read it and it is one."""
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise UsageError(f"{path} can be read by others; expected mode 0600: chmod 600 {path}")
            content = file.read(_SECRET_BYTES + 1)
    except OSError as error:
        raise UsageError(f"the installation secret {path} cannot be read: {error.strerror}") from error
    if len(content) != _SECRET_BYTES:
        raise UsageError(f"{path}: found {len(content)} bytes or more; expected exactly {_SECRET_BYTES}")
    return content
