"""History that was written anew and signed again, by whoever has the key: found from what others hold."""

import pytest
from ledgers import AT, award

from grader.ledger import Ledger
from grader.ledger.audit import audit
from grader.ledger.export import export
from grader.ledger.exported import audit_export
from grader.ledger.note import parsed, signed
from grader.ledger.spelling import BadNote


@pytest.fixture
def histories(tmp_path, signer):
    """A log at several sizes, a proof of each entry at each; and the same with entry 3 written anew, signed again."""

    def written(name, third):
        ledger = Ledger(tmp_path / name)
        ledger.found(signer, AT)
        notes, proofs = [ledger.checkpoint()], {}
        for number in range(1, 7):
            ledger.append(third if number == 3 else plain[number], f"award/{number}")
            notes.append(ledger.publish([signer]))
            proofs |= {(index, number + 1): ledger.proof(index).encode() for index in range(number + 1)}
        export(ledger, tmp_path / f"{name}-export")
        assert audit(ledger).sound
        ledger.close()
        return notes, proofs, tmp_path / f"{name}-export"

    plain = {number: award(number) for number in range(1, 7)}
    return written("told", plain[3]), written("retold", award("for somebody else"))


def test_history_written_anew_is_found_from_whatever_covers_it(histories, signer):
    """Promises that whoever has the key cannot rewrite an entry unseen by anyone who holds what covers it.

    The new history is sound in itself. It is refused by every older checkpoint that covers the entry, and by every
    proof whose checkpoint does, whichever entry the proof is of; those that do not cover it know nothing of it.
    """
    (notes, proofs, folder), (_, _, retold) = histories
    vkey = signer.verifier.vkey
    assert audit_export(retold, vkey).sound
    for size, note in enumerate(notes, 1):
        assert audit_export(folder, vkey, [note]).sound
        found = audit_export(retold, vkey, [note])
        assert found.sound == (size <= 3)
        assert found.sound or "history was rewritten" in str(found.findings[0])
    for (_, size), proof in proofs.items():
        assert audit_export(folder, vkey, [proof]).sound
        assert audit_export(retold, vkey, [proof]).sound == (size <= 3)
    assert len(audit_export(retold, vkey, [*notes, *proofs.values()]).findings) == 4 + sum(
        size > 3 for _, size in proofs
    )


def test_a_log_that_was_cut_off_is_found(histories, signer, tmp_path):
    """Promises that entries cannot be taken off the end either, by whoever has the key."""
    (notes, _, _), _ = histories
    short = Ledger(tmp_path / "short")
    short.found(signer, AT)
    export(short, tmp_path / "short-export")
    short.close()
    found = audit_export(tmp_path / "short-export", signer.verifier.vkey, [notes[-1]])
    assert "the log has 1 entries: some were taken out" in str(found.findings[0])


def test_what_is_given_as_older_has_to_be_the_logs(small, stranger, signer, tmp_path):
    """Promises that nobody can make a sound log look rewritten with a checkpoint that it never signed."""
    folder = tmp_path / "export"
    export(small[0], folder)
    made_up = signed(parsed((folder / "checkpoint").read_bytes()).text.replace("\n4\n", "\n3\n"), [stranger])
    found = audit_export(folder, signer.verifier.vkey, [made_up]).findings
    assert any("nobody who is known signed this" in one.what for one in found)
    with pytest.raises(BadNote):
        audit_export(folder, signer.verifier.vkey, [b"neither checkpoint nor proof"])
