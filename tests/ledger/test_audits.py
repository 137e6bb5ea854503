"""Audits find everything: each byte that was changed, each row or file that is gone, and history written anew."""

import pytest
from ledgers import AT, award, disarmed, filled, flips

from grader.ledger.audit import AT_ONCE, audit
from grader.ledger.note import parsed, signed
from grader.ledger.schema import bodies, checkpoints, entries, hashes

TABLES = {
    "ledger_entries": ("idx", ["leaf", "kind"]),
    "ledger_bodies": ("idx", ["body", "subject"]),
    "ledger_hashes": ("lvl * 1000 + idx", ["hash"]),
    "ledger_checkpoints": ("size", ["root", "note"]),
}
"""Everything that is stored, by what its rows are told apart."""


@pytest.fixture
def smallest(ledger, signer):
    """A log of one entry with its private part, one without and its genesis; and the raw file, as above."""
    ledger.found(signer, AT)
    ledger.append_all([(award(1), "1"), (award(7, "bob"), "7")])
    ledger.publish([signer])
    ledger.erase("bob")
    with disarmed(ledger) as raw:
        yield ledger, raw


def found_in(ledger):
    """What an audit of a database says."""
    return [str(one) for one in audit(ledger).findings]


def places(table, row):
    """How a finding may begin that is about a row; a hash is named, or the one above it, or the leaf below it."""
    if table == "ledger_hashes":
        level, number = divmod(row, 1000)
        below = f"entry {number}:" if level == 0 else f"hash {number} of level {level}:"
        return below, f"hash {number // 2} of level {level + 1}:"
    return f"checkpoint of {row}:" if table == "ledger_checkpoints" else f"entry {row}:"


@pytest.mark.parametrize("table", TABLES)
def test_every_byte_of_what_is_stored_counts(smallest, table):
    """Promises that one changed bit in any byte of any leaf, private part, hash, root or note is found.

    And that what is found has a place: the entry, hash or checkpoint is named. Written back, it is sound again.
    """
    ledger, raw = smallest
    key, columns = TABLES[table]
    changed = 0
    for column in columns:
        read = f"select {key}, {column} from {table} where {column} is not null"  # noqa: S608 - names of ours
        update = f"update {table} set {column} = ? where {key} = ?"  # noqa: S608
        for row, value in raw.execute(read).fetchall():
            as_bytes = value if isinstance(value, bytes) else value.encode()
            for at, content in flips(as_bytes):
                if isinstance(value, str) and content[at] > 0x7F:
                    continue
                raw.execute(update, (content if isinstance(value, bytes) else content.decode(), row))
                findings = found_in(ledger)
                assert findings, (table, column, row, at)
                assert any(one.startswith(places(table, row)) for one in findings), (table, column, row, at, findings)
                changed += 1
            raw.execute(update, (value, row))
    assert changed > 100
    assert found_in(ledger) == []


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("delete from ledger_entries where idx = 2", "entry 2: it is missing"),
        ("delete from ledger_entries where idx = 3", "entry 3: it is missing"),
        (
            "update ledger_entries set idx = 1000000000000 where idx = 2",
            "entry 1000000000000: a log of 4 entries has none",
        ),
        ("update ledger_hashes set idx = 1000000000000 where lvl = 0 and idx = 2", "hash 2 of level 0: it is missing"),
        ("delete from ledger_bodies where idx = 1", "entry 1: nothing is kept of its private part"),
        (
            "update ledger_bodies set body = null where idx = 1",
            "entry 1: its private part is missing, and was not erased",
        ),
        (
            "update ledger_bodies set erased = 0 where idx = 3",
            "entry 3: its private part is missing, and was not erased",
        ),
        ("update ledger_bodies set erased = 1 where idx = 1", "entry 1: it was erased, and yet is there"),
        ("update ledger_bodies set erased = 2 where idx = 1", "entry 1: it is neither erased nor whole"),
        ("update ledger_bodies set key = null where idx = 1", "entry 1: it is neither erased nor whole"),
        ("update ledger_bodies set subject = 'eve' where idx = 1", "entry 1: it is kept under another subject"),
        ("delete from ledger_hashes where lvl = 0 and idx = 1", "hash 1 of level 0: it is missing"),
        ("delete from ledger_hashes where lvl = 2", "hash 0 of level 2: it is missing"),
        (
            "insert into ledger_hashes values (7, 0, zeroblob(32))",
            "hash 0 of level 7: a log of 4 entries has none there",
        ),
        (
            "insert into ledger_hashes values (1, 2, zeroblob(32))",
            "hash 2 of level 1: a log of 4 entries has none there",
        ),
        (
            "insert into ledger_bodies values (9, 'k', null, null, 1)",
            "private part 9: a log of 4 entries has none there",
        ),
        ("update ledger_checkpoints set size = 5 where size = 3", "checkpoint of 5: the ledger has 4 entries"),
        ("update ledger_checkpoints set size = 9 where size = 4", "checkpoint of 9: the ledger has 4 entries"),
        (
            "update ledger_checkpoints set note = (select note from ledger_checkpoints where size = 2) where size = 3",
            "checkpoint of 3: what was signed is another",
        ),
        (
            "update ledger_entries set leaf = (select leaf from ledger_entries where idx = 1) where idx = 2",
            "entry 2: its leaf hashes to",
        ),
        (
            "update ledger_bodies set body = (select body from ledger_bodies where idx = 2) where idx = 1",
            "entry 1: the private part is not the one that the leaf commits to",
        ),
    ],
)
def test_what_is_gone_added_or_exchanged_is_named(small, how, says):
    """Promises that an audit names exactly what is wrong, and where."""
    ledger, raw = small
    raw.execute(how)
    assert any(one.startswith(says) for one in found_in(ledger)), found_in(ledger)


