"""The line before the log: what is to be logged, once for each key, and whether it may be.

An entry is checked when it is put in line, not when it is given an index: whoever asked for it is still there to be
told, and one that does not follow from those before it never stands in the way of the others.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from grader.errors import UsageError
from grader.ledger import rows
from grader.ledger.content import Kind, Named
from grader.ledger.entry import Entry, Leaf, Private
from grader.ledger.schema import pending

_PUT = {
    "sqlite": sqlite.insert(pending).on_conflict_do_nothing().returning(pending.c.id),
    "postgresql": postgresql.insert(pending).on_conflict_do_nothing().returning(pending.c.id),
}
_IN_LINE = select(pending.c.leaf, pending.c.body).where(pending.c.key == bindparam("known"))


def put(connection: Connection, entry: Entry, *, key: str, kind: Kind, subject: str | None) -> Entry:
    """Put an entry in line unless its key is known, and return the one that counts.

    The line is asked before the log: a key that moves from one to the other meanwhile is found in the log then.
    """
    values = {"key": key, "kind": kind, "subject": subject, "leaf": entry.leaf, "body": entry.private}
    if connection.execute(_PUT[connection.dialect.name], values).first() is None:
        row = connection.execute(_IN_LINE, {"known": key}).first()
        if row is not None:
            return Entry(*row)
    index = rows.index_of(connection, key)
    if index is None:
        return entry
    connection.execute(delete(pending).where(pending.c.key == key))
    return rows.entry_at(connection, index)


def check_named(connection: Connection, kind: Kind, private: Private | None) -> None:
    """Check that the earlier entry that an entry names, if it does, is the one in the log.

    Raises:
        UsageError: it is another, or not there.
    """
    named = getattr(private.content, "of", None) if private else None
    if isinstance(named, Named):
        earlier = rows.entry_at(connection, named.index)
        if earlier.named(named.index) != named:
            raise UsageError(f"entry {named.index} of the ledger is not the one that this {kind} names")


def check_keys(connection: Connection, leaf: Leaf, key: str) -> None:
    """Check that a change of keys follows from those before: one that does not would stop the log for ever.

    Raises:
        BadEntry: it does not.
        UsageError: another one is in line.
    """
    if leaf.kind not in {Kind.KEY, Kind.GENESIS} or leaf.content is None:
        return
    waiting = connection.execute(select(pending.c.key).where(pending.c.kind == Kind.KEY)).scalars().all()
    if key in waiting or rows.index_of(connection, key) is not None:
        return
    if waiting:
        raise UsageError("a change of keys is in line already: publish it first")
    rows.succession_in(connection).take(rows.size_of(connection), leaf.content)
