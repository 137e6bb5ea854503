"""The store as it was at one moment, into a file.

The tables go into nameless files beside the backup first: so the transaction that reads them is not held while they
are packed, a digest can stand before what it is of, and no table has to fit into memory.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from sqlalchemy import Connection, Table, select

from grader import __version__
from grader.canonical import encode
from grader.errors import EngineError
from grader.store.copying.archive import (
    ABOUT,
    FORMAT,
    LONGEST_LINE,
    MOST_MEMBER,
    SECRET,
    About,
    member_of,
    new_file,
    write,
)
from grader.store.copying.rows import line_of
from grader.store.database import HEAD
from grader.store.schema import metadata
from grader.store.store import Store

_AT_ONCE = 16
"""So many rows are fetched at a time: each may hold all the files of a pack."""


def backup(
    store: Store, file: Path, *, when: str, force: bool = False, progress: Callable[[str], None] = lambda _: None
) -> About:
    """Write a backup; it is whole, or it is not there.

    Args:
        store: of the installation.
        file: where it goes.
        when: what date it is.
        force: overwrite a file that is there.
        progress: told what is under way.

    Raises:
        UsageError: the file is there already, or its folder is not; or the secret cannot be read.
        EngineError: it cannot be written, or the store does not answer.
    """
    with new_file(file, force=force) as opened, ExitStack() as held:
        contents: dict[str, IO[bytes]] = {}
        rows, digests = {}, {}
        secret = store.secret()
        with store.database.reading() as connection:
            for table in metadata.sorted_tables:
                progress(table.name)
                name = member_of(table)
                contents[name] = held.enter_context(TemporaryFile(dir=file.parent))
                rows[table.name], digests[name] = _copied(connection, table, contents[name])
        contents[SECRET], digests[SECRET] = io.BytesIO(secret), hashlib.sha256(secret).hexdigest()
        about = About(format=FORMAT, grader=__version__, revision=HEAD, made_at=when, rows=rows, digests=digests)
        progress("packing")
        write(opened, {ABOUT: io.BytesIO(encode(about)), **contents})
    return about


def _copied(connection: Connection, table: Table, content: IO[bytes]) -> tuple[int, str]:
    """Write the rows of a table; returns how many there are, and their digest."""
    seen, count = hashlib.sha256(), 0
    rows = connection.execute(select(table).order_by(*table.primary_key), execution_options={"yield_per": _AT_ONCE})
    for row in rows:
        line = line_of(table, row)
        if len(line) > LONGEST_LINE or content.tell() > MOST_MEMBER - LONGEST_LINE:
            raise EngineError(f"table {table.name} holds more than a backup can: use the database's own tools")
        content.write(line)
        seen.update(line)
        count += 1
    return count, seen.hexdigest()
