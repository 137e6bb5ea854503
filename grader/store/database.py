"""An open database: SQLite in the data folder, or PostgreSQL by URL; the same tables and the same words on both.

Theory of operation. A write is one transaction: whole, or it has not happened. SQLite runs with a write-ahead log, so
that readers and the one writer do not wait for each other, and flushes to the disk before it says that a transaction is
done; a writer announces itself when it begins (`BEGIN IMMEDIATE`), because two that find out later that both want to
write cannot both go on. Time that several hosts compare is the database's, not theirs.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from grader.errors import EngineError, UsageError

HEAD = "0004"
"""The newest revision in `migrations/versions/`."""
FILE = "store.sqlite"
_LOCK = 0x67726164
"""Of PostgreSQL's advisory locks, ours for migrations."""
_BUSY_SECONDS = 60
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "sqlite": "sqlite"}


class Database:
    """One database, opened when it is first used, and brought up to date then.

    Args:
        url: `postgresql://…`, or empty for a SQLite file in `home`.
        home: the data folder.

    Raises:
        UsageError: the URL is none that can be used.
    """

    def __init__(self, url: str, home: Path) -> None:
        self._home = home
        self._url = _parsed(url) if url else URL.create("sqlite", database=str(home / FILE))

    @property
    def url(self) -> str:
        """Where it is, password included: for who opens it once more, never for a message."""
        return self._url.render_as_string(hide_password=False)

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
        with self._transaction(writes=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction; it is kept when the block ends well, and has not happened when it does not."""
        with self._transaction(writes=True) as connection:
            yield connection

    def clock(self, connection: Connection) -> float:
        """Return the time by the clock that all hosts share, in seconds since the epoch."""
        if self.shared:
            return float(connection.execute(text("select extract(epoch from clock_timestamp())")).scalar_one())
        return time.time()

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                if self.shared and not writes:
                    connection.execution_options(isolation_level="REPEATABLE READ")
                with connection.begin():
                    _begin(connection, writes=writes)
                    yield connection
        except (SQLAlchemyError, self._driver_error) as error:
            raise self._broken(error) from error

    @property
    def _driver_error(self) -> type[Exception]:
        """What the driver raises where it is asked without SQLAlchemy between."""
        error: type[Exception] = self._url.get_dialect().import_dbapi().Error
        return error

    def _broken(self, error: Exception) -> EngineError:
        why = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        return EngineError(f"the store {self._url.render_as_string(hide_password=True)} cannot be used: {why}")

    @cached_property
    def _engine(self) -> Engine:
        """The engine, its database up to date.

        Raises:
            EngineError: it cannot be opened, or is newer than this program.
        """
        engine = self._unopened()
        try:
            _bring_up_to_date(engine)
        except BaseException as error:
            engine.dispose()
            if isinstance(error, SQLAlchemyError):
                raise self._broken(error) from error
            raise
        return engine

    def _unopened(self) -> Engine:
        if self.shared:
            return create_engine(self._url, pool_pre_ping=True)
        try:
            _make_file(Path(str(self._url.database)))
        except OSError as error:
            raise EngineError(f"cannot write {self._url.database}: {error.strerror}") from error
        engine = create_engine(self._url, connect_args={"timeout": _BUSY_SECONDS})
        event.listen(engine, "connect", _as_sqlite_should)
        return engine


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UsageError("GRADER_DATABASE_URL: found no URL; expected postgresql://user:password@host/name") from error
    backend = parsed.drivername.partition("+")[0]
    if backend not in _DRIVERS:
        raise UsageError(f"GRADER_DATABASE_URL: found {backend}://; expected postgresql:// or sqlite://")
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
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: Connection, *, writes: bool) -> None:
    """Begin a transaction where the driver does not: called here, for an event's listener costs more than a write."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.dbapi_connection
        driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up_to_date(engine: Engine) -> None:
    """Lead the database to `HEAD`; of several who want to, one does, and the others wait.

    Raises:
        EngineError: it was made by a newer grader.
    """
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    with engine.begin() as connection:
        _begin(connection, writes=True)
        if engine.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = _revision(connection)
        if found > HEAD:
            raise EngineError(f"the store has revision {found}, this grader knows {HEAD}: use the newer grader")
        if found != HEAD:
            _migrate(connection)


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("select version_num from alembic_version")).scalar() or "")


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - slow to import, and needed once in the life of a database
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(files("grader.store") / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
