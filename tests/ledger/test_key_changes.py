"""Keys: their file, and how one takes over from another in the log's own words."""

import os
import stat
from dataclasses import replace

import pytest
from ledgers import AT, ORIGIN, award, filled

from grader.errors import UsageError
from grader.ledger.audit import audit
from grader.ledger.checkpoint import Checkpoint, checked_checkpoint, read_checkpoint
from grader.ledger.content import Genesis, Kind
from grader.ledger.entry import BadEntry, entry_of
from grader.ledger.export import export
from grader.ledger.exported import audit_export
from grader.ledger.finding import signature_faults
from grader.ledger.key import Signer
from grader.ledger.keyfile import make_key, read_key
from grader.ledger.note import signed
from grader.ledger.proof import check_growth
from grader.ledger.spelling import BadNote
from grader.ledger.succession import LOG, _statement, key_change, succession_of


def test_a_key_file_is_for_its_owner_only(tmp_path):
    """Promises mode 0600 whatever the umask, the same key when it is read again, and no writing over."""
    before = os.umask(0)
    try:
        made = make_key(tmp_path / "keys" / "log", ORIGIN)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "keys" / "log").stat().st_mode) == 0o600
    read = read_key(tmp_path / "keys" / "log")
    assert (read.verifier, read.sign(b"x")) == (made.verifier, made.sign(b"x"))
    with pytest.raises(UsageError, match="a key is never written over"):
        make_key(tmp_path / "keys" / "log", ORIGIN)
    assert make_key(tmp_path / "keys" / "other", ORIGIN).verifier != made.verifier


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777, 0o610])
def test_a_key_file_that_others_can_read_is_refused(tmp_path, mode):
    """Promises a clear sentence, with what would do."""
    make_key(tmp_path / "log", ORIGIN)
    (tmp_path / "log").chmod(mode)
    with pytest.raises(UsageError, match=f"can be read by others \\(mode {mode:04o}\\): chmod 600"):
        read_key(tmp_path / "log")


@pytest.mark.parametrize("content", ["", "a key", "PRIVATE+KEY+x+00000000+AAAA", "\N{EM DASH}", "x" * 99_999])
def test_what_is_no_key_file_is_refused(tmp_path, content):
    """Promises a sentence for any other file, and for none."""
    with pytest.raises(UsageError, match="make one first"):
        read_key(tmp_path / "log")
    (tmp_path / "log").write_text(content)
    (tmp_path / "log").chmod(0o600)
    with pytest.raises(UsageError, match="signing key"):
        read_key(tmp_path / "log")


def test_no_key_is_shown(signer):
    """Promises that a key that lands in a message or a trace by mistake says nothing."""
    assert signer.line()[-20:-2] not in repr(signer) + str(vars(signer))


# --- one key takes over from another ----------------------------------------------------------------------------------


@pytest.fixture
def changed(any_ledger, signer, next_signer):
    """A log of six entries whose key changes at entry 6; gives the checkpoint before, and the first after."""
    before = filled(any_ledger, signer)
    any_ledger.append(entry_of(Kind.KEY, key_change(LOG, next_signer, signer), AT), "key/2")
    return any_ledger, before, any_ledger.publish([signer, next_signer])


def test_both_keys_sign_while_readers_learn_the_new_one(changed, signer, next_signer):
    """Promises that at the change whoever knows either key can check, and the log names both."""
    ledger, before, after = changed
    for known in ([signer.verifier], [next_signer.verifier], [signer.verifier, next_signer.verifier]):
        assert checked_checkpoint(after, known).size == 7
    with pytest.raises(BadNote):
        checked_checkpoint(before, [next_signer.verifier])
    assert [key for _, key in ledger.keys().keys[LOG]] == [signer.verifier, next_signer.verifier]
    assert audit(ledger).sound


