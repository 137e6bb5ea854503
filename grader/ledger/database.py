"""An open ledger: SQLite in a file of its own in the data folder, or PostgreSQL by URL; the same tables on both.

Theory of operation. The file is the ledger's own, so that what the application writes never holds up the log, and its
loss or restoration never takes the log along. There are three kinds of transaction:

    reading      sees one moment
    appending    puts something in line; many at once on PostgreSQL
    sequencing   gives out indices, or signs; there is one at a time over all hosts, by a lock that the database holds

SQLite flushes to the disk before it says that a transaction is done (`synchronous = FULL`). With `flush_appends` off,
appending does not: then what was put in line in the last moment may be lost when the power fails, though never when a
process dies. Sequencing always flushes, and with it all that came before: what is under a signed checkpoint is on the
disk in either case.

What is erased is written over (`secure_delete`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from grader.errors import EngineError, UsageError
from grader.ledger.schema import VERSION, about, metadata

FILE = "ledger.sqlite"
_LOCK = 0x6C656467
"""Of PostgreSQL's advisory locks, the sequencer's."""
_BUSY_SECONDS = 60
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "sqlite": "sqlite"}


class LedgerDatabase:
    """The database of one ledger, opened when it is first used, and made then.

    Args:
        home: the data folder.
        url: `postgresql://…`, or empty for a SQLite file in `home`.
        flush_appends: whether what is put in line survives a power cut at once.

    Raises:
        UsageError: the URL is none that can be used.
    """

    def __init__(self, home: Path, url: str, *, flush_appends: bool = True) -> None:
        self._url = _parsed(url) if url else URL.create("sqlite", database=str(home / FILE))
        self._flush_appends = flush_appends

    @property
    def shared(self) -> bool:
        """Whether other hosts can reach it."""
        return self._url.get_backend_name() == "postgresql"

    def close(self) -> None:
        """Close its connections; it is opened again when it is used again."""
        engine = self.__dict__.pop("_engine", None)
        if engine is not None:
            engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads: all of it sees one moment."""
        with self._transaction(begin="BEGIN", isolation="REPEATABLE READ") as connection:
            yield connection

    @contextmanager
    def appending(self) -> Iterator[Connection]:
        """Open a transaction that puts something in line."""
        with self._transaction(begin="BEGIN IMMEDIATE", flush=self._flush_appends) as connection:
            yield connection

    @contextmanager
    def sequencing(self) -> Iterator[Connection]:
        """Open a transaction while no other host or process has one of this kind."""
        with self._transaction(begin="BEGIN IMMEDIATE") as connection:
            if self.shared:
                connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection

    def forget(self) -> None:
        """Have what was erased leave the files: SQLite's log of writes is emptied, PostgreSQL's dead rows too."""
        how = "VACUUM ledger_bodies, ledger_pending" if self.shared else "PRAGMA wal_checkpoint(TRUNCATE)"
        options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"} if self.shared else {"ledger_begin": ""}
        try:
            with self._engine.connect().execution_options(**options) as connection:
                connection.exec_driver_sql(how).close()
        except SQLAlchemyError as error:
            raise self._broken(error) from error

    @contextmanager
    def _transaction(
        self, *, begin: str, flush: bool = True, isolation: str = "READ COMMITTED"
    ) -> Iterator[Connection]:
        options: dict[str, Any] = {"ledger_begin": begin}
        if self.shared:
            options["isolation_level"] = isolation
        elif not self._flush_appends:
            options["ledger_flushing"] = "FULL" if flush else "NORMAL"
        try:
            with self._engine.connect().execution_options(**options) as connection, connection.begin():
                yield connection
        except SQLAlchemyError as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> EngineError:
        why = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        return EngineError(f"the ledger {self._url.render_as_string(hide_password=True)} cannot be used: {why}")

    @cached_property
    def _engine(self) -> Engine:
        """The engine, its tables made.

        Raises:
            EngineError: it cannot be opened, or was made by another version.
        """
        engine = self._unopened()
        try:
            with engine.connect().execution_options(ledger_begin="BEGIN") as connection:
                there = inspect(connection).has_table(about.name)
            if not there:
                with engine.begin() as connection:
                    _make_tables(connection)
            with engine.connect().execution_options(ledger_begin="BEGIN") as connection:
                _check_version(connection)
        except BaseException as error:
            engine.dispose()
            if isinstance(error, SQLAlchemyError):
                raise self._broken(error) from error
            raise
        return engine

    def _unopened(self) -> Engine:
        if self.shared:
            return create_engine(self._url, pool_pre_ping=True)
        path = Path(str(self._url.database))
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise EngineError(f"cannot write {path}: {error.strerror}") from error
        engine = create_engine(self._url, connect_args={"timeout": _BUSY_SECONDS})
        event.listen(engine, "connect", _as_sqlite_should)
        event.listen(engine, "begin", _begin)
        return engine


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UsageError("the ledger's URL: found no URL; expected postgresql://user:password@host/name") from error
    backend = parsed.drivername.partition("+")[0]
    if backend not in _DRIVERS:
        raise UsageError(f"the ledger's URL: found {backend}://; expected postgresql:// or sqlite://")
    return parsed.set(drivername=_DRIVERS[backend])


def _as_sqlite_should(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    for setting in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("ledger_flushing"):
        connection.exec_driver_sql(f"PRAGMA synchronous = {options['ledger_flushing']}")
    if options.get("ledger_begin", "BEGIN IMMEDIATE"):
        connection.exec_driver_sql(options.get("ledger_begin", "BEGIN IMMEDIATE"))


def _make_tables(connection: Connection) -> None:
    """Make what is not there; of several who want to, one does, and the others wait."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if not inspect(connection).has_table(about.name):
        metadata.create_all(connection)
        connection.execute(insert(about).values(name="version", value=VERSION))


def _check_version(connection: Connection) -> None:
    found = connection.execute(select(about.c.value).where(about.c.name == "version")).scalar()
    if found != VERSION:
        raise EngineError(f"the ledger has version {found}, this grader knows {VERSION}: use the newer grader")
