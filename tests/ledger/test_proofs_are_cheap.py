"""What is asked of a large log takes as many reads as the logarithm of its size: no statement looks at every row."""

from contextlib import contextmanager

import pytest
from ledgers import award, filled
from sqlalchemy import event

from grader.ledger.schema import entries


@contextmanager
def statements(ledger):
    """Collect what is asked of the database."""
    asked = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        if statement.split()[0].lower() in {"select", "insert", "update", "delete"}:
            asked.append((statement, parameters))

    engine = ledger.database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def plan(ledger, statement, parameters):
    """How SQLite goes about a statement."""
    with ledger.database.reading() as connection:
        rows = connection.exec_driver_sql(f"explain query plan {statement}", parameters)
        return [row[3] for row in rows]


ASKED = {
    "proof": lambda ledger, signer: ledger.proof(300),
    "consistency": lambda ledger, signer: ledger.consistency(ledger.checkpoint(1)),
    "entry": lambda ledger, signer: ledger.entry(300),
    "index": lambda ledger, signer: ledger.index_of("award/ada/7"),
    "size": lambda ledger, signer: ledger.size,
    "append": lambda ledger, signer: ledger.append(award(1, "bob"), "award/bob/1"),
    "append again": lambda ledger, signer: ledger.append(award(1), "award/ada/1"),
    "publish": lambda ledger, signer: (ledger.append(award(2, "bob"), "award/bob/2"), ledger.publish([signer])),
    "erase": lambda ledger, signer: ledger.erase_entries([5]),
}
SMALL = ("SCAN ledger_pending", "SCAN v", "SCAN CONSTANT ROW")
"""What may be read whole: what is in line."""
NEWEST = "ORDER BY ledger_checkpoints.size DESC"
"""Reads the last row of the key, and no other."""


@pytest.mark.parametrize("what", ASKED)
def test_nothing_looks_at_every_row(ledger, signer, what):
    """Promises that SQLite searches by an index for whatever a person or a certificate waits for."""
    filled(ledger, signer, 400)
    with statements(ledger) as asked:
        ASKED[what](ledger, signer)
    assert asked
    for statement, parameters in asked:
        if not isinstance(parameters, list):
            found = plan(ledger, statement, parameters)
            fine = (*SMALL, *(["SCAN ledger_checkpoints"] if NEWEST in statement and "LIMIT" in statement else []))
            bad = [step for step in found if "SCAN" in step and step not in fine]
            assert not bad, (statement, bad)


def test_the_plans_see_a_look_at_every_row(ledger, signer):
    """Promises that the test above is not green because it sees nothing."""
    filled(ledger, signer, 3)
    query = entries.select().where(entries.c.leaf == b"x")
    with statements(ledger) as asked, ledger.database.reading() as connection:
        connection.execute(query)
    assert any("SCAN" in step for step in plan(ledger, *asked[0]))


@pytest.mark.parametrize("size", [1, 2, 300, 401])
def test_a_proof_is_one_question_for_hashes(ledger, signer, size):
    """Promises that a proof asks the database once for all hashes, and for no more of them than the tree has levels."""
    filled(ledger, signer, size - 1)
    with statements(ledger) as asked:
        ledger.proof(size // 2)
    questions = [statement for statement, _ in asked if "ledger_hashes" in statement]
    assert len(questions) <= 1
    assert sum(statement.count(",") for statement in questions) <= 2 + 2 * size.bit_length()
