"""The ledger's open database: SQLite in a file of its own in the data folder, or PostgreSQL by URL.

Theory of operation. The file is the ledger's own, so that what the application writes never holds up the log, and its
loss or restoration never takes the log along. How it is opened stands in `grader.store.connections`. There are three
kinds of transaction:

    reading      sees one moment
    appending    puts something in line; many at once on PostgreSQL
    sequencing   gives out indices, or signs; there is one at a time over all hosts, by a lock that the database holds

With `flush_appends` off, SQLite does not flush when something is appended: then what was put in line in the last moment
may be lost when the power fails, though never when a process dies. Sequencing always flushes, and with it all that came
before: what is under a signed checkpoint is on the disk in either case.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, inspect, select, text

from grader.errors import EngineError
from grader.ledger.schema import VERSION, about, bodies, metadata, pending
from grader.store.connections import Connections, begin

FILE = "ledger.sqlite"
_LOCK = 0x6C656467
"""Of PostgreSQL's advisory locks, the sequencer's."""


class LedgerDatabase(Connections):
    """The database of one ledger, opened when it is first used, and made then.

    Args:
        home: the data folder.
        url: `postgresql://…`, or empty for a SQLite file in `home`.
        flush_appends: whether what is put in line survives a power cut at once.

    Raises:
        UsageError: the URL is none that can be used.
    """

    def __init__(self, home: Path, url: str, *, flush_appends: bool = True) -> None:
        super().__init__(url, home / FILE, holds="the ledger", setting="the ledger's URL", make_ready=_make_ready)
        self._flush_appends = flush_appends

    @contextmanager
    def appending(self) -> Iterator[Connection]:
        """Open a transaction that puts something in line."""
        synchronous = "" if self._flush_appends else "NORMAL"
        with self.transaction(writes=True, synchronous=synchronous) as connection:
            yield connection

    @contextmanager
    def sequencing(self) -> Iterator[Connection]:
        """Open a transaction while no other host or process has one of this kind."""
        synchronous = "" if self._flush_appends else "FULL"
        with self.transaction(writes=True, synchronous=synchronous) as connection:
            if self.shared:
                connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection

    def forget_erased(self) -> None:
        """Have what was erased leave the files of the database."""
        self.forget((bodies.name, pending.name))


def _make_ready(engine: Engine) -> None:
    """Make the tables where there are none.

    Raises:
        EngineError: they were made by another version.
    """
    with engine.connect() as connection:
        there = inspect(connection).has_table(about.name)
    if not there:
        with engine.begin() as connection:
            begin(connection, writes=True)
            _make_tables(connection)
    with engine.connect() as connection:
        _check_version(connection)


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
