"""What the ledger promises, on both databases: append, publish, prove, erase; and what it refuses."""

import threading

import pytest
from ledgers import AT, ORIGIN, award, change, digest, filled, regrade, status_list

from grader.errors import EngineError, UsageError
from grader.ledger import Ledger, rows
from grader.ledger.audit import audit
from grader.ledger.checkpoint import checked_checkpoint, read_checkpoint
from grader.ledger.content import Genesis, Kind, Named
from grader.ledger.entry import BadEntry, Entry, opened_entry, read_leaf
from grader.ledger.key import Signer
from grader.ledger.proof import check_proof
from grader.ledger.schema import bodies, checkpoints, entries, hashes, pending
from grader.merkle import EMPTY_ROOT, check_consistency


def test_a_log_begins_with_its_name_and_key(any_ledger, signer):
    """Promises that the first entry says whose log it is, and that beginning again changes nothing."""
    note = any_ledger.found(signer, AT)
    assert checked_checkpoint(note, [signer.verifier]).size == 1
    assert read_leaf(any_ledger.entry(0).leaf).content == Genesis(ORIGIN, signer.verifier.vkey)
    assert any_ledger.found(signer, "2026-02-01T00:00:00Z") == note
    with pytest.raises(UsageError, match="begun under another name or with another key"):
        any_ledger.found(Signer("example.org/other", bytes(32)), AT)


def test_nothing_is_logged_before_there_is_a_log(any_ledger, signer):
    """Promises a sentence instead of a log without a beginning."""
    with pytest.raises(UsageError, match="found it first"):
        any_ledger.append(award(), "award/1")
    with pytest.raises(UsageError, match="found it first"):
        any_ledger.publish([signer])
    with pytest.raises(UsageError, match="nothing of the ledger was signed yet"):
        any_ledger.checkpoint()


def test_every_entry_is_proven_under_the_newest_checkpoint(any_ledger, signer):
    """Promises a proof of each entry at each size, and of each size in each later one."""
    any_ledger.found(signer, AT)
    notes = [any_ledger.checkpoint()]
    for number in range(9):
        any_ledger.append(award(number), f"award/{number}")
        notes.append(any_ledger.publish([signer]))
        for index in range(any_ledger.size):
            proof = any_ledger.proof(index)
            assert proof.note == notes[-1]
            assert check_proof(proof, any_ledger.entry(index).leaf, [signer.verifier]).size == number + 2
    for new in notes:
        for old in notes[: notes.index(new) + 1]:
            then, now = read_checkpoint(old), read_checkpoint(new)
            check_consistency(then.size, now.size, any_ledger.consistency(old, new), then.root, now.root)


def test_an_entry_counts_when_a_checkpoint_covers_it(any_ledger, signer):
    """Promises that no proof is given of what was not signed yet."""
    filled(any_ledger, signer, 2)
    entry = any_ledger.append(award(9), "award/9")
    assert (any_ledger.index_of("award/9"), any_ledger.size) == (None, 3)
    with pytest.raises(UsageError, match="no checkpoint covers an entry 3 yet"):
        any_ledger.proof(3)
    any_ledger.publish([signer])
    index = any_ledger.index_of("award/9")
    assert any_ledger.entry(index) == entry
    assert check_proof(any_ledger.proof(index), entry.leaf, [signer.verifier]).size == 4


def test_a_key_is_logged_once(any_ledger, reopened, signer):
    """Promises that whoever asks twice gets the first entry: in line, in the log, and from another process."""
    any_ledger.found(signer, AT)
    first = any_ledger.append(award(1), "award/1")
    assert any_ledger.append(award(1), "award/1") == first != award(1)
    assert reopened(any_ledger).append(award(2), "award/1") == first
    any_ledger.publish([signer])
    assert any_ledger.append(award(1), "award/1") == first
    assert any_ledger.append_all([(award(1), "award/1"), (award(2), "award/2")])[0] == first
    any_ledger.publish([signer])
    assert any_ledger.size == 3


def test_publishing_nothing_new_signs_nothing_new(any_ledger, signer):
    """Promises that the newest checkpoint is handed out again."""
    note = filled(any_ledger, signer)
    assert any_ledger.publish([signer]) == note == any_ledger.checkpoint() == any_ledger.checkpoint(6)
    with pytest.raises(UsageError, match="no checkpoint of size 5"):
        any_ledger.checkpoint(5)


