"""From the line into the log: indices are given out, the tree grows, and a checkpoint is signed.

Theory of operation. Two steps, each a transaction of its own under the one lock:

1. `sequence` moves what is in line to the next indices and writes the subtrees that it completes. Indices are counted,
   never drawn from a sequence of the database, which leaves holes.
2. `sign` signs the log as it now is on the disk, and stores the checkpoint. Only what it stored may be handed out.

Whoever dies between the two leaves entries that wait unsigned, and the next one covers them. Whoever dies while signing
has handed out nothing; Ed25519 signs the same text with the same bytes, so the next one signs the same again or more.
So there is never a signature over anything that is not on the disk, and never two over different logs of one size.

Of what is moved at once, the order is that of the leaf hashes, which is random: that two certificates of a learner were
asked for together is not to be seen from their places.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from grader.errors import EngineError, UsageError
from grader.ledger import rows
from grader.ledger.checkpoint import Checkpoint, checked_checkpoint
from grader.ledger.entry import Entry
from grader.ledger.key import Signer
from grader.ledger.note import signed
from grader.ledger.rows import Signed
from grader.ledger.schema import bodies, checkpoints, entries, hashes, pending
from grader.ledger.succession import Succession
from grader.merkle import grow, leaf_hash

AT_ONCE = 5_000
"""How many entries one transaction moves at most."""
_FEW = 500


def sequence(connection: Connection) -> int:
    """Move what is in line into the log, at most `AT_ONCE`; returns how many were in line."""
    row = select(pending.c.id, pending.c.key, pending.c.kind, pending.c.subject, pending.c.leaf, pending.c.body)
    waiting = connection.execute(row.order_by(pending.c.id).limit(AT_ONCE)).all()
    if not waiting:
        return 0
    logged = _logged(connection, [one.key for one in waiting])
    new = sorted((one for one in waiting if one.key not in logged), key=lambda one: leaf_hash(one.leaf))
    size = rows.size_of(connection)
    numbered = list(enumerate(new, size))
    if numbered:
        put_leaves(connection, size, [(one.kind, one.leaf) for one in new])
        connection.execute(
            insert(bodies),
            [
                {"idx": index, "key": one.key, "subject": one.subject, "body": one.body, "erased": 0}
                for index, one in numbered
            ],
        )
    connection.execute(delete(pending).where(pending.c.id.in_([one.id for one in waiting])))
    return len(waiting)


def put_leaves(connection: Connection, size: int, leaves: Sequence[tuple[str, bytes]]) -> None:
    """Write leaves, given with their kinds, from index `size` on, and the subtrees that they complete."""
    frontier = rows.frontier_at(connection, size)
    _, completed = grow(frontier, [leaf_hash(leaf) for _, leaf in leaves])
    connection.execute(
        insert(entries), [{"idx": at, "kind": kind, "leaf": leaf} for at, (kind, leaf) in enumerate(leaves, size)]
    )
    connection.execute(
        insert(hashes), [{"lvl": node.level, "idx": node.number, "hash": value} for node, value in completed]
    )


def put_first(connection: Connection, entry: Entry, kind: str) -> None:
    """Write the first entry of a log that has none."""
    put_leaves(connection, 0, [(kind, entry.leaf)])
    connection.execute(insert(bodies).values(idx=0, key=kind, subject=None, body=None, erased=0))


def sign(connection: Connection, signers: Sequence[Signer], released: bytes | None) -> bytes:
    """Sign the log as it is, store the checkpoint, and return it; the newest one when nothing came in since.

    Args:
        connection: a sequencing transaction; the checkpoint may be handed out when it has ended well.
        signers: the key of the log, and the one before it for as long as readers know only that.
        released: the newest checkpoint that the outside world has, if the caller knows one.

    Raises:
        EngineError: the log is not what it was when it was last signed. Nothing is signed.
        UsageError: these are not the keys of this log.
        BadNote: `released` is not this log's.
    """
    check_unbroken(connection, released)
    size, newest, keys = rows.size_of(connection), rows.newest_checkpoint(connection), rows.succession_in(connection)
    if newest is not None and newest.size == size:
        return newest.note
    _check_signers(keys, size, signers)
    root = rows.root_at(connection, size)
    kept = Signed(size, root, signed(Checkpoint(keys.origin, size, root).text, signers))
    connection.execute(insert(checkpoints).values(size=kept.size, root=kept.root, note=kept.note))
    return kept.note


def check_unbroken(connection: Connection, released: bytes | None) -> None:
    """Check that the log still begins with what was signed last, and with what the outside world has.

    Raises:
        EngineError: it does not. Nothing is moved or signed until somebody has looked.
        BadNote: `released` is not this log's.
    """
    size, newest = rows.size_of(connection), rows.newest_checkpoint(connection)
    if newest is not None:
        _check_growth(connection, size, newest.size, newest.root)
    if released is not None:
        outside = checked_checkpoint(released, rows.succession_in(connection).known(size))
        _check_growth(connection, size, outside.size, outside.root)


def _check_growth(connection: Connection, size: int, then: int, root: bytes) -> None:
    if size < then:
        raise EngineError(
            f"the ledger has {size} entries, and a checkpoint of {then} was signed: entries were lost; nothing is "
            f"signed. Restore the newest copy of it"
        )
    if rows.root_at(connection, then) != root:
        raise EngineError(
            f"the first {then} entries of the ledger are not those that were signed; nothing is signed. Audit it"
        )


def _check_signers(keys: Succession, size: int, signers: Sequence[Signer]) -> None:
    holds, known, given = keys.at(size), keys.known(size), [signer.verifier for signer in signers]
    if holds is None:
        raise UsageError("the ledger has no first entry: found it first")
    if holds not in given:
        raise UsageError(f"the ledger is signed by the key {holds.vkey}; that one was not given")
    for verifier in given:
        if verifier not in known:
            raise UsageError(f"{verifier.vkey} is no key of this ledger: log the change of keys first")


def _logged(connection: Connection, keys: list[str]) -> set[str]:
    """Return those of the keys that the log has already."""
    found: set[str] = set()
    for begin in range(0, len(keys), _FEW):
        query = select(bodies.c.key).where(bodies.c.key.in_(keys[begin : begin + _FEW]))
        found.update(str(key) for key in connection.execute(query).scalars())
    return found
