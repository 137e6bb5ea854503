"""Connections to one database: SQLite in a file, or PostgreSQL by URL; what store and ledger have in common.

Theory of operation. A write is one transaction: whole, or it has not happened. SQLite runs with a write-ahead log, so
that readers and the one writer do not wait for each other, and flushes to the disk before it says that a transaction is
done; a writer announces itself when it begins (`BEGIN IMMEDIATE`), because two that find out later that both want to
write cannot both go on. What is deleted is written over (`secure_delete`). What goes wrong is an `EngineError` that
never shows a password.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from grader.errors import EngineError, UsageError

_BUSY_SECONDS = 60
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "sqlite": "sqlite"}
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON")


class Connections:
    """The connections to one database, opened when it is first used, and made ready then.

    Store and ledger each have a kind of their own, which says what may be written.

    Args:
        url: `postgresql://…`, or empty for a SQLite file.
        file: that file.
        holds: what is in it, for messages: `the store`.
        setting: where the URL comes from, for messages.
        make_ready: brings its tables up to date; several may want to at once.

    Raises:
        UsageError: the URL is none that can be used.
    """

    def __init__(self, url: str, file: Path, *, holds: str, setting: str, make_ready: Callable[[Engine], None]) -> None:
        self._url = _parsed(url, setting) if url else URL.create("sqlite", database=str(file))
        self._holds = holds
        self._make_ready = make_ready

    @property
    def url(self) -> str:
        """Where it is, password included: for who opens it once more, never for a message."""
        return self._url.render_as_string(hide_password=False)

    @property
    def shared(self) -> bool:
        """Whether other hosts can reach it."""
        return self._url.get_backend_name() == "postgresql"

    @cached_property
    def engine(self) -> Engine:
        """The engine, its database made ready.

        Raises:
            EngineError: it cannot be opened, or is newer than this program.
        """
        engine = self.unopened()
        try:
            self._make_ready(engine)
        except BaseException as error:
            engine.dispose()
            if isinstance(error, SQLAlchemyError):
                raise self._broken(error) from error
            raise
        return engine

    def unopened(self) -> Engine:
        """Return a new engine, its database as it is.

        Raises:
            EngineError: the file cannot be written.
        """
        if self.shared:
            return create_engine(self._url, pool_pre_ping=True)
        try:
            _make_file(Path(str(self._url.database)))
        except OSError as error:
            raise EngineError(f"cannot write {self._url.database}: {error.strerror}") from error
        engine = create_engine(self._url, connect_args={"timeout": _BUSY_SECONDS})
        event.listen(engine, "connect", _as_sqlite_should)
        return engine

    def close(self) -> None:
        """Close them; the database is opened again when it is used again."""
        engine = self.__dict__.pop("engine", None)
        if engine is not None:
            engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads: all of it sees one moment."""
        with self.transaction(writes=False) as connection:
            yield connection

    @contextmanager
    def transaction(self, *, writes: bool, synchronous: str = "") -> Iterator[Connection]:
        """Open a transaction; it is kept when the block ends well, and has not happened when it does not.

        Args:
            writes: else all that is read is of one moment.
            synchronous: how SQLite is to flush, on this connection from now on; as it did by default.

        Raises:
            EngineError: the database does not answer, or refuses.
        """
        try:
            with self.engine.connect() as connection:
                if self.shared and not writes:
                    connection.execution_options(isolation_level="REPEATABLE READ")
                with connection.begin():
                    begin(connection, writes=writes, synchronous=synchronous)
                    yield connection
        except (SQLAlchemyError, self._driver_error) as error:
            raise self._broken(error) from error

    def forget(self, tables: Sequence[str]) -> None:
        """Have what was deleted leave the files: SQLite's log of writes is emptied, PostgreSQL's dead rows are too.

        Raises:
            EngineError: the database does not answer, or refuses.
        """
        how = f"VACUUM {', '.join(tables)}" if self.shared else "PRAGMA wal_checkpoint(TRUNCATE)"
        try:
            with self.engine.connect() as connection:
                if self.shared:
                    connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql(how).close()
        except SQLAlchemyError as error:
            raise self._broken(error) from error

    @property
    def _driver_error(self) -> type[Exception]:
        """What the driver raises where it is asked without SQLAlchemy between."""
        error: type[Exception] = self._url.get_dialect().import_dbapi().Error
        return error

    def _broken(self, error: Exception) -> EngineError:
        why = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        return EngineError(f"{self._holds} {self._url.render_as_string(hide_password=True)} cannot be used: {why}")


def begin(connection: Connection, *, writes: bool, synchronous: str = "") -> None:
    """Begin a transaction where the driver does not: called, for an event's listener costs more than a write."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.dbapi_connection
        if synchronous:
            driver.execute(f"PRAGMA synchronous = {synchronous}")
        driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def _parsed(url: str, setting: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UsageError(f"{setting}: found no URL; expected postgresql://user:password@host/name") from error
    backend = parsed.drivername.partition("+")[0]
    if backend not in _DRIVERS:
        raise UsageError(f"{setting}: found {backend}://; expected postgresql:// or sqlite://")
    return parsed.set(drivername=_DRIVERS[backend])


def _make_file(path: Path) -> None:
    """Make the file for its owner only; SQLite gives the files beside it the same mode."""
    if path.exists():
        return
    missing = [folder for folder in (path.parent, *path.parent.parents) if not folder.is_dir()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _as_sqlite_should(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun here, not guessed by the driver
    for setting in _PRAGMAS:
        connection.execute(f"PRAGMA {setting}")