def test_indices_are_dense_whoever_writes_and_publishes(any_ledger, reopened, signer):
    """Promises that many at once leave no hole and log nothing twice: six write the same keys, two publish."""
    any_ledger.found(signer, AT)
    others = [reopened(any_ledger) for _ in range(8)]
    errors = []

    def write(ledger):
        try:
            for number in range(12):
                ledger.append(award(number), f"award/{number}")
        except Exception as error:  # noqa: BLE001 - told by the test below
            errors.append(error)

    def publish(ledger):
        try:
            for _ in range(6):
                ledger.publish([signer])
        except Exception as error:  # noqa: BLE001 - told by the test below
            errors.append(error)

    threads = [threading.Thread(target=write, args=[one]) for one in others[:6]]
    threads += [threading.Thread(target=publish, args=[one]) for one in others[6:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    any_ledger.publish([signer])
    assert any_ledger.size == 13
    assert sorted(any_ledger.index_of(f"award/{number}") for number in range(12)) == list(range(1, 13))
    assert audit(any_ledger).findings == ()


def test_what_is_moved_at_once_lies_in_no_order_of_its_own(any_ledger, signer):
    """Promises that places do not tell that entries were asked for together: their order is that of random hashes."""
    filled(any_ledger, signer, 40)
    order = [any_ledger.index_of(f"award/ada/{number}") for number in range(40)]
    assert order != sorted(order)
    found = [any_ledger.entry(index).hash for index in range(1, 41)]
    assert found == sorted(found)


def test_a_later_entry_names_an_earlier_one(any_ledger, signer):
    """Promises that a revocation or regrade names an entry by index and hash, and that it is the right one."""
    filled(any_ledger, signer)
    named = any_ledger.entry(3).named(3)
    any_ledger.append(regrade(named), "regrade/1")
    any_ledger.append(change(Kind.REVOKE, named), "revoke/1")
    any_ledger.publish([signer])
    _, private = opened_entry(any_ledger.entry(any_ledger.index_of("revoke/1")))
    assert private.content.of == named
    assert audit(any_ledger).sound
    with pytest.raises(UsageError, match="entry 3 of the ledger is not the one"):
        any_ledger.append(change(Kind.REVOKE, Named(3, digest("other"))), "revoke/2")
    with pytest.raises(UsageError, match="there is no entry 99"):
        any_ledger.append(change(Kind.REVOKE, Named(99, named.leaf)), "revoke/3")


def test_parts_that_do_not_belong_together_are_not_logged(any_ledger, signer):
    """Promises that the log commits to nothing that its holder cannot show; all of several or none."""
    any_ledger.found(signer, AT)
    with pytest.raises(BadEntry, match="not the one that the leaf commits to"):
        any_ledger.append_all([(award(), "award/1"), (Entry(award().leaf, award().private), "award/2")])
    any_ledger.publish([signer])
    assert any_ledger.size == 1


# --- what is refused --------------------------------------------------------------------------------------------------


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
    assert read_checkpoint(any_ledger.checkpoint()).size == 6


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


def test_the_empty_log_has_the_root_of_rfc_6962(any_ledger):
    """Promises that a log without entries is one."""
    with any_ledger.database.reading() as connection:
        assert (rows.size_of(connection), rows.root_at(connection, 0)) == (0, EMPTY_ROOT)
    assert audit(any_ledger).sound


def test_a_status_list_is_public(any_ledger, signer):
    """Promises that anybody can see which list was published when."""
    any_ledger.found(signer, AT)
    any_ledger.append(status_list(), "statuslist/1")
    any_ledger.publish([signer])
    assert read_leaf(any_ledger.entry(1).leaf).content.digest == digest("list", 1)
    assert any_ledger.entry(1).private is None
    assert audit(any_ledger).sound


def test_what_is_in_line_is_found_by_an_audit(any_ledger, signer):
    """Promises that what waits is looked at too."""
    filled(any_ledger, signer)
    any_ledger.append(award(9), "award/9")
    with any_ledger.database.sequencing() as connection:
        connection.execute(pending.update().values(body=b"{}"))
    assert [str(one) for one in audit(any_ledger).findings] == [
        "in line, asked for by 'award/9': the private part is not the one that the leaf commits to"
    ]
