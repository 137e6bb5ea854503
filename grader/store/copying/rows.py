"""A row as a line of text, the same from every database: canonical JSON, read by the types of the table's columns.

Bytes stand as base64, and a Double as the decimal text that gives the same number back.
"""

from __future__ import annotations

import base64
import math
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Column, Double, Integer, LargeBinary, Row, String, Table

from grader.canonical import encode

_LINE: TypeAdapter[dict[str, str | int | None]] = TypeAdapter(dict[str, str | int | None])
_INTEGER = range(-(2**31), 2**31)


def line_of(table: Table, row: Row[*tuple[Any, ...]]) -> bytes:
    """Return a row as a line."""
    fields = zip(table.columns.keys(), row, strict=True)
    return encode({name: _written(value) for name, value in fields}) + b"\n"


def row_of(table: Table, line: bytes) -> dict[str, Any]:
    """Return the row that `line_of` wrote.

    Raises:
        ValueError: it is no row of this table.
    """
    fields = _LINE.validate_json(line, strict=True)
    if set(fields) != set(table.columns.keys()):
        raise ValueError(f"a row of {table.name} has other columns")
    return {name: _read(column, fields[name]) for name, column in table.columns.items()}


def _written(value: Any) -> str | int | None:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return repr(value) if isinstance(value, float) else value


def _read(column: Column[Any], value: str | int | None) -> Any:
    """Return a value that the column can hold in every database."""
    kind = column.type
    if value is None and column.nullable:
        return None
    if isinstance(kind, Integer) and isinstance(value, int) and value in _INTEGER:
        return value
    if isinstance(kind, LargeBinary) and isinstance(value, str):
        return base64.b64decode(value, validate=True)
    if isinstance(kind, Double) and isinstance(value, str) and math.isfinite(float(value)):
        return float(value)
    if isinstance(kind, String) and isinstance(value, str) and len(value) <= (kind.length or len(value)):
        return value
    raise ValueError(f"a row of {column.table.name} has something else than a {kind} as {column.name}")
