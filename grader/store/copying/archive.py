"""The file of a backup: a .tar.gz of plain members in one order. Any tar program can list it.

    about.json           what this is: format, revision, when, rows of each table, SHA-256 of each member
    tables/<name>.jsonl  a line for each row, tables before those that refer to them
    secret               32 bytes

Reading believes nothing. A member has to be the one that comes next, a plain file, and no larger than it may be; its
header is read block by block, without tarfile's extensions, whose sizes a stranger could choose. A line is the most
that is ever held in memory.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import secrets
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Table

from grader.errors import EngineError, UsageError
from grader.store.copying.rows import row_of
from grader.store.database import HEAD
from grader.store.schema import metadata
from grader.store.secret import SECRET_BYTES, flush_folder

FORMAT = 1
ABOUT, SECRET = "about.json", "secret"
MOST_ABOUT = 2**20
MOST_MEMBER = 2**40
LONGEST_LINE = 2**30
_MOST_PADDING = 2**16
_BLOCK = tarfile.BLOCKSIZE
_FIELDS = TypeAdapter(dict[str, Any])
_TABLES = metadata.sorted_tables


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a backup says about itself.

    Attributes:
        format: of the file.
        grader: version of the program that wrote it.
        revision: of the tables.
        made_at: when, UTC, ISO 8601.
        rows: how many each table had.
        digests: SHA-256 of each other member, in hexadecimal.
    """

    format: int
    grader: str
    revision: str
    made_at: str
    rows: dict[str, int]
    digests: dict[str, str]


_ABOUT: TypeAdapter[About] = TypeAdapter(About)


def member_of(table: Table) -> str:
    """Return under which name the rows of a table are kept."""
    return f"tables/{table.name}.jsonl"


def members() -> tuple[str, ...]:
    """Return the names that come after `about.json`, in order."""
    return (*map(member_of, _TABLES), SECRET)


def refuse_to_overwrite(file: Path, *, force: bool) -> None:
    """See that a backup can have this name.

    Raises:
        UsageError: it cannot.
    """
    if not file.parent.is_dir():
        raise UsageError(f"there is no folder {file.parent}: make it, or choose another")
    if file.is_dir():
        raise UsageError(f"{file} is a folder; expected the name of a new file")
    if file.exists() and not force:
        raise UsageError(f"{file} is there already: choose another name, or overwrite it with --force")


@contextmanager
def new_file(file: Path, *, force: bool) -> Iterator[IO[bytes]]:
    """Open a file for its owner only, that has its name when the block has ended well and is on the disk by then."""
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        refuse_to_overwrite(file, force=force)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as opened:
                yield opened
                opened.flush()
                os.fsync(descriptor)
            refuse_to_overwrite(file, force=force)
            temporary.replace(file)
        finally:
            temporary.unlink(missing_ok=True)
        flush_folder(file.parent)
    except OSError as error:
        raise EngineError(f"cannot write {file}: {error.strerror}") from error


