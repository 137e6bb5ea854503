"""What the ledger promises, on both databases: append, publish, prove, erase; and what it refuses."""

import threading

import pytest
from ledgers import AT, ORIGIN, award, change, digest, filled, regrade, status_list

from grader.errors import UsageError
from grader.ledger import rows
from grader.ledger.audit import audit
from grader.ledger.checkpoint import checked_checkpoint
from grader.ledger.content import Genesis, Kind, Named
from grader.ledger.entry import BadEntry, Entry, opened_entry, read_leaf
from grader.ledger.key import Signer
from grader.ledger.proof import check_growth, check_proof
from grader.ledger.schema import pending
from grader.merkle import EMPTY_ROOT


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
            then, now = check_growth(old, new, any_ledger.consistency(old, new), [signer.verifier])
            assert (then.size, now.size) == (notes.index(old) + 1, notes.index(new) + 1)


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
