"""Statements that are asked for every submission: put together once, and handed to the driver as they are.

SQLAlchemy writes them, in the words of either database. What else it does for each (its own results, contexts, events)
takes twenty times as long as SQLite takes to answer, and is left out here. The transaction around them is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect

Row = tuple[Any, ...]


class Prepared:
    """A statement, written once for each kind of database.

    Args:
        statement: with a `bindparam` for whatever is not the same each time.
        columns: that an insert is given, where that is not all of them.
    """

    def __init__(self, statement: ClauseElement, columns: Sequence[str] | None = None) -> None:
        self.statement = statement
        self._columns = columns
        self._written: dict[str, tuple[str, Callable[[Mapping[str, Any]], Any]]] = {}

    def all(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Return the rows that it gives; none where it gives none."""
        name = connection.dialect.name
        if name not in self._written:
            self._written[name] = self._write(connection.dialect)
        text, arranged = self._written[name]
        driver: Any = connection.connection.dbapi_connection
        cursor = driver.execute(text, arranged(values))
        rows: list[Row] = cursor.fetchall() if cursor.description else []
        return rows

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Row | None:
        """Return the first row, or None."""
        rows = self.all(connection, values)
        return rows[0] if rows else None

    def scalar(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """Return what stands first in the first row, or None."""
        row = self.first(connection, values)
        return row[0] if row else None

    def _write(self, dialect: Dialect) -> tuple[str, Callable[[Mapping[str, Any]], Any]]:
        """Return its text, and how the driver wants its values: in their order, or by name."""
        columns = None if self._columns is None else list(self._columns)
        written: Any = self.statement.compile(dialect=dialect, column_keys=columns)
        fixed = {name: value for name, value in written.params.items() if value is not None}
        order = written.positiontup
        if order is None:
            return str(written), lambda values: {**fixed, **values}
        return str(written), lambda values: [values[name] if name in values else fixed[name] for name in order]
