"""Statements that are handed to the driver say what SQLAlchemy would have said, and fail as everything else does."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, select, text

from grader.errors import EngineError
from grader.store.content import put
from grader.store.prepared import Prepared
from grader.store.schema import courses, facts


def test_it_gives_what_sqlalchemy_gives(any_store):
    statement = (
        select(courses)
        .where(courses.c.newest_only == bindparam("newest"), courses.c.tenancy != "cell")
        .order_by(courses.c.id)
        .limit(bindparam("most"))
    )
    prepared = Prepared(statement)
    with any_store.database.writing() as connection:
        for number in range(4):
            put(connection, courses, {"id": f"c{number}", "newest_only": number % 2, "tenancy": "single"})
        for asked in ({"newest": 0, "most": 1}, {"newest": 1, "most": 9}, {"newest": 7, "most": 9}):
            expected = [tuple(row) for row in connection.execute(statement, asked)]
            assert prepared.all(connection, asked) == expected
            assert prepared.first(connection, asked) == (expected[0] if expected else None)
            assert prepared.scalar(connection, asked) == (expected[0][0] if expected else None)


def test_it_is_in_the_transaction_around_it(any_store):
    """What it did has not happened when the block does not end well."""

    def write_and_break():
        with any_store.database.writing() as connection:
            put(connection, facts, {"name": "a", "value": "1"})
            raise KeyError

    with pytest.raises(KeyError):
        write_and_break()
    with any_store.database.reading() as connection:
        assert connection.execute(select(facts)).all() == []


def test_a_fault_of_the_database_is_an_engine_error(any_store):
    """The driver's own exception never comes further than the store, and the next transaction is well."""
    with pytest.raises(EngineError, match="cannot be used"), any_store.database.writing() as connection:
        Prepared(text("select nothing from nowhere")).all(connection, {})
    with any_store.database.writing() as connection:
        put(connection, facts, {"name": "a", "value": "1"})
