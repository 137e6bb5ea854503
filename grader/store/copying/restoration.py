"""A backup into an empty store: all of it in one transaction, after all of it was found to be what was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, select, text, update

from grader.errors import UsageError
from grader.model import JobState, State
from grader.store.copying.archive import About, Archive
from grader.store.schema import attempts, jobs, metadata
from grader.store.secret import keep
from grader.store.secret import secret as read_secret
from grader.store.store import Store

_TABLES = metadata.sorted_tables
_ROWS_AT_ONCE, _BYTES_AT_ONCE = 500, 2**23


def restore(
    store: Store, file: Path, *, secret_file: Path | None, progress: Callable[[str], None] = lambda _: None
) -> About:
    """Put all that a backup holds into an empty store; returns what it says about itself.

    Args:
        store: an empty one.
        file: the backup.
        secret_file: where the installation secret is, if another place was chosen; it is compared, never written.
        progress: told what is under way.

    Raises:
        UsageError: the store is not empty, another secret is there, or the file cannot be restored; nothing is written.
        EngineError: the store does not answer.
    """
    with store.database.reading() as connection:
        _refuse_unless_empty(connection)
    try:
        opened = file.open("rb")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    with opened:
        archive = Archive(file, opened)
        about = archive.about()
        progress("checking")
        secret = archive.verified(about)
        _refuse_other_secret(store.home, secret_file, secret)
        with store.database.writing() as connection:
            _have_alone(connection)
            _refuse_unless_empty(connection)
            archive.about()
            for table in _TABLES:
                progress(table.name)
                _fill(connection, table, archive.rows(table, about))
                _number_on(connection, table)
            _free_what_ran(connection)
            if secret_file is None:
                keep(store.home / "secret", secret)
            _refuse_other_secret(store.home, secret_file, secret)
    return about


def _refuse_unless_empty(connection: Connection) -> None:
    counted = {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in _TABLES
    }
    there = ", ".join(f"{name} ({count})" for name, count in counted.items() if count)
    if there:
        raise UsageError(
            f"the store is not empty, it has rows in {there}: a backup goes into an empty one only; set GRADER_HOME to "
            "a new folder, or GRADER_DATABASE_URL to an empty database"
        )


def _refuse_other_secret(home: Path, chosen: Path | None, secret: bytes) -> None:
    """See that this host has the secret of the backup, or none yet and a place where it goes."""
    if (chosen or (home / "secret").exists()) and read_secret(home, chosen) != secret:
        raise UsageError(
            f"{chosen or home / 'secret'} is another installation secret than that of the backup: what was graded "
            "under one cannot be repeated under the other; put it elsewhere, and the backup's takes its place"
        )


def _have_alone(connection: Connection) -> None:
    """Let nobody else write until this is over; SQLite has one writer at a time as it is."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in _TABLES)
        connection.execute(text(f"lock table {names} in share row exclusive mode"))


def _fill(connection: Connection, table: Table, rows: Iterator[tuple[dict[str, Any], int]]) -> None:
    """Insert rows, many at a time, unless they are large."""
    held: list[dict[str, Any]] = []
    size = 0
    for row, length in rows:
        held.append(row)
        size += length
        if len(held) == _ROWS_AT_ONCE or size > _BYTES_AT_ONCE:
            connection.execute(table.insert(), held)
            held, size = [], 0
    if held:
        connection.execute(table.insert(), held)


def _number_on(connection: Connection, table: Table) -> None:
    """Have PostgreSQL number the next row after those that came with numbers; SQLite looks at the rows."""
    column = table.autoincrement_column
    if column is None or connection.dialect.name != "postgresql":
        return
    sequence, last = func.pg_get_serial_sequence(table.name, column.name), func.max(column)
    connection.execute(select(func.setval(sequence, func.coalesce(last, 1), last.is_not(None))))


def _free_what_ran(connection: Connection) -> None:
    """Line up again what was being graded when the backup was taken, as if nobody had taken it up."""
    ran = jobs.c.state == JobState.RUNNING.value
    theirs = attempts.c.id.in_(select(jobs.c.attempt).where(ran)), attempts.c.state == State.RUNNING.value
    connection.execute(update(attempts).where(*theirs).values(state=State.QUEUED.value))
    free = {"state": JobState.WAITING.value, "worker": "", "tries": jobs.c.tries - 1, "lease_until": 0.0}
    connection.execute(update(jobs).where(ran).values(**free))
