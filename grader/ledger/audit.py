"""Whether what is stored is what was signed: everything is hashed again, from the entries up.

Theory of operation. Proofs are made from stored hashes, so they go on working when somebody edits an entry beneath;
only who hashes the entries themselves sees it. So here the tree is grown again from the leaves, and every checkpoint
that was ever signed must come out of it. Each thing is compared with its neighbour, not with a total, so that what is
wrong has a place:

    private part  <->  leaf             it is what the leaf commits to
    leaf          <->  hash of level 0
    two hashes    <->  the hash above them
    all leaves    <->  each checkpoint, and its signature by the key that held then

What an audit of a database cannot see: that the whole history was written anew and signed again, by whoever has the
key. For that, compare with a checkpoint that somebody else holds: `Ledger.consistency`, `exported.audit_export`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from grader.errors import GraderError
from grader.ledger import rows
from grader.ledger.checkpoint import Checkpoint
from grader.ledger.content import PUBLIC, Kind, Named
from grader.ledger.entry import Entry, Leaf, Private, opened_entry
from grader.ledger.finding import Audit, Finding, said_by, signature_faults
from grader.ledger.key import Verifier
from grader.ledger.log import Ledger
from grader.ledger.rows import Signed
from grader.ledger.schema import bodies, entries, hashes, pending
from grader.ledger.succession import Succession
from grader.merkle import HASH_BYTES, Frontier, Node, grow, leaf_hash, node_hash

AT_ONCE = 1024
_NOTHING = bytes(HASH_BYTES)


def audit(ledger: Ledger, others: Sequence[Verifier] = ()) -> Audit:
    """Hash all that is stored again, and compare it with all that was signed.

    Args:
        ledger: the ledger.
        others: keys other than the log's own that may have signed along, such as witnesses'.
    """
    with ledger.database.reading() as connection:
        return _Walk(connection, others).whole()


class _Walk:
    """One pass over the log, from its first entry to its last."""

    def __init__(self, connection: Connection, others: Sequence[Verifier]) -> None:
        self._connection = connection
        self._others = others
        self._frontier = Frontier()
        self._keys = Succession()
        self._findings: list[Finding] = []
        self._erased = 0

    def whole(self) -> Audit:
        """Walk, and return what was found."""
        signed = list(rows.all_checkpoints(self._connection))
        size = self._size()
        for begin in range(0, size, AT_ONCE):
            end = min(begin + AT_ONCE, size)
            leaves = self._part(begin, end)
            first, last = (bisect_right(signed, at, key=lambda one: one.size) for at in (begin, end))
            for one in signed[first:last]:
                self._grow(leaves[self._frontier.size - begin : one.size - begin])
                self._checkpoint(one, self._frontier.root)
            self._grow(leaves[self._frontier.size - begin :])
        for one in (one for one in signed if not 0 < one.size <= size):
            self._say(f"checkpoint of {one.size}", f"the ledger has {size} entries")
        self._strays(size)
        self._line()
        newest = said_by(signed[-1].note) if signed else None
        shown = newest if isinstance(newest, Checkpoint) else None
        return Audit(size, len(signed), self._erased, shown, tuple(self._findings))

    def _say(self, where: str, what: str) -> None:
        self._findings.append(Finding(where, what))

    def _grow(self, leaves: Sequence[bytes]) -> None:
        self._frontier, _ = grow(self._frontier, leaves)

    # --- entries ------------------------------------------------------------------------------------------------------

    def _part(self, begin: int, end: int) -> list[bytes]:
        """Check the entries of a part of the log and the subtrees that it completes; returns the leaf hashes."""
        joined = entries.outerjoin(bodies, bodies.c.idx == entries.c.idx)
        query = select(
            entries, *(column for column in bodies.c if column.name != "idx"), bodies.c.idx.label("body_idx")
        )
        chosen = query.select_from(joined).where(entries.c.idx >= begin, entries.c.idx < end)
        found = {row.idx: row for row in self._connection.execute(chosen)}
        stored = self._stored(begin, end)
        leaves = [self._entry(index, found.get(index), stored.get(Node(0, index))) for index in range(begin, end)]
        self._above(begin, end, stored)
        return leaves

    def _entry(self, index: int, row: Row[Any] | None, stored: bytes | None) -> bytes:
        where = f"entry {index}"
        if row is None:
            self._say(where, "it is missing")
            return stored or _NOTHING
        value = leaf_hash(row.leaf)
        if stored is None:
            self._say(f"hash {index} of level 0", "it is missing")
        elif stored != value:
            self._say(where, f"its leaf hashes to {value.hex()}, and the stored hash is {stored.hex()}")
        try:
            leaf, private = opened_entry(Entry(row.leaf, row.body))
            if leaf.content is not None:
                self._keys.take(index, leaf.content)
            faults = _faults_of(index, row, leaf, private) + self._faults_of_name(index, private)
        except GraderError as error:
            faults = [str(error)]
        for fault in faults:
            self._say(where, fault)
        self._erased += row.erased == 1
        return value

    def _faults_of_name(self, index: int, private: Private | None) -> list[str]:
        named = getattr(private.content, "of", None) if private else None
        if not isinstance(named, Named):
            return []
        query = select(entries.c.leaf).where(entries.c.idx == named.index)
        leaf = self._connection.execute(query).scalar()
        if named.index >= index or leaf is None or Entry(leaf).named(named.index) != named:
            return [f"it names entry {named.index}, which is another than it says"]
        return []

    # --- hashes -------------------------------------------------------------------------------------------------------

    def _stored(self, begin: int, end: int) -> dict[Node, bytes]:
        """Return the stored hashes of what is completed by the entries of a part."""
        spans = [(level, begin >> level, end >> level) for level in range(end.bit_length())]
        chosen = or_(
            *(and_(hashes.c.lvl == lvl, hashes.c.idx >= first, hashes.c.idx < last) for lvl, first, last in spans)
        )
        found = self._connection.execute(select(hashes).where(chosen))
        return {Node(level, number): value for level, number, value in found}

    def _above(self, begin: int, end: int, stored: dict[Node, bytes]) -> None:
        """Compare each subtree that a part completes with the two below it."""
        for level in range(1, end.bit_length()):
            for number in range(begin >> level, end >> level):
                value = stored.get(Node(level, number))
                below = [self._below(Node(level - 1, 2 * number + side), stored) for side in (0, 1)]
                if value is None:
                    self._say(f"hash {number} of level {level}", "it is missing")
                elif None not in below and node_hash(*(one or b"" for one in below)) != value:
                    self._say(f"hash {number} of level {level}", "it is not the hash of the two below it")

    def _below(self, node: Node, stored: dict[Node, bytes]) -> bytes | None:
        if node in stored or node.level <= AT_ONCE.bit_length() - 2:
            return stored.get(node)
        query = select(hashes.c.hash).where(hashes.c.lvl == node.level, hashes.c.idx == node.number)
        return self._connection.execute(query).scalar()

    def _size(self) -> int:
        """Return how many entries there should be: what two of the three tables with a row for each agree on.

        Rows are counted: an index may be wrong, and then be any number.
        """
        counts = (
            select(func.count()).select_from(entries),
            select(func.count()).select_from(hashes).where(hashes.c.lvl == 0),
            select(func.count()).select_from(bodies),
        )
        return sorted(int(self._connection.execute(query).scalar_one()) for query in counts)[1]

    # --- the rest -----------------------------------------------------------------------------------------------------

    def _checkpoint(self, signed: Signed, derived: bytes) -> None:
        where = f"checkpoint of {signed.size}"
        said = said_by(signed.note)
        faults = signature_faults(signed.note, signed.size, self._keys, self._others)
        if isinstance(said, str):
            faults.append(said)
        elif (said.origin, said.size, said.root) != (self._keys.origin, signed.size, signed.root):
            faults.append("what was signed is another origin, size or root than what is stored beside it")
        if signed.root != derived:
            faults.append(f"the entries have the root {derived.hex()}, and the stored one is {signed.root.hex()}")
        for fault in dict.fromkeys(faults):
            self._say(where, fault)

    def _strays(self, size: int) -> None:
        """Look for rows that belong to nothing."""
        levels = size.bit_length()
        beyond = [and_(hashes.c.lvl == level, hashes.c.idx >= size >> level) for level in range(levels)]
        wrong = or_(hashes.c.lvl < 0, hashes.c.lvl >= levels, hashes.c.idx < 0, *beyond)
        for level, number in self._connection.execute(select(hashes.c.lvl, hashes.c.idx).where(wrong)):
            self._say(f"hash {number} of level {level}", f"a log of {size} entries has none there")
        for table, name in ((entries, "entry"), (bodies, "private part")):
            stray = select(table.c.idx).where(or_(table.c.idx < 0, table.c.idx >= size))
            for index in self._connection.execute(stray).scalars():
                self._say(f"{name} {index}", f"a log of {size} entries has none there")

    def _line(self) -> None:
        """Check what waits in line: it is under no checkpoint, and yet should be fit to be."""
        for row in self._connection.execute(select(pending).order_by(pending.c.id)):
            try:
                leaf, private = opened_entry(Entry(row.leaf, row.body))
                faults = _faults_of_row(row, leaf, private)
            except GraderError as error:
                faults = [str(error)]
            for fault in faults:
                self._say(f"in line, asked for by {row.key!r}", fault)


def _faults_of(index: int, row: Row[Any], leaf: Leaf, private: Private | None) -> list[str]:
    """Return what does not fit together about an entry, its row and its private part."""
    if (leaf.kind is Kind.GENESIS) != (index == 0):
        return [f"an entry of kind {leaf.kind} cannot be number {index}"]
    if row.kind != leaf.kind:
        return [f"it is of kind {leaf.kind}, and is kept as {row.kind}"]
    if row.body_idx is None:
        return ["nothing is kept of its private part, not even that it was erased"]
    if row.erased == 1:
        return [] if (row.key, row.subject, row.body) == (None, None, None) else ["it was erased, and yet is there"]
    faults = _faults_of_row(row, leaf, private)
    if row.erased != 0 or row.key is None:
        faults.append("it is neither erased nor whole")
    return faults


def _faults_of_row(row: Row[Any], leaf: Leaf, private: Private | None) -> list[str]:
    faults = []
    if private is None and leaf.kind not in PUBLIC:
        faults.append("its private part is missing, and was not erased")
    if row.subject != (getattr(private.content, "subject", None) if private else None):
        faults.append("it is kept under another subject than its own")
    return faults