def test_after_a_change_the_new_key_is_needed(changed, signer, next_signer):
    """Promises that the old key alone signs nothing any more, and the new one alone does."""
    ledger, _, _ = changed
    ledger.append(award(9), "award/9")
    with pytest.raises(UsageError, match="that one was not given"):
        ledger.publish([signer])
    note = ledger.publish([next_signer])
    assert checked_checkpoint(note, [next_signer.verifier]).size == 8
    with pytest.raises(BadNote):
        checked_checkpoint(note, [signer.verifier])
    assert audit(ledger).sound


def test_an_export_is_checked_from_the_old_key_on(changed, signer, next_signer, stranger, tmp_path):
    """Promises that whoever trusts the first key still can after it is gone: the log hands over from key to key."""
    ledger, before, after = changed
    ledger.append(award(9), "award/9")
    ledger.publish([next_signer])
    export(ledger, tmp_path / "export")
    for verifier in (signer.verifier, next_signer.verifier):
        assert audit_export(tmp_path / "export", verifier.vkey, [before, after]).sound
    assert not audit_export(tmp_path / "export", stranger.verifier.vkey).sound


def test_a_new_key_is_not_believed_before_its_entry(any_ledger, signer, next_signer, tmp_path):
    """Promises that a key holds from the entry that brings it, and not for a log that does not have that entry."""
    filled(any_ledger, signer)
    export(any_ledger, tmp_path / "export")
    found = audit_export(tmp_path / "export", next_signer.verifier.vkey).findings
    assert "knows nothing of the key" in str(found[0])


def contents(signer, *changes):
    """A genesis and changes of keys, with their indices."""
    return list(enumerate([Genesis(ORIGIN, signer.verifier.vkey), *changes]))


def test_a_change_is_signed_by_the_old_key_and_by_the_new_one(signer, next_signer, stranger):
    """Promises that nobody can bring in a key without the old one, or a key that they do not have."""
    good = key_change(LOG, next_signer, signer)
    assert succession_of(contents(signer, good)).at(2) == next_signer.verifier
    forged = key_change(LOG, stranger, signer)
    for bad, says in (
        (key_change(LOG, next_signer, stranger), "takes over from another than the one that holds"),
        (key_change(LOG, next_signer), "takes over from another than the one that holds"),
        (replace(good, by_old=good.by_new), "not signed by the old key"),
        (replace(good, by_old=None), "not signed by the old key"),
        (replace(good, by_new=good.by_old), "not signed by the new key"),
        (replace(good, new=forged.new), "not signed by the new key"),
        (replace(forged, by_new=good.by_new), "not signed by the new key"),
        (replace(good, revoked_from=0), "not signed by the new key"),
        (replace(good, purpose="credential"), "takes over from another than the one that holds"),
    ):
        with pytest.raises((BadEntry, BadNote), match=says):
            succession_of(contents(signer, bad))


def test_keys_of_other_purposes_are_in_the_log_too(signer, next_signer, stranger):
    """Promises that the log vouches for the keys that sign credentials and status lists, and for their changes."""
    first, second = key_change("credential", next_signer), key_change("credential", stranger, next_signer)
    keys = succession_of(contents(signer, first, second))
    assert [(index, key.key) for index, key in keys.keys["credential"]] == [
        (1, next_signer.verifier.key),
        (2, stranger.verifier.key),
    ]
    assert keys.at(3) == signer.verifier
    with pytest.raises(BadEntry, match="takes over from another"):
        succession_of(contents(signer, first, first))
    with pytest.raises(BadEntry, match="comes back that was given up"):
        succession_of(contents(signer, first, second, key_change("credential", next_signer, stranger)))


def test_a_key_in_wrong_hands_counts_for_nothing_from_an_entry_on(signer, next_signer):
    """Promises that what was logged before a compromise stays good, and that later signatures of that key do not."""
    keys = succession_of(contents(signer, key_change(LOG, next_signer, signer, revoked_from=1)))
    assert keys.known(1) == [signer.verifier]
    assert keys.known(2) == [next_signer.verifier]
    with pytest.raises(BadEntry, match="there is not yet"):
        succession_of(contents(signer, key_change(LOG, next_signer, signer, revoked_from=2)))


