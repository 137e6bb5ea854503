"""A stranger with an export of the log and a bundle, and nothing of ours: do they learn that it was revoked, and when?

Only the standard library is used here, and the public formats: leaves are JSON in tiles, lists are gzip in base64url.
"""

import base64
import gzip
import hashlib
import json
import zipfile
from datetime import timedelta

import pytest
from attempts import AT

from grader.certify.certifying import certify
from grader.certify.office import Recipient
from grader.certify.revoking import reinstate, revoke, suspend
from grader.certify.status_lists import PURPOSES, published_list
from grader.credential.instants import spelled
from grader.render.site import export_site


@pytest.fixture
def export(office, tmp_path):
    """Exports the site as of some hours later, as `grader ledger export` does; returns its folder."""

    def export(hours):
        at = AT + timedelta(hours=hours)
        lists = [published_list(office, purpose, at=at) for purpose in PURPOSES]
        keyring = office.keyring
        export_site(tmp_path / "site", office.ledger, issuer=keyring.issuer, multikeys=[keyring.key.multikey],
                    vkeys=[keyring.log.verifier.vkey], status_lists=lists, at=spelled(at))  # fmt: skip
        return tmp_path / "site"

    return export


def leaves(site):
    """Every leaf of a log of fewer than 256 entries, in order: two bytes of length before each."""
    tiles = (path for path in (site / "tile" / "entries").rglob("*") if path.is_file())
    newest = max(tiles, key=lambda path: int(path.name))
    content, found = newest.read_bytes(), []
    while content:
        size = int.from_bytes(content[:2], "big")
        found.append(json.loads(content[2 : 2 + size]))
        content = content[2 + size :]
    return found


def bit_in(site, bundle, purpose):
    """What the site's list says of a bundle, and the place of its digest in the log: None if it is not there."""
    content = (site / "status-lists" / f"{purpose}.json").read_bytes()
    told = json.loads(content)
    with zipfile.ZipFile(bundle) as archive:
        status = json.loads(archive.read("credential.json"))["credentialStatus"]
    assert told["id"] == status["statusListCredential"].removesuffix("revocation") + purpose
    packed = told["credentialSubject"]["encodedList"].removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    index = int(status["statusListIndex"])
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    logged = [(at, leaf["content"]) for at, leaf in enumerate(leaves(site)) if leaf["kind"] == "statuslist"]
    listed = [(at, one["digest"]) for at, one in logged if one["id"] == told["id"]]
    place = next((at for at, one in listed if one == digest), None)
    assert place in {None, listed[-1][0]}, "an older list is shown than the newest that was logged"
    return bool(bits[index // 8] >> (7 - index % 8) & 1), place


def test_a_stranger_finds_out_what_was_revoked_and_suspended(office, graded, export, tmp_path):
    """Promises the bit in a list whose digest is in the log, after the leaf of the revocation; nobody else's is set."""
    bundles = {}
    for attempt, learner in (("a1", "ada"), ("b1", "bob")):
        graded(attempt, learner=learner)
        bundles[learner] = tmp_path / learner
        bundles[learner].write_bytes(certify(office, attempt, Recipient(), at=AT).bundle)
    site = export(1)
    for bundle in bundles.values():
        for purpose in PURPOSES:
            is_set, place = bit_in(site, bundle, purpose)
            assert (is_set, place is not None) == (False, True)
    suspend(office, "a1", "looked into", at=AT + timedelta(hours=2))
    is_set, place = bit_in(export(2), bundles["ada"], "suspension")
    assert is_set
    assert place > [leaf["kind"] for leaf in leaves(site)].index("suspend")
    reinstate(office, "a1", "nothing", at=AT + timedelta(hours=3))
    assert bit_in(export(3), bundles["ada"], "suspension")[0] is False
    revoke(office, "a1", "copied", at=AT + timedelta(hours=4))
    is_set, place = bit_in(export(4), bundles["ada"], "revocation")
    assert is_set
    kinds = [leaf["kind"] for leaf in leaves(site)]
    assert place > kinds.index("revoke") > kinds.index("award")
    assert bit_in(site, bundles["bob"], "revocation")[0] is False


def test_a_list_that_was_not_logged_or_is_not_the_newest_is_found_out(office, graded, export, tmp_path):
    """Promises that an issuer who shows a list beside the log, or an older one, is caught by its digest."""
    graded("a1")
    (tmp_path / "ada").write_bytes(certify(office, "a1", Recipient(), at=AT).bundle)
    site = export(1)
    path = site / "status-lists" / "revocation.json"
    older = path.read_bytes()
    revoke(office, "a1", "copied", at=AT + timedelta(hours=2))
    export(2)
    path.write_bytes(older)
    with pytest.raises(AssertionError, match="older list"):
        bit_in(site, tmp_path / "ada", "revocation")
    path.write_bytes(older.replace(b'"validFrom"', b' "validFrom"'))
    assert bit_in(site, tmp_path / "ada", "revocation")[1] is None


def test_nothing_public_says_which_award_was_revoked(office, graded, export):
    """Promises that the leaves of an award and of its revocation share only their day, with every other leaf of it."""
    graded("a1")
    certify(office, "a1", Recipient(), at=AT)
    revoke(office, "a1", "copied", at=AT)
    by_kind = {leaf["kind"]: leaf for leaf in leaves(export(1))}
    award, revocation = by_kind["award"], by_kind["revoke"]
    assert set(award) == set(revocation) == {"at", "commitment", "kind", "v"}
    assert len(award["at"]) == len("2026-01-31")
    assert award["commitment"] != revocation["commitment"]
