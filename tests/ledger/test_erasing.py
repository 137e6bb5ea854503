"""After a learner is erased: the log is as sound as before, and nothing in it says any more what was theirs."""

import json
from itertools import combinations

import pytest
from ledgers import AT, award, change, filled, regrade

from grader.ledger.audit import audit
from grader.ledger.content import Kind
from grader.ledger.export import export
from grader.ledger.exported import audit_export
from grader.ledger.proof import check_proof
from grader.ledger.schema import bodies, metadata


@pytest.fixture
def full(any_ledger, signer):
    """A log with entries of every kind of two learners, between those of others."""
    filled(any_ledger, signer, 3, "others-of-the-course")
    for subject in ("ada-lovelace", "bob-the-builder"):
        for number in range(3):
            any_ledger.append(award(number, subject), f"award/{subject}/{number}")
        any_ledger.publish([signer])
        for number in range(3):
            index = any_ledger.index_of(f"award/{subject}/{number}")
            named = any_ledger.entry(index).named(index)
            any_ledger.append(regrade(named, number, subject), f"regrade/{subject}/{number}")
            any_ledger.append(change(Kind.REVOKE, named, number, subject), f"revoke/{subject}/{number}")
        any_ledger.publish([signer])
    return any_ledger


def test_a_log_with_erased_entries_is_sound_and_proves_as_before(full, signer):
    """Promises that erasing changes no leaf, no hash, no proof and no checkpoint."""
    leaves = [full.entry(index).leaf for index in range(full.size)]
    proofs = [full.proof(index) for index in range(full.size)]
    assert full.erase("ada-lovelace") == 9
    found = audit(full)
    assert (found.findings, found.erased, found.size) == ((), 9, 22)
    assert [full.entry(index).leaf for index in range(full.size)] == leaves
    assert [full.proof(index) for index in range(full.size)] == proofs
    for proof, leaf in zip(proofs, leaves, strict=True):
        check_proof(proof, leaf, [signer.verifier])
    full.append(award(1, "carol"), "award/carol/1")
    full.publish([signer])
    assert audit(full).sound


def test_private_parts_of_others_stay(full):
    """Promises that exactly one learner's are destroyed."""
    theirs = [full.index_of(f"award/bob-the-builder/{number}") for number in range(3)]
    before = [full.entry(index) for index in theirs]
    full.erase("ada-lovelace")
    assert [full.entry(index) for index in theirs] == before
    assert full.erase("ada-lovelace") == 0
    assert full.index_of("award/ada-lovelace/0") is None


def test_no_row_tells_which_entries_were_of_one_learner(full):
    """Promises that the rows of erased entries are alike but for what is random: index, kind, day and commitment."""
    indices = [
        full.index_of(f"{kind}/ada-lovelace/{number}") for kind in ("award", "regrade", "revoke") for number in range(3)
    ]
    full.erase("ada-lovelace")
    with full.database.reading() as connection:
        kept = connection.execute(bodies.select().where(bodies.c.idx.in_(indices))).all()
        everything = [tuple(row) for table in metadata.sorted_tables for row in connection.execute(table.select())]
    assert {(row.key, row.subject, row.body, row.erased) for row in kept} == {(None, None, None, 1)}
    assert "ada-lovelace" not in str(everything)
    leaves = [json.loads(full.entry(index).leaf) for index in indices]
    for one, other in combinations(leaves, 2):
        shared = {key for key in one if one[key] == other[key]}
        assert shared <= {"v", "kind", "at"}
    assert {len(leaf["at"]) for leaf in leaves} == {len("2026-01-31")}


def test_nothing_erased_is_left_in_the_files(ledger, signer):
    """Promises that erasing writes over what it erases: no byte of a private part is left in the database's files."""
    filled(ledger, signer, 20, "ada-lovelace")
    nonces = [json.loads(ledger.entry(index).private)["nonce"].encode() for index in range(1, 21)]
    folder = ledger.database.url.removeprefix("sqlite:///").rpartition("/")[0]

    def on_disk():
        from pathlib import Path  # noqa: PLC0415

        return b"".join(path.read_bytes() for path in sorted(Path(folder).iterdir()))

    assert all(nonce in on_disk() for nonce in nonces)
    ledger.erase("ada-lovelace")
    left = on_disk()
    assert not any(nonce in left for nonce in nonces)
    assert b"ada-lovelace" not in left


def test_what_waits_in_line_is_erased_too(any_ledger, signer):
    """Promises that a learner who is erased is not logged afterwards."""
    filled(any_ledger, signer, 2, "bob")
    any_ledger.append(award(1, "ada"), "award/ada/1")
    assert any_ledger.erase("ada") == 1
    any_ledger.publish([signer])
    assert (any_ledger.size, audit(any_ledger).sound) == (3, True)


def test_entries_can_be_erased_by_their_indices(any_ledger, signer):
    """Promises the same where the subject differs from certificate to certificate; the log's own entries stay."""
    filled(any_ledger, signer, 5)
    any_ledger.erase_entries([0, 2, 4])
    found = audit(any_ledger)
    assert (found.findings, found.erased) == ((), 2)
    assert any_ledger.entry(2).private is None


def test_an_export_is_the_same_before_and_after(full, tmp_path, signer):
    """Promises that no private part was ever in an export: not a byte of it changes, and no value links two leaves."""
    export(full, tmp_path / "before")
    full.erase("ada-lovelace")
    export(full, tmp_path / "after")
    before, after = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "before", tmp_path / "after")
    )
    assert before == after
    assert audit_export(tmp_path / "after", signer.verifier.vkey).sound
    content = b"".join(after.values())
    for word in (b"ada-lovelace", b"bob-the-builder", AT.encode(), b"subject", b"nonce", b"reason"):
        assert word not in content