def test_a_revoked_key_signs_nothing_along(any_ledger, signer, next_signer):
    """Promises that publishing refuses a key that was given up for lost."""
    filled(any_ledger, signer)
    any_ledger.append(entry_of(Kind.KEY, key_change(LOG, next_signer, signer, revoked_from=6), AT), "key/2")
    with pytest.raises(UsageError, match="is no key of this ledger"):
        any_ledger.publish([signer, next_signer])
    any_ledger.publish([next_signer])
    assert audit(any_ledger).sound


def test_a_change_that_does_not_follow_is_never_logged(any_ledger, signer, next_signer, stranger):
    """Promises that no wrong change of keys gets into the log, where it would stop it for ever; nor two at once."""
    filled(any_ledger, signer)

    def ask(change, key, kind=Kind.KEY):
        return any_ledger.append(entry_of(kind, change, AT), key)

    with pytest.raises(BadEntry, match="takes over from another"):
        ask(key_change(LOG, stranger, next_signer), "key/1")
    with pytest.raises(BadEntry, match="the first entry of a log"):
        ask(Genesis(ORIGIN, stranger.verifier.vkey), "genesis/1", Kind.GENESIS)
    first = ask(key_change(LOG, next_signer, signer), "key/2")
    assert ask(key_change(LOG, next_signer, signer), "key/2") == first
    with pytest.raises(UsageError, match="a change of keys is in line already"):
        ask(key_change(LOG, stranger, next_signer), "key/3")
    any_ledger.publish([next_signer])
    assert ask(key_change(LOG, next_signer, signer), "key/2") == first
    ask(key_change(LOG, stranger, next_signer), "key/3")
    any_ledger.publish([stranger, next_signer])
    assert (any_ledger.size, audit(any_ledger).sound) == (8, True)


def test_a_log_has_one_beginning(signer, stranger):
    """Promises that a genesis is the first entry and is of its own name."""
    genesis = Genesis(ORIGIN, signer.verifier.vkey)
    with pytest.raises(BadEntry, match="the first entry of a log"):
        succession_of([(0, genesis), (1, genesis)])
    with pytest.raises(BadEntry, match="another name than its log"):
        succession_of([(0, replace(genesis, origin="example.org/other"))])
    with pytest.raises(BadEntry, match="takes over from another"):
        succession_of([(1, key_change(LOG, stranger, signer))])


def test_a_signature_of_a_change_is_none_of_a_checkpoint(signer, next_signer):
    """Promises that what the log's key signs in one place means nothing in the other."""
    statement = _statement(key_change(LOG, next_signer, signer)).decode()
    with pytest.raises(BadNote, match="a note's text ends with a newline"):
        signed(statement, [signer])
    with pytest.raises(BadNote, match="expected a checkpoint"):
        read_checkpoint(signed(f"{statement}\n", [signer]))


def test_an_audit_wants_the_key_that_held(signer, next_signer):
    """Promises that a checkpoint signed by the old key alone, after the change, is found."""
    keys = succession_of(contents(signer, key_change(LOG, next_signer, signer)))
    note = signed(Checkpoint(ORIGIN, 2, bytes(32)).text, [signer])
    assert signature_faults(note, 2, keys) == [
        f"it is not signed by the key that held then, {next_signer.verifier.vkey}"
    ]
    assert signature_faults(note, 1, keys) == []
    assert signature_faults(note, 0, keys) == ["no key is known that could have signed it"]


def test_checkpoints_of_two_logs_are_not_compared(signer):
    """Promises that no log is said to have grown out of another one of another name, though one key signed both."""
    other = Signer("example.org/other", bytes(range(32)))
    notes = [signed(Checkpoint(one.verifier.name, 2, bytes(32)).text, [one]) for one in (signer, other)]
    with pytest.raises(BadNote, match="checkpoints of two logs"):
        check_growth(*notes, [], [signer.verifier, other.verifier])
