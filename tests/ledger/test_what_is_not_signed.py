"""What the ledger refuses, on both databases: changing what is there, and signing what is not what it was."""

import pytest
from ledgers import award, filled

from grader.errors import EngineError, UsageError
from grader.ledger import Ledger, rows
from grader.ledger.audit import audit
from grader.ledger.checkpoint import checked_checkpoint, read_checkpoint
from grader.ledger.schema import bodies, checkpoints, entries, hashes


@pytest.mark.parametrize("table", [entries, hashes, checkpoints], ids=lambda table: table.name)
def test_the_database_itself_only_grows(any_ledger, signer, table):
    """Promises that no slip of a program or a person changes or removes what was logged."""
    filled(any_ledger, signer)
    change_one = table.update().values({list(table.c)[-1].name: b"x" * 32})
    for how in (change_one, table.delete()):
        with pytest.raises(EngineError, match="the ledger only grows"), any_ledger.database.sequencing() as connection:
            connection.execute(how)
    with any_ledger.database.reading() as connection:
        row = dict(connection.execute(table.select()).mappings().first())
    if any_ledger.database.shared:
        with pytest.raises(EngineError, match="only grows"), any_ledger.database.sequencing() as connection:
            connection.exec_driver_sql(f"truncate {table.name}")
    else:
        with pytest.raises(EngineError, match="only grows"), any_ledger.database.sequencing() as connection:
            connection.execute(table.insert().prefix_with("OR REPLACE").values(row))
    assert audit(any_ledger).sound


def test_a_private_part_can_be_erased_and_nothing_else(any_ledger, signer):
    """Promises that the table of private parts allows exactly what erasing does."""
    filled(any_ledger, signer)
    for how in (bodies.delete(), bodies.update().values(body=b"x"), bodies.update().values(erased=1)):
        with pytest.raises(EngineError, match="only grows"), any_ledger.database.sequencing() as connection:
            connection.execute(how)


def disarm(ledger):
    """Take the triggers away, as an operator can."""
    with ledger.database.sequencing() as connection:
        for table in (entries, hashes, checkpoints, bodies):
            for name in ("deleted", "changed"):
                on = f" on {table.name}" if ledger.database.shared else ""
                connection.exec_driver_sql(f"drop trigger {table.name}_{name}{on}")


def test_a_log_that_lost_entries_is_not_signed(any_ledger, signer):
    """Promises that nothing is signed when there are fewer entries than were signed."""
    filled(any_ledger, signer)
    disarm(any_ledger)
    with any_ledger.database.sequencing() as connection:
        connection.execute(entries.delete().where(entries.c.idx == 5))
    with pytest.raises(EngineError, match="entries were lost; nothing is signed"):
        any_ledger.publish([signer])


def test_a_log_that_was_changed_is_not_signed(any_ledger, signer):
    """Promises that nothing is signed when the root that was signed last does not come out again."""
    filled(any_ledger, signer)
    disarm(any_ledger)
    with any_ledger.database.sequencing() as connection:
        connection.execute(hashes.update().where(hashes.c.lvl == 2).values(hash=b"x" * 32))
    any_ledger.append(award(9), "award/9")
    with pytest.raises(EngineError, match="not those that were signed; nothing is signed"):
        any_ledger.publish([signer])
    assert (any_ledger.size, read_checkpoint(any_ledger.checkpoint()).size) == (6, 6)


def test_a_database_from_an_older_copy_is_not_signed(any_ledger, signer):
    """Promises that a checkpoint that is outside guards against a restored copy, which cannot know of it."""
    filled(any_ledger, signer)
    outside = any_ledger.publish([signer])
    disarm(any_ledger)
    with any_ledger.database.sequencing() as connection:  # the copy knew entries 0 to 2, and no more
        connection.execute(entries.delete().where(entries.c.idx > 2))
        connection.execute(hashes.delete().where((hashes.c.idx + 1) * (hashes.c.lvl + 1) > 3))
        connection.execute(bodies.delete().where(bodies.c.idx > 2))
        connection.execute(checkpoints.delete().where(checkpoints.c.size > 3))
        connection.execute(hashes.delete().where(hashes.c.lvl > 1))
        assert rows.size_of(connection) == 3
    with pytest.raises(EngineError, match="entries were lost"):
        any_ledger.publish([signer], released=outside)
    for number in range(9):
        any_ledger.append(award(number), f"again/{number}")
    any_ledger.publish([signer])  # by somebody who was not told
    with pytest.raises(EngineError, match="not those that were signed"):
        any_ledger.publish([signer], released=outside)


def test_the_log_is_signed_with_its_own_key_only(any_ledger, signer, stranger):
    """Promises that a wrong key file signs nothing."""
    filled(any_ledger, signer)
    any_ledger.append(award(9), "award/9")
    with pytest.raises(UsageError, match="that one was not given"):
        any_ledger.publish([stranger])
    with pytest.raises(UsageError, match="is no key of this ledger"):
        any_ledger.publish([signer, stranger])
    assert checked_checkpoint(any_ledger.publish([signer]), [signer.verifier]).size == 7


def test_what_is_asked_for_and_is_not_there_is_said(any_ledger, signer):
    """Promises a sentence for a wrong index, size or checkpoint."""
    note = filled(any_ledger, signer)
    with pytest.raises(UsageError, match="there is no entry 6 in the ledger; it has 6 entries"):
        any_ledger.entry(6)
    for index in (-1, 6):
        with pytest.raises(UsageError, match="no checkpoint covers"):
            any_ledger.proof(index)
    larger = note.replace(b"\n6\n", b"\n7\n")
    empty = note.replace(b"\n6\n", b"\n0\n")
    for old in (larger, empty):
        with pytest.raises(UsageError, match="there is no proof"):
            any_ledger.consistency(old)


def test_another_database_than_ours_is_refused(tmp_path):
    """Promises a sentence for a URL that cannot be used, and for a file of another version."""
    for url, says in (("mysql://x/y", "found mysql://"), ("no url", "found no URL")):
        with pytest.raises(UsageError, match=says):
            Ledger(tmp_path, url)
    (tmp_path / "ledger.sqlite").write_bytes(b"this is no database" * 99)
    with pytest.raises(EngineError, match="cannot be used: file is not a database"):
        Ledger(tmp_path).size  # noqa: B018 - opened when it is used
    with pytest.raises(EngineError, match="cannot write"):
        Ledger(tmp_path / "ledger.sqlite" / "below").size  # noqa: B018


def test_a_ledger_of_another_version_is_not_touched(ledger, reopened, signer):
    """Promises that an older grader does not write into what a newer one made."""
    filled(ledger, signer)
    with ledger.database.sequencing() as connection:
        connection.exec_driver_sql("update ledger_about set value = '2'")
    with pytest.raises(EngineError, match="has version 2"):
        reopened(ledger).size  # noqa: B018
