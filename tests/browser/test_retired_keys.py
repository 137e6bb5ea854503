"""What the page says of certificates and checkpoints by keys that their holder gave up: by date, and by their place."""

import pytest
from school import AT, LATER, School
from test_verify_page import hand_over, visit  # noqa: F401 - a fixture

from grader.credential.multikey import SigningKey
from grader.credential.trust import Retired
from grader.ledger.content import Kind
from grader.ledger.entry import entry_of
from grader.ledger.key import Signer
from grader.ledger.succession import LOG, key_change
from grader.render.site import GivenUp

pytestmark = pytest.mark.browser
UNTIL = AT[:10]


@pytest.fixture
def school(tmp_path):
    """A school that certified Ada with its first key; then another took over, and the thief of the first went on."""
    (tmp_path / "home").mkdir()
    return School(tmp_path / "home")


def after_change(school):
    """Have another key issue from now on; returns the first one."""
    first, school.key = school.key, SigningKey(bytes(range(32)))
    return first


@pytest.mark.parametrize("stolen", [False, True])
def test_of_a_retired_key_what_the_log_had_before_is_good_and_the_rest_is_refused(visit, school, tmp_path, stolen):  # noqa: F811
    before = school.bundle(school.claim("ada"), lists=False)
    first = after_change(school)
    after = school.bundle(school.claim("carl"), key=first, lists=False)
    new = school.bundle(school.claim("dora"))
    retired = Retired(key=first.multikey, until=UNTIL, log=school.log_name, entries=2, stolen=stolen)
    page = visit(school.export(tmp_path / "site", given_up=GivenUp(issuing=[retired])))
    found = hand_over(page, before)
    assert found["headline"] == ["✓ Signed by School of Examples, and in its ledger"]
    key = f"It was signed with a key that its issuer gave up on {UNTIL}"
    assert f"{key}; the log has it from before that." in found["Established"]
    found = hand_over(page, after)
    assert found["headline"] == ["✕ Do not rely on this file"]
    assert f"{key}, and is from after that." in found["Refused"]
    assert hand_over(page, new)["headline"] == ["✓ Signed by School of Examples, and in its ledger"]
    alone = hand_over(page, before.credential)
    whole = [*alone.get("Established", []), *alone["Not known"]]
    assert any("only the log could show" in one for one in whole) is stolen
    assert any("and is dated before that" in one for one in whole) is not stolen


def test_a_status_list_by_a_retired_key_is_passed_over(visit, school, tmp_path):  # noqa: F811
    """The thief clears a revocation, or revokes: neither counts."""
    ada = school.bundle(school.claim("ada"), lists=False)
    forged = school.status_list("revocation", 94567, at=LATER)
    first = after_change(school)
    good = [school.status_list(purpose, at=LATER) for purpose in ("revocation", "suspension")]
    retired = Retired(key=first.multikey, until=UNTIL, log=school.log_name, entries=2)
    page = visit(school.export(tmp_path / "site", lists=[forged, *good], given_up=GivenUp(issuing=[retired])))
    found = hand_over(page, ada)
    assert found["headline"] == ["✓ Signed by School of Examples, and in its ledger"]
    assert "a status list is signed with a key that its issuer gave up" in found["whole"][0]


def test_a_retired_key_of_the_log_signs_for_so_many_entries_only(visit, school, tmp_path):  # noqa: F811
    ada = school.bundle(school.claim("ada"))
    old, new = school.signer, Signer(school.log_name, bytes(range(32)))
    school.ledger.append(entry_of(Kind.KEY, key_change(LOG, new, old), AT), "key/log")
    school.ledger.publish([new, old])
    school.signer = new
    dora = school.bundle(school.claim("dora"))
    limits = {old.verifier.vkey: 3}
    page = visit(school.export(tmp_path / "site", given_up=GivenUp(log=limits)))
    for bundle in (ada, dora):
        assert hand_over(page, bundle)["headline"] == ["✓ Signed by School of Examples, and in its ledger"]
    (tmp_path / "thief").mkdir()
    thief = School(tmp_path / "thief")
    for who in ("carl", "emil", "fred"):
        forged = thief.bundle(thief.claim(who))
    found = hand_over(page, forged)
    assert found["headline"] == ["✕ Do not rely on this file"]
    assert "or one that was given up before" in found["Refused"][0]
