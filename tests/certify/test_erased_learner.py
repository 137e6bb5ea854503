"""A learner is erased: the log still audits, and nothing in it or in an export links two of their entries."""

import json
import re
from pathlib import Path

import pytest
from attempts import AT, FILES, put_graded
from command import grader

from grader.certify import certifying
from grader.certify.bundle import read_bundle
from grader.certify.certifying import certify
from grader.certify.claiming import subject_of
from grader.certify.erasing import erase
from grader.certify.office import Recipient
from grader.credential.strict_json import read_object
from grader.errors import UsageError
from grader.ledger.audit import audit
from grader.ledger.content import Kind
from grader.ledger.entry import read_leaf, read_private
from grader.ledger.tiles import leaves_of
from grader.store import Store

AT_SCHOOL = {"GRADER_ISSUER": "School of Examples", "GRADER_PUBLIC_URL": "https://school.example/badges"}
ADA = "ada-lovelace-1815"
WORD = re.compile(rb"[0-9A-Za-z_+/=-]{8,}")
"""Two leaves that share a word so long that nobody else's has, share it because of what they are."""


def run(home, *words, code=0):
    done = grader(*words, home=home, **AT_SCHOOL)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def linking(one, other, stranger):
    """The words that two contents share and a stranger's of the same kind and day does not."""
    return (set(WORD.findall(one)) & set(WORD.findall(other))) - set(WORD.findall(stranger))


@pytest.fixture(scope="module")
def erased(tmp_path_factory):
    """An installation that certified two attempts of Ada and one of Bob on one day, and revoked one; then erased Ada.

    Gives its folder, the bundles as they were given out, and what `erase` told; an export from before and after.
    """
    folder = tmp_path_factory.mktemp("erased")
    home = folder / "home"
    run(home, "keys", "new")
    (folder / "trust.toml").write_text(run(home, "keys", "show", "--trust").stdout)
    store = Store(home)
    for attempt, learner in (("ada-first", ADA), ("ada-second", ADA), ("bob-only", "bob")):
        put_graded(store, attempt, learner=learner, files={**FILES, "notes.py": f"# {attempt}".encode()})
    store.database.close()
    bundles = {}
    for attempt, name in (("ada-first", "Ada Lovelace"), ("ada-second", "Ada Lovelace"), ("bob-only", "Bob")):
        run(home, "certify", attempt, "--name", name, "--email", f"{name[:3]}@x.example", "--out", folder / attempt)
        bundles[attempt] = read_bundle((folder / attempt).read_bytes())
    run(home, "revoke", "ada-first", "--reason", "copied from a neighbour")
    run(home, "ledger", "export", folder / "before")
    told = run(home, "erase", ADA, "--yes", "--json")
    run(home, "ledger", "export", folder / "after")
    return folder, bundles, json.loads(told.stdout)


def test_what_was_destroyed_is_told(erased):
    _, _, told = erased
    assert told == {"attempts": 2, "reports": 2, "submissions": 2, "certificates": 2, "entries": 3}


def test_the_log_still_audits_here_and_from_its_export(erased):
    folder, _, _ = erased
    told = json.loads(run(folder / "home", "ledger", "audit", "--json").stdout)
    assert (told["sound"], told["erased"], told["findings"]) == (True, 3, [])
    vkey = next(one.split()[-1] for one in run(folder / "home", "keys", "show").stdout.splitlines() if "ledger" in one)
    (folder / "old.tlog-proof").write_bytes(erased[1]["ada-first"].proof)
    words = ("ledger", "audit", "--export", folder / "after", "--vkey", vkey, "--old", folder / "old.tlog-proof")
    assert "sound" in run(folder / "home", *words).stdout


def test_nothing_in_the_export_or_the_house_is_theirs(erased):
    """Promises that no value that was in what Ada was given, or named her here, is in any file that is left."""
    folder, bundles, _ = erased
    theirs = [ADA, "Ada Lovelace", "ada-first", "ada-second", "copied from a neighbour"]
    theirs.append(subject_of((folder / "home" / "secret").read_bytes(), ADA))
    for name in ("ada-first", "ada-second"):
        signed, private = read_object(bundles[name].credential), json.loads(bundles[name].private)
        theirs += [private[key] for key in ("credential", "subject", "submission", "evidence", "nonce")]
        learner = signed["credentialSubject"]["identifier"]
        theirs += [one[key] for one in learner for key in ("identityHash", "salt") if key in one]
    assert len(theirs) > 16
    given = b"".join(content for name in ("ada-first", "ada-second") for content in (
        bundles[name].credential, bundles[name].private))  # fmt: skip
    assert sum(one.encode() in given for one in theirs) > 12
    left = files_of(folder / "after") | files_of(folder / "home")
    found = {(path, one) for path, content in left.items() for one in theirs if one.encode() in content}
    assert found == set()


