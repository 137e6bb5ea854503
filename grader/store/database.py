"""The store's open database, the same tables and the same words on SQLite and PostgreSQL, and its migrations.

How it is opened, and what a transaction is, stands in `connections`. Time that several hosts compare is the database's,
not theirs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from grader.errors import EngineError
from grader.store.connections import Connections, begin

HEAD = "0006"
"""The newest revision in `migrations/versions/`."""
FILE = "store.sqlite"
_LOCK = 0x67726164
"""Of PostgreSQL's advisory locks, ours for migrations."""


class Database(Connections):
    """One database, opened when it is first used, and brought up to date then.

    Args:
        url: `postgresql://…`, or empty for a SQLite file in `home`.
        home: the data folder.

    Raises:
        UsageError: the URL is none that can be used.
    """

    def __init__(self, url: str, home: Path) -> None:
        super().__init__(
            url, home / FILE, holds="the store", setting="GRADER_DATABASE_URL", make_ready=_bring_up_to_date
        )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction; it is kept when the block ends well, and has not happened when it does not."""
        with self.transaction(writes=True) as connection:
            yield connection

    def clock(self, connection: Connection) -> float:
        """Return the time by the clock that all hosts share, in seconds since the epoch."""
        if self.shared:
            return float(connection.execute(text("select extract(epoch from clock_timestamp())")).scalar_one())
        return time.time()


def _bring_up_to_date(engine: Engine) -> None:
    """Lead the database to `HEAD`; of several who want to, one does, and the others wait.

    Raises:
        EngineError: it was made by a newer grader.
    """
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    with engine.begin() as connection:
        begin(connection, writes=True)
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
