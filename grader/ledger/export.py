"""The log as files that any web server can hand out: tiles, entries and the newest checkpoint; no private part.

Theory of operation. A reader may come at any moment, and the power may fail at any moment. So every file is written
beside its place, flushed, and renamed into it: it is there whole or not at all. The checkpoint comes last, when all
that it covers is on the disk. Tiles never change, so those that the folder's checkpoint covers are left alone; partial
ones stay until the full one is there, for readers with an older checkpoint.

A folder is only ever carried on: what it holds must be an earlier state of the same log. One exporter works at a time.
Other files, such as a page, may lie beside it.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, select

from grader.errors import EngineError, UsageError
from grader.ledger import rows
from grader.ledger.checkpoint import read_checkpoint
from grader.ledger.log import Ledger
from grader.ledger.rows import Signed
from grader.ledger.schema import hashes
from grader.ledger.spelling import BadNote
from grader.ledger.tiles import CHECKPOINT, WIDTH, Tile, bundle, tiles_of
from grader.merkle import leaf_hash
from grader.store.secret import flush_folder

UNFINISHED = ".new-"
"""How the name of a file begins that is not yet in its place."""
_BITS = WIDTH.bit_length() - 1


def export(ledger: Ledger, folder: Path) -> bytes:
    """Write the log as it was last signed into a folder, or carry on what is there; returns the checkpoint.

    Raises:
        UsageError: nothing was signed yet, or the folder holds something else than an earlier state of this log.
        EngineError: it cannot be written, or what is stored is not what was signed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder), ledger.database.reading() as connection:
            newest = rows.newest_checkpoint(connection)
            if newest is None:
                raise UsageError("nothing of the ledger was signed yet")
            covered = _covered(connection, folder, newest)
            for left in (*folder.glob(f"{UNFINISHED}*"), *(folder / "tile").rglob(f"{UNFINISHED}*")):
                left.unlink()
            _write_tiles(connection, folder, newest.size, covered)
            _put(folder / CHECKPOINT, newest.note)
            flush_folder(folder)
            _drop_partial(folder, newest.size)
    except OSError as error:
        raise EngineError(f"cannot write {error.filename or folder}: {error.strerror}") from error
    return newest.note


def _covered(connection: Connection, folder: Path, newest: Signed) -> int:
    """Return how many entries the checkpoint in the folder covers; 0 where there is none.

    Raises:
        UsageError: it is none of an earlier state of this log.
        EngineError: the log is not what was signed.
    """
    if rows.root_at(connection, newest.size) != newest.root:
        raise EngineError(f"the ledger is not what was signed at {newest.size} entries; nothing is exported. Audit it")
    path = folder / CHECKPOINT
    if not path.exists():
        return 0
    try:
        there, ours = read_checkpoint(path.read_bytes()), read_checkpoint(newest.note)
    except BadNote as error:
        raise UsageError(f"{path} is damaged ({error}); choose an empty folder") from error
    if there.origin != ours.origin:
        raise UsageError(f"{folder} holds another log, {there.origin}; choose another folder")
    if there.size > newest.size:
        raise UsageError(f"{folder} holds a newer log, of {there.size} entries: the ledger has lost some; audit it")
    if rows.root_at(connection, there.size) != there.root:
        raise UsageError(f"{folder} holds a log of {there.size} entries that this one does not begin with; audit both")
    return there.size


def _write_tiles(connection: Connection, folder: Path, size: int, covered: int) -> None:
    """Write what is not there of the tiles, full ones first, and flush them with their folders."""
    touched: set[Path] = set()
    for tile in sorted(tiles_of(size), key=lambda one: not one.full):
        path = folder / tile.path
        end = (tile.number * WIDTH + tile.width) << _BITS * (tile.level or 0)
        if end > covered or not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _put(path, _content(connection, tile))
            touched.update(one for one in path.parents if one.is_relative_to(folder))
    for one in sorted(touched):
        flush_folder(one)


def _content(connection: Connection, tile: Tile) -> bytes:
    """Return what a tile holds.

    Raises:
        EngineError: an entry is not what was logged.
    """
    first, last = tile.number * WIDTH, tile.number * WIDTH + tile.width
    level = (tile.level or 0) * _BITS
    query = select(hashes.c.hash).where(hashes.c.lvl == level, hashes.c.idx >= first, hashes.c.idx < last)
    found = list(connection.execute(query.order_by(hashes.c.idx)).scalars())
    if len(found) != tile.width:
        raise EngineError(f"the ledger has lost hashes of {tile.path}; audit it")
    if tile.level is not None:
        return b"".join(found)
    leaves = rows.leaves_between(connection, first, last)
    if [leaf_hash(leaf) for leaf in leaves] != found:
        raise EngineError(f"an entry of {tile.path} is not what was logged; audit the ledger")
    return bundle(leaves)


def _put(path: Path, content: bytes) -> None:
    """Have a file there, whole and on the disk."""
    temporary = path.with_name(f"{UNFINISHED}{secrets.token_hex(8)}")
    with temporary.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _drop_partial(folder: Path, size: int) -> None:
    """Remove partial tiles whose full tile is there."""
    for tile in tiles_of(size):
        partial = (folder / tile.path).with_name(f"{tile.number % 1000:03}.p")
        if tile.full and partial.is_dir():
            shutil.rmtree(partial)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a folder: another exporter waits."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
