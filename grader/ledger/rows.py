"""What is read of the tables: sizes, leaves, hashes, checkpoints, keys. Each function is given an open transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from grader.errors import EngineError, UsageError
from grader.ledger.content import Kind
from grader.ledger.entry import Entry, read_leaf
from grader.ledger.schema import bodies, checkpoints, entries, hashes
from grader.ledger.succession import Succession
from grader.merkle import EMPTY_ROOT, Frontier, Node, Span, nodes_of, prove

_NEWEST = select(func.max(entries.c.idx))
_SIGNED = select(checkpoints.c.size, checkpoints.c.root, checkpoints.c.note)
_LOGGED = select(bodies.c.idx).where(bodies.c.key == bindparam("known"))
_LAST_SIGNED = _SIGNED.order_by(checkpoints.c.size.desc()).limit(1)


class Signed(NamedTuple):
    """A checkpoint as it is kept.

    Attributes:
        size: how many entries it covers.
        root: of their tree.
        note: as it was signed.
    """

    size: int
    root: bytes
    note: bytes


def size_of(connection: Connection) -> int:
    """Return how many entries have an index."""
    newest = connection.execute(_NEWEST).scalar()
    return 0 if newest is None else int(newest) + 1


def index_of(connection: Connection, key: str) -> int | None:
    """Return the index of what was asked for by a key, or None where it is not in the log."""
    return connection.execute(_LOGGED, {"known": key}).scalar()


def entry_at(connection: Connection, index: int) -> Entry:
    """Return the entry at an index, its private part too where it has one and it is not erased.

    Raises:
        UsageError: there is none.
    """
    joined = entries.outerjoin(bodies, bodies.c.idx == entries.c.idx)
    query = select(entries.c.leaf, bodies.c.body).select_from(joined).where(entries.c.idx == index)
    row = connection.execute(query).first()
    if row is None:
        raise UsageError(f"there is no entry {index} in the ledger; it has {size_of(connection)} entries")
    return Entry(*row)


def leaves_between(connection: Connection, begin: int, end: int) -> list[bytes]:
    """Return the leaves of a part of the log."""
    query = select(entries.c.leaf).where(entries.c.idx >= begin, entries.c.idx < end).order_by(entries.c.idx)
    return list(connection.execute(query).scalars())


def hashes_at(connection: Connection, nodes: Iterable[Node]) -> dict[Node, bytes]:
    """Return the stored hashes of these subtrees, of which there are few on each level.

    Raises:
        EngineError: one is not there.
    """
    levels: dict[int, set[int]] = {}
    for node in nodes:
        levels.setdefault(node.level, set()).add(node.number)
    if not levels:
        return {}
    # level by level: SQLite looks for pairs in a list of pairs in the whole table. And as plain text, of numbers only:
    # every proof needs another statement, and SQLAlchemy takes longer to write one than the database to answer it.
    chosen = (f"(lvl = {level:d} and idx in ({','.join(map(str, some))}))" for level, some in levels.items())
    query = f"select lvl, idx, hash from {hashes.name} where {' or '.join(chosen)}"  # noqa: S608 - numbers only
    found = {(level, number): value for level, number, value in connection.exec_driver_sql(query)}
    for level, numbers in levels.items():
        for number in sorted(numbers):
            if (level, number) not in found:
                raise EngineError(f"the ledger has lost hash {number} of level {level}: audit it")
    return {Node(*place): value for place, value in found.items()}


def frontier_at(connection: Connection, size: int) -> Frontier:
    """Return the tree over the first entries, from the stored hashes."""
    nodes = nodes_of(Span(0, size))
    found = hashes_at(connection, nodes)
    return Frontier(size, tuple(found[node] for node in nodes))


def root_at(connection: Connection, size: int) -> bytes:
    """Return the root over the first entries, from the stored hashes."""
    return frontier_at(connection, size).root if size else EMPTY_ROOT


def proven(connection: Connection, spans: list[Span]) -> tuple[bytes, ...]:
    """Return the hashes of a proof; one query reads all that it needs."""
    found = hashes_at(connection, [node for span in spans for node in nodes_of(span)])
    return prove(spans, found.__getitem__)


def newest_checkpoint(connection: Connection) -> Signed | None:
    """Return what was signed last."""
    row = connection.execute(_LAST_SIGNED).first()
    return Signed(*row) if row else None


def checkpoint_of(connection: Connection, size: int) -> Signed:
    """Return the checkpoint of exactly this size.

    Raises:
        UsageError: there is none.
    """
    row = connection.execute(_SIGNED.where(checkpoints.c.size == size)).first()
    if row is None:
        raise UsageError(f"no checkpoint of size {size} was signed")
    return Signed(*row)


def all_checkpoints(connection: Connection) -> Iterator[Signed]:
    """Yield all that was signed, by size."""
    return (Signed(*row) for row in connection.execute(_SIGNED.order_by(checkpoints.c.size)))


def succession_in(connection: Connection) -> Succession:
    """Return the keys of the log, as its entries bring them.

    Raises:
        BadEntry: one of these entries is not what it should be.
        BadNote: a key in one is none.
    """
    query = select(entries.c.idx, entries.c.leaf).where(entries.c.kind.in_([Kind.GENESIS, Kind.KEY]))
    succession = Succession()
    for index, leaf in connection.execute(query.order_by(entries.c.idx)):
        content = read_leaf(leaf).content
        if content is not None:
            succession.take(index, content)
    return succession