def write(opened: IO[bytes], contents: Mapping[str, IO[bytes]]) -> None:
    """Write members in the order they have; the same contents give the same file."""
    with (
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=opened, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.mode, member.size = 0o600, content.seek(0, os.SEEK_END)
            content.seek(0)
            tar.addfile(member, content)


class Archive:
    """A file that says it is a backup, gone through from its first member to its last.

    Args:
        file: its name, for messages.
        opened: its content.

    Raises:
        UsageError: each method, where the file is not as it should be.
    """

    def __init__(self, file: Path, opened: IO[bytes]) -> None:
        self._file = file
        self._opened = opened
        self._unpacked = gzip.GzipFile(fileobj=opened, mode="rb")

    def about(self) -> About:
        """Begin at the first member, and return what the file says about itself."""
        self._opened.seek(0)
        self._unpacked = gzip.GzipFile(fileobj=self._opened, mode="rb")
        with self._told():
            try:
                size = self._header(ABOUT, MOST_ABOUT)
            except (gzip.BadGzipFile, tarfile.TarError, ValueError) as error:
                raise UsageError(f"{self._file} is no backup; expected a file that `grader backup` wrote") from error
        return self._readable(b"".join(self._lines(size)))

    def lines(self, name: str, digest: str) -> Iterator[bytes]:
        """Yield the lines of the next member, which must have this name, and at the end this digest."""
        with self._told():
            size = self._header(name, MOST_MEMBER if name != SECRET else SECRET_BYTES)
        seen = hashlib.sha256()
        for line in self._lines(size):
            seen.update(line)
            yield line
        if seen.hexdigest() != digest:
            raise self._damaged(f"{name} is not what was written")

    def rows(self, table: Table, about: About) -> Iterator[tuple[dict[str, Any], int]]:
        """Yield the rows of a table, which must be the next member, and how long the line of each is."""
        for line in self.lines(member_of(table), about.digests[member_of(table)]):
            with self._told():
                row = row_of(table, line)
            yield row, len(line)

    def verified(self, about: About) -> bytes:
        """Go through all that comes after `about.json`, to the end of the file; returns the secret."""
        for table in _TABLES:
            found = sum(1 for _ in self.lines(member_of(table), about.digests[member_of(table)]))
            if found != about.rows[table.name]:
                raise self._damaged(f"table {table.name} has {found} rows, expected {about.rows[table.name]}")
        secret = b"".join(self.lines(SECRET, about.digests[SECRET]))
        if len(secret) != SECRET_BYTES:
            raise self._damaged(f"its secret has {len(secret)} bytes, expected {SECRET_BYTES}")
        with self._told():
            rest = self._unpacked.read(_MOST_PADDING + 1)
        if len(rest) > _MOST_PADDING or any(rest):
            raise self._damaged("something follows its last member")
        return secret

    def _readable(self, content: bytes) -> About:
        with self._told():
            number = _FIELDS.validate_json(content).get("format")
            if number != FORMAT:
                raise UsageError(f"{self._file} has format {number!a}, this grader reads {FORMAT}: use a newer grader")
            about = _ABOUT.validate_json(content, strict=True)
            if about.revision != HEAD:
                raise UsageError(
                    f"{self._file} has tables of revision {about.revision[:80]}, this grader those of {HEAD}: restore "
                    f"it with grader {about.grader[:80]}, which made it; a newer one brings that store up to date"
                )
            if set(about.digests) != set(members()) or set(about.rows) != {table.name for table in _TABLES}:
                raise ValueError("it does not hold the tables of its revision")
            return about

    def _header(self, name: str, most: int) -> int:
        """Return the size of the next member."""
        block = self._unpacked.read(_BLOCK)
        if len(block) < _BLOCK:
            raise EOFError
        found = tarfile.TarInfo.frombuf(block, "ascii", "strict")
        if found.name != name or found.type != tarfile.REGTYPE or not 0 <= found.size <= most:
            raise ValueError(f"found {found.name[:80]!a}, expected {name} as a plain file of at most {most} bytes")
        return found.size

    def _lines(self, size: int) -> Iterator[bytes]:
        """Yield what is in a member of this size, up to where the next one begins."""
        left = size
        while left:
            with self._told():
                line = self._unpacked.readline(min(left, LONGEST_LINE + 1))
                if not line:
                    raise EOFError
                if len(line) > LONGEST_LINE:
                    raise ValueError("a line is longer than any row")
            left -= len(line)
            yield line
        with self._told():
            self._unpacked.read(-size % _BLOCK)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Have what goes wrong with the file said of the file."""
        try:
            yield
        except EOFError as error:
            raise UsageError(f"{self._file} is cut off before its end: nothing was restored; take another") from error
        except ValidationError as error:
            raise self._damaged("a record in it is none") from error
        except (ValueError, tarfile.TarError, zlib.error, gzip.BadGzipFile) as error:
            raise self._damaged(str(error)) from error
        except OSError as error:
            raise EngineError(f"cannot read {self._file}: {error.strerror}") from error

    def _damaged(self, why: str) -> UsageError:
        return UsageError(f"{self._file} is damaged: {why}; nothing was restored; take another backup")
