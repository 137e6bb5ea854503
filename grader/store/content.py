"""What stands in a column as bytes, and what it is made of: records and sets of files, checked when they are read."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from grader.canonical import digest_tree, encode
from grader.errors import EngineError
from grader.model import LearnerReport, Report
from grader.store.prepared import Prepared

Record = TypeVar("Record")

REPORT: TypeAdapter[Report] = TypeAdapter(Report)
LEARNER_REPORT: TypeAdapter[LearnerReport] = TypeAdapter(LearnerReport)


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return a set of files as one text."""
    return encode({name: base64.b64encode(content).decode() for name, content in files.items()})


def unpacked(content: bytes, digest: str, what: str) -> dict[str, bytes]:
    """Return the files that `packed` wrote, hashed again.

    Raises:
        EngineError: what is kept is not what was put.
    """
    try:
        files = {name: base64.b64decode(text, validate=True) for name, text in json.loads(content).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise EngineError(f"the store's copy of {what} is damaged") from error
    if digest_tree(files) != digest:
        raise EngineError(f"the store's copy of {what} is damaged: its content has another digest")
    return files


def record(reader: TypeAdapter[Record], content: bytes, what: str) -> Record:
    """Return the record that `canonical.encode` wrote.

    Raises:
        EngineError: it is none.
    """
    try:
        return reader.validate_json(content)
    except ValidationError as error:
        raise EngineError(f"the store's {what} is damaged: it holds no such record") from error


def deflated(text: str) -> bytes | None:
    """Return a page as it is kept; None for none."""
    return zlib.compress(text.encode(), 1) if text else None


def inflated(content: bytes, what: str) -> str:
    """Return the page that `deflated` wrote.

    Raises:
        EngineError: it is none.
    """
    try:
        return zlib.decompress(content).decode()
    except (zlib.error, ValueError) as error:
        raise EngineError(f"the store's {what} is damaged") from error


def put_unless_there(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a whole row, but for one that has the same primary key; returns whether it was inserted."""
    return _insert_unless_there(connection.dialect.name, table).first(connection, row) is not None


def put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert a whole row in place of one that has the same primary key."""
    _insert_or_replace(connection.dialect.name, table).all(connection, row)


@cache
def _insert_unless_there(dialect: str, table: Table) -> Prepared:
    return Prepared(_insert(dialect, table).on_conflict_do_nothing().returning(*table.primary_key))


@cache
def _insert_or_replace(dialect: str, table: Table) -> Prepared:
    insert = _insert(dialect, table)
    rest = {column.name: insert.excluded[column.name] for column in table.c if not column.primary_key}
    return Prepared(insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest))


def _insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an insert in the words of the database, which both know a conflict by."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