def test_one_changed_entry_is_one_place(small):
    """Promises that a small damage is not told as a large one: the entry, and the checkpoints that cover it."""
    ledger, raw = small
    leaf = raw.execute("select leaf from ledger_entries where idx = 2").fetchone()[0]
    raw.execute("update ledger_entries set leaf = ? where idx = 2", (leaf.replace(b"2026", b"2027"),))
    places = [one.where for one in audit(ledger).findings]
    assert set(places) == {"entry 2", "checkpoint of 3", "checkpoint of 4"}


def test_an_audit_runs_on_postgresql_too(any_ledger, signer):
    """Promises the same on both databases: a leaf, a private part, a hash and a checkpoint, each changed and found."""
    filled(any_ledger, signer)
    with any_ledger.database.sequencing() as connection:
        for table in (entries, hashes, checkpoints, bodies):
            on = f" on {table.name}" if any_ledger.database.shared else ""
            connection.exec_driver_sql(f"drop trigger {table.name}_changed{on}")
    for table, column, name in (
        (entries, entries.c.leaf, "entry 4"),
        (bodies, bodies.c.body, "entry 4"),
        (hashes, hashes.c.hash, "hash 4 of level 0"),
        (checkpoints, checkpoints.c.note, "checkpoint of 6"),
    ):
        where = table.c.size == 6 if table is checkpoints else table.c.idx == 4
        with any_ledger.database.sequencing() as connection:
            value = connection.execute(table.select().with_only_columns(column).where(where)).scalar()
            connection.execute(table.update().where(where).values({column.name: bytes([value[0] ^ 1]) + value[1:]}))
        found = [one.where for one in audit(any_ledger).findings]
        assert name in found or "entry 4" in found
        with any_ledger.database.sequencing() as connection:
            connection.execute(table.update().where(where).values({column.name: value}))
        assert audit(any_ledger).sound


def test_a_signature_that_nobody_can_check_is_said(small, signer, stranger):
    """Promises that "sound" means that every byte was checked; whoever signs along is named to the audit."""
    ledger, raw = small
    note = ledger.checkpoint()
    both = signed(parsed(note).text, [signer, stranger])
    raw.execute("update ledger_checkpoints set note = ? where size = 4", (both,))
    assert "nobody named the key" in found_in(ledger)[0]
    assert audit(ledger, [stranger.verifier]).sound


def test_an_audit_goes_on_across_its_steps(ledger, signer):
    """Promises that a log larger than what is read at once is audited as a whole, the highest hashes too."""
    filled(ledger, signer, 2 * AT_ONCE)
    with disarmed(ledger) as raw:
        for level, number in ((11, 0), (10, 0), (10, 1), (0, 1023), (0, 1024)):
            where = (level, number)
            read = "select hash from ledger_hashes where lvl = ? and idx = ?"
            value = raw.execute(read, where).fetchone()[0]
            write = "update ledger_hashes set hash = ? where lvl = ? and idx = ?"
            raw.execute(write, (bytes(32), *where))
            name = f"hash {number} of level {level}" if level else f"entry {number}"
            assert name in [one.where for one in audit(ledger).findings]
            raw.execute(write, (value, *where))
        raw.execute("delete from ledger_hashes where lvl = 0 and idx = 2048")
        raw.execute("delete from ledger_entries where idx = 2048")
        found = [str(one) for one in audit(ledger).findings]
        assert found == [
            "checkpoint of 2049: the ledger has 2048 entries",
            "private part 2048: a log of 2048 entries has none there",
        ]