def test_nothing_that_two_of_their_entries_share_sets_them_apart(erased):
    """Promises, for their leaves and their bits, that they share nothing that Bob's leaf of that day has not.

    The same search finds the subject in the private parts, as they were before.
    """
    folder, bundles, _ = erased
    first, second, stranger = (bundles[name] for name in ("ada-first", "ada-second", "bob-only"))
    assert linking(first.leaf, second.leaf, stranger.leaf) == set()
    [subject] = WORD.findall(json.loads(first.private)["subject"].encode())[-1:]
    assert subject in linking(first.private, second.private, stranger.private)
    leaves = [leaf for path in sorted((folder / "after" / "tile" / "entries").rglob("*")) if path.is_file()
              for leaf in leaves_of(path.read_bytes())]  # fmt: skip
    assert {first.leaf, second.leaf, stranger.leaf} <= set(leaves)
    [revocation] = [leaf for leaf in leaves if read_leaf(leaf).kind is Kind.REVOKE]
    assert linking(first.leaf, revocation, stranger.leaf) == set()


def test_the_revocation_outlives_the_erasure(erased):
    """Promises that a certificate that somebody kept is still refused by the list of the export."""
    folder, _, _ = erased
    revocation = folder / "after" / "status" / "1" / "revocation"
    words = ("--trust", folder / "trust.toml", "--status", revocation)
    assert "was revoked by its issuer" in run(folder / "home", "verify", folder / "ada-first", *words, code=1).stdout
    run(folder / "home", "verify", folder / "ada-second", *words)
    run(folder / "home", "verify", folder / "bob-only", *words)


def test_erased_again_it_is_the_same_and_bob_is_untouched(erased):
    folder, _, _ = erased
    told = json.loads(run(folder / "home", "erase", ADA, "--yes", "--json").stdout)
    assert set(told.values()) == {0}
    assert (folder / "bob-only").read_bytes() == _certified_again(folder, "bob-only")
    assert "there is no certificate" in run(folder / "home", "revoke", "ada-first", "--reason", "x", code=2).stderr


def _certified_again(folder: Path, attempt: str) -> bytes:
    run(folder / "home", "certify", attempt, "--out", folder / "again")
    return (folder / "again").read_bytes()


def test_without_somebody_to_ask_or_a_yes_nothing_is_erased(erased):
    folder, _, _ = erased
    done = run(folder / "home", "erase", "bob", code=2)
    assert "--yes" in done.stderr
    assert (folder / "bob-only").read_bytes() == _certified_again(folder, "bob-only")


def test_where_nothing_was_certified_no_ledger_is_begun(tmp_path):
    store = Store(tmp_path / "home")
    put_graded(store, "a1", learner="carl")
    store.database.close()
    told = json.loads(run(tmp_path / "home", "erase", "carl", "--yes", "--json").stdout)
    assert (told["attempts"], told["entries"]) == (1, 0)
    assert not (tmp_path / "home" / "ledger.sqlite").exists()


def test_who_is_written_in_another_way_is_not_believed_erased(tmp_path):
    """Promises that a misspelt name is told from one of whom something was kept."""
    store = Store(tmp_path / "home")
    put_graded(store, "a1", learner="carl")
    store.database.close()
    assert "nothing was kept under this name" in run(tmp_path / "home", "erase", "Carl", "--yes").stderr
    assert "nothing was kept under this name" not in run(tmp_path / "home", "erase", "carl", "--yes").stderr


def test_somebody_who_is_erased_while_they_are_certified_gets_nothing_and_leaves_nothing(office, graded, monkeypatch):
    """The credential is drafted and its entry logged when they are erased; what was logged is taken back."""
    graded()
    look = certifying.verify_file

    def erased_meanwhile(*words, **more):
        erase(office.store, None, "ada")
        return look(*words, **more)

    monkeypatch.setattr(certifying, "verify_file", erased_meanwhile)
    with pytest.raises(UsageError, match="was erased meanwhile"):
        certify(office, "a1", Recipient(name="Ada Lovelace"), at=AT)
    assert office.ledger.entry(1).private is None
    assert audit(office.ledger).sound


def test_who_dies_between_store_and_ledger_is_followed_by_who_asks_again(office, graded, monkeypatch):
    graded()
    certificate = certify(office, "a1", Recipient(name="Ada Lovelace"), at=AT)
    kept = read_private(office.ledger.entry(1).private).content
    assert kept.subject == certificate.subject
    erase(office.store, None, "ada")
    assert erase(office.store, office.ledger, "ada").entries == 1
    assert office.ledger.entry(1).private is None
