"""The tables of the ledger. What was logged and signed is never changed: the database itself refuses it.

    ledger_pending       what is to be logged, in the order in which it came
    ledger_entries       the leaves, by index
    ledger_hashes        the complete subtrees of the tree over them
    ledger_checkpoints   what was signed, by size
    ledger_bodies        one row for each entry: its private part, and what it was asked for by; erased in place
    ledger_about         the version of these tables

The triggers are against mistakes. They do not hold an operator who wants to rewrite history: `audit`, and the
checkpoints that others hold, are against that.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    event,
)

VERSION = "1"

metadata = MetaData()
_NUMBER = BigInteger().with_variant(Integer, "sqlite")
_SMALL = SmallInteger().with_variant(Integer, "sqlite")


def _needed(name: str, kind: Any, **more: Any) -> Column[Any]:
    return Column(name, kind, nullable=False, **more)


about = Table(
    "ledger_about", metadata, Column("name", Text, primary_key=True), _needed("value", Text), sqlite_strict=True
)

pending = Table(
    "ledger_pending",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    _needed("key", Text, unique=True),
    _needed("kind", Text),
    Column("subject", Text),
    _needed("leaf", LargeBinary),
    Column("body", LargeBinary),
    sqlite_strict=True,
)

entries = Table(
    "ledger_entries",
    metadata,
    Column("idx", _NUMBER, primary_key=True, autoincrement=False),
    _needed("kind", Text),
    _needed("leaf", LargeBinary),
    CheckConstraint("idx >= 0"),
    sqlite_strict=True,
)
Index("ix_ledger_entries_kind", entries.c.kind, entries.c.idx)

hashes = Table(
    "ledger_hashes",
    metadata,
    Column("lvl", _SMALL, primary_key=True, autoincrement=False),
    Column("idx", _NUMBER, primary_key=True, autoincrement=False),
    _needed("hash", LargeBinary),
    CheckConstraint("length(hash) = 32"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

checkpoints = Table(
    "ledger_checkpoints",
    metadata,
    Column("size", _NUMBER, primary_key=True, autoincrement=False),
    _needed("root", LargeBinary),
    _needed("note", LargeBinary),
    CheckConstraint("length(root) = 32"),
    sqlite_strict=True,
)

bodies = Table(
    "ledger_bodies",
    metadata,
    Column("idx", _NUMBER, primary_key=True, autoincrement=False),
    Column("key", Text, unique=True),
    Column("subject", Text),
    Column("body", LargeBinary),
    _needed("erased", _SMALL),
    sqlite_strict=True,
)
Index("ix_ledger_bodies_subject", bodies.c.subject)


# --- what may not be done ---------------------------------------------------------------------------------------------

_SAYS = "the ledger only grows"
_ERASING = "NEW.erased = 1 AND NEW.key IS NULL AND NEW.subject IS NULL AND NEW.body IS NULL AND NEW.idx = OLD.idx"
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION '{_SAYS}'; END $$
"""


def _refuse(table: Table, name: str, when: str, unless: str = "") -> None:
    """Have both databases refuse something on each row of a table."""
    condition = f" WHEN (NOT ({unless}))" if unless else ""
    begin = f"CREATE TRIGGER {table.name}_{name} BEFORE {when} ON {table.name} FOR EACH ROW{condition}"
    _after(table, "sqlite", f"{begin} BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END")
    _after(table, "postgresql", f"{begin} EXECUTE FUNCTION ledger_only_grows()")


def _refuse_emptying(table: Table) -> None:
    """Have PostgreSQL refuse TRUNCATE, which fires no trigger of rows; SQLite knows no such thing."""
    begin = f"CREATE TRIGGER {table.name}_emptied BEFORE TRUNCATE ON {table.name}"
    _after(table, "postgresql", f"{begin} EXECUTE FUNCTION ledger_only_grows()")


def _refuse_replacing(table: Table, same: str) -> None:
    """Have SQLite refuse INSERT OR REPLACE, which deletes without a trigger of its own."""
    begin = f"CREATE TRIGGER {table.name}_replaced BEFORE INSERT ON {table.name}"
    there = f"EXISTS (SELECT 1 FROM {table.name} WHERE {same})"  # noqa: S608 - both are written in this file
    _after(table, "sqlite", f"{begin} WHEN {there} BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END")


def _after(table: Table, dialect: str, how: str) -> None:
    """Have something done after a table is made, in one of the databases."""
    event.listen(table, "after_create", _ddl(how).execute_if(dialect=dialect))


def _ddl(how: str) -> Any:
    return DDL(how)  # type: ignore[no-untyped-call]


event.listen(metadata, "before_create", _ddl(_FUNCTION).execute_if(dialect="postgresql"))
for _table, _same in (
    (entries, "idx = NEW.idx"),
    (hashes, "lvl = NEW.lvl AND idx = NEW.idx"),
    (checkpoints, "size = NEW.size"),
    (bodies, "idx = NEW.idx"),
):
    _refuse(_table, "deleted", "DELETE")
    _refuse(_table, "changed", "UPDATE", unless=_ERASING if _table is bodies else "")
    _refuse_emptying(_table)
    _refuse_replacing(_table, _same)
