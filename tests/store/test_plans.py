"""What is asked for every submission is found by an index, however many wait and however many were graded."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from grader.store import jobs, line, packs, records

ASKED = {
    "who is next": line._FIRST.statement,
    "which lines there are": line._WAITING.statement,
    "how fast a line moves": line._DONE.statement,
    "take up": jobs._TAKE_UP.statement,
    "done": jobs._DONE.statement,
    "an attempt": records._ATTEMPT.statement,
    "where it stands": records._STANDS.statement,
    "whether there is a report": records._REPORTED.statement,
    "its own report": records._OWN.statement,
    "the number of the next": records._HIGHEST_NUMBER.statement,
    "whether a pack is waited for": packs._WAITED_FOR.statement,
    "a report of the same bytes": records._OF_THE_SAME_BYTES.statement,
}
TABLES = "jobs|gradings|attempts|reports|submissions"
SCANS = {
    "sqlite": re.compile(rf"SCAN ({TABLES})\b(?! USING)"),
    "postgresql": re.compile(rf"Seq Scan on ({TABLES})\b"),
}


def plan(store, statement):
    """Return how a database would go about a statement, and its name."""
    with store.database.writing() as connection:
        dialect = connection.dialect
        compiled = statement.compile(dialect=dialect)
        values = dict.fromkeys(compiled.params, "1") | {"most": 4, "now": 1.0, "since": 1.0, "until": 1.0}
        values |= {name: value for name, value in compiled.params.items() if value is not None}
        if dialect.name == "postgresql":
            connection.execute(text("set local enable_seqscan = off"))  # of tables this small it would read all
        explain = "explain" if dialect.name == "postgresql" else "explain query plan"
        order = compiled.positiontup
        given = tuple(values[name] for name in order) if order else {name: values[name] for name in compiled.params}
        rows = connection.exec_driver_sql(f"{explain} {compiled}", given).all()
    return "\n".join(str(row[-1]) for row in rows), dialect.name


@pytest.mark.parametrize("statement", ASKED.values(), ids=ASKED)
def test_nothing_is_searched_row_by_row(any_store, stand, statement):
    stand(any_store, "a1")
    found, dialect = plan(any_store, statement)
    assert not SCANS[dialect].findall(found), found


def test_what_has_no_index_is_seen(any_store, stand):
    """The positive control."""
    stand(any_store, "a1")
    found, dialect = plan(any_store, text("select attempt from jobs where said = 'x' and tries > 3"))
    assert SCANS[dialect].findall(found) == ["jobs"], found
