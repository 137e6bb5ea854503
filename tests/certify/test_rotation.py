"""Another key takes over: what was signed before stays good, what a retired key signs afterwards is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest
from attempts import AT

from grader.canonical import digest_bytes
from grader.certify import rotation
from grader.certify.bundle import Bundle, read_bundle, write_bundle
from grader.certify.certifying import certify
from grader.certify.keyring import make_keyring, open_keyring
from grader.certify.office import Office, Recipient
from grader.certify.rotation import check_in_office, listed_keys, rotate_issuer, rotate_log, trust_file
from grader.certify.status_lists import signed_list
from grader.certify.verification import verify_file
from grader.credential import Standing, issue, load_trust, open_badge
from grader.credential.instants import spelled
from grader.credential.status_list import REVOCATION
from grader.credential.strict_json import read_object
from grader.errors import UsageError
from grader.ledger import Ledger
from grader.ledger.audit import audit
from grader.ledger.content import Award, Kind
from grader.ledger.entry import entry_of, read_leaf
from grader.ledger.export import export
from grader.ledger.exported import audit_export
from grader.ledger.succession import key_change
from grader.store import Store

ADA = Recipient(name="Ada Lovelace")
LATER = AT + timedelta(days=2)


@pytest.fixture
def known(known):
    return replace(known, public_url="https://school.example/badges")


@pytest.fixture
def reopened(office, known):
    """The office as the next command opens it: with the keys that are in their files."""
    return lambda: replace(office, keyring=open_keyring(known))


@pytest.fixture
def trust(office, reopened, tmp_path):
    """Whoever has the trust file that `grader keys show --trust` prints now."""

    def trust():
        (tmp_path / "trust.toml").write_text(trust_file(reopened().keyring, office.ledger))
        return load_trust(tmp_path / "trust.toml")

    return trust


def kinds(office):
    return [read_leaf(office.ledger.entry(index).leaf).kind for index in range(office.ledger.size)]


def stated(content, trust, at=LATER, **more):
    return verify_file(content, trust, at=at, **more)


def told(statement, subject):
    return next((one.standing.value, one.sentence) for one in statement.found if one.subject == subject)


def signed_with(office, key, certificate, at, log=None):
    """A certificate like another one, by any issuing key, logged now and packed: what a thief could make, and more."""
    document = read_object(certificate.credential)
    document.pop("proof")
    claim = replace(open_badge.read(document), valid_from=spelled(at))
    credential = issue(claim, key, created=spelled(at))
    content = Award(
        digest_bytes(credential), "hmac:x", claim.evidence.submission, claim.evidence.rubric, claim.evidence.report
    )
    entry = office.ledger.append(entry_of(Kind.AWARD, content, spelled(at)), f"award/{digest_bytes(credential)}")
    office.ledger.publish([log or office.keyring.log])
    proof = office.ledger.proof(office.ledger.index_of(f"award/{digest_bytes(credential)}")).encode()
    return write_bundle(Bundle(credential=credential, leaf=entry.leaf, private=entry.private, proof=proof))


def test_after_the_issuing_key_changed_old_certificates_and_new_ones_are_good(office, graded, reopened, trust):
    """Promises both under one trust file, which names the old key with its last day and its place in the ledger."""
    graded("a1")
    graded("a2", learner="bob")
    old = certify(office, "a1", ADA, at=AT)
    rotate_issuer(office, at=spelled(AT))
    new = certify(reopened(), "a2", ADA, at=LATER)
    assert kinds(office)[2:4] == [Kind.KEY, Kind.KEY]
    assert audit(office.ledger).sound
    for certificate in (old, new):
        statement = stated(certificate.bundle, trust())
        assert statement.standing is Standing.ESTABLISHED, statement.found
    assert told(stated(old.bundle, trust()), "key") == (
        "established",
        "was signed with a key that its issuer gave up on 2026-11-28; the ledger has it from before that, as entry 1",
    )
    assert not [one for one in stated(new.bundle, trust()).found if one.subject == "key"]
    bare = stated(old.credential, trust())
    assert (bare.standing, told(bare, "key")[0]) == (Standing.ESTABLISHED, "established")
    assert listed_keys(reopened().keyring, office.ledger) == [
        reopened().keyring.key.multikey, office.keyring.key.multikey
    ]  # fmt: skip


def test_whoever_knows_the_old_key_only_refuses_the_new_one_and_the_other_way_round(office, graded, reopened, trust):
    graded("a1")
    before = trust()
    rotate_issuer(office, at=spelled(AT))
    new = certify(reopened(), "a1", ADA, at=AT)
    assert "not among the issuer's keys" in told(stated(new.bundle, before), "proofs")[1]


def test_a_retired_key_signs_nothing_new(office, graded, reopened, known):
    """Promises that its secret half is gone from the folder, and that a copy of it is refused by the ledger's word."""
    rotate_issuer(office, at=spelled(AT))
    left = b"".join(path.read_bytes() for path in (known.home / "keys").iterdir())
    assert office.keyring.key.secret_multikey.encode() not in left
    check_in_office(reopened().keyring, office.ledger)
    with pytest.raises(UsageError, match="was retired"):
        check_in_office(office.keyring, office.ledger)


@pytest.mark.parametrize("stolen_from", [None, 2])
def test_what_a_retired_key_signs_afterwards_is_refused_whatever_its_date(office, graded, reopened, trust, stolen_from):
    """Promises it for a date from after, by the date; and for one from before, by its place in the ledger."""
    graded("a1")
    certificate = certify(office, "a1", ADA, at=AT)
    rotate_issuer(office, at=spelled(AT), stolen_from=stolen_from)
    for at in (AT + timedelta(days=1), AT):
        forged = signed_with(office, office.keyring.key, certificate, at)
        statement = stated(forged, trust())
        assert statement.standing is Standing.REFUSED
        assert "gave up on 2026-11-28" in told(statement, "key")[1]
        alone = stated(read_bundle(forged).credential, trust())
        expected = Standing.REFUSED if at > AT else Standing.UNKNOWN if stolen_from else Standing.ESTABLISHED
        assert alone.standing is expected


def test_of_a_stolen_key_only_what_the_ledger_had_before_is_believed(office, graded, reopened, trust):
    """Promises that a certificate from before is good with its proof, and unknown without; and not in did.json."""
    graded("a1")
    graded("a2", learner="bob")
    first, second = (certify(office, name, ADA, at=AT) for name in ("a1", "a2"))
    rotate_issuer(office, at=spelled(AT), stolen_from=2)
    assert stated(first.bundle, trust()).standing is Standing.ESTABLISHED
    assert stated(first.credential, trust()).standing is Standing.UNKNOWN
    assert stated(second.bundle, trust()).standing is Standing.REFUSED  # entry 2: the theft was before it
    assert listed_keys(reopened().keyring, office.ledger) == [reopened().keyring.key.multikey]


def test_a_status_list_by_a_stolen_or_given_up_key_is_not_accepted(office, graded, reopened, trust):
    """Promises that a thief can neither revoke nor clear, and that lists by the new key count for old certificates."""
    graded("a1")
    certificate = certify(office, "a1", ADA, at=AT)
    rotate_issuer(office, at=spelled(AT), stolen_from=2)
    office.store.certificates.revoke(certificate.id, at=spelled(AT), reason="x")
    forged = signed_list(office, REVOCATION, at=LATER)
    assert stated(certificate.bundle, trust(), status_lists=[forged]).standing is Standing.ESTABLISHED
    good = signed_list(reopened(), REVOCATION, at=LATER)
    assert "was revoked" in told(stated(certificate.bundle, trust(), status_lists=[good]), "status")[1]


def test_after_the_ledgers_key_changed_old_proofs_and_new_ones_are_good(office, graded, reopened, trust, tmp_path):
    graded("a1")
    graded("a2", learner="bob")
    old = certify(office, "a1", ADA, at=AT)
    first = office.keyring.log.verifier.vkey
    vkey = rotate_log(office, at=spelled(AT))
    new = certify(reopened(), "a2", ADA, at=LATER)
    for certificate in (old, new):
        assert stated(certificate.bundle, trust()).standing is Standing.ESTABLISHED
    export(office.ledger, tmp_path / "public")
    for known in (first, vkey):
        assert audit_export(tmp_path / "public", known, [read_bundle(old.bundle).proof]).sound
    with pytest.raises(UsageError, match="that one was not given"):
        signed_with(office, office.keyring.key, old, LATER)


def test_a_retired_key_of_the_ledger_signs_no_longer_log(office, graded, reopened, trust, tmp_path):
    """Promises that a log that its thief carries on is refused: its checkpoints are larger than it may sign."""
    graded("a1")
    certificate = certify(office, "a1", ADA, at=AT)
    with_thief = Ledger(tmp_path / "thief")
    with_thief.found(office.keyring.log, spelled(AT))
    thief = replace(office, ledger=with_thief)
    rotate_log(office, at=spelled(AT), stolen_from=2)
    for number in range(2):
        forged = signed_with(thief, office.keyring.key, certificate, AT + timedelta(seconds=number))
    statement = stated(forged, trust())
    assert "signed by a key of the ledger that was given up before" in told(statement, "log")[1]
    assert statement.standing is Standing.REFUSED
    with_thief.close()
    assert stated(certificate.bundle, trust()).standing is Standing.ESTABLISHED


class Killed(BaseException):
    """What stands for a process that ends here."""


@pytest.mark.parametrize("step", ["append", "publish"])
@pytest.mark.parametrize("rotate", [rotate_issuer, rotate_log])
@pytest.mark.parametrize("survived", [0, 1])
def test_who_dies_in_between_is_followed_by_who_goes_on(
    office, graded, reopened, trust, monkeypatch, rotate, step, survived
):
    """Promises one new key, whichever step was the last one."""
    graded("a1")
    whole, calls = getattr(office.ledger, step), iter(range(survived))

    def die(*words):
        if next(calls, None) is None:
            raise Killed
        return whole(*words)

    with monkeypatch.context() as patch:
        patch.setattr(office.ledger, step, die)
        if rotate is rotate_issuer or survived == 0:
            with pytest.raises(Killed):
                rotate(office, at=spelled(AT))
        else:
            rotate(office, at=spelled(AT))
            return
    new = rotate(reopened(), at=spelled(AT))
    keyring = reopened().keyring
    assert new in {keyring.key.multikey, keyring.log.verifier.vkey}
    assert stated(certify(reopened(), "a1", ADA, at=AT).bundle, trust()).standing is Standing.ESTABLISHED
    assert audit(office.ledger).sound
    assert kinds(office).count(Kind.KEY) == (2 if rotate is rotate_issuer else 1)


def test_a_key_can_change_again_and_again(office, graded, reopened, trust):
    held = []
    for number in range(3):
        graded(f"a{number}", learner=f"learner{number}")
        held.append(certify(reopened(), f"a{number}", ADA, at=AT))
        rotate_issuer(reopened(), at=spelled(AT))
        rotate_log(reopened(), at=spelled(AT))
    assert [stated(one.bundle, trust()).standing for one in held] == [Standing.ESTABLISHED] * 3


def test_what_cannot_be_is_told(office, graded, reopened, monkeypatch, tmp_path, known):
    """Nobody rotates an issuer that is its key, nor between the two halves of a certificate."""
    alone = replace(known, home=tmp_path / "alone", public_url="")
    opened = Office(store=Store(alone.home), ledger=Ledger(alone.home), keyring=make_keyring(alone), roots=())
    with pytest.raises(UsageError, match="the issuer is its key"):
        rotate_issuer(opened, at=spelled(AT))
    graded("a1")
    monkeypatch.setattr(office.ledger, "proof", lambda _: (_ for _ in ()).throw(Killed))
    with pytest.raises(Killed):
        certify(office, "a1", ADA, at=AT)
    with pytest.raises(UsageError, match="half issued: `grader certify a1` ends that"):
        rotate_issuer(office, at=spelled(AT))


def test_a_change_that_the_ledger_did_not_log_is_no_change(office):
    """Promises that nobody can put a key in by hand: the old one has to hand over."""
    stranger = rotation._signer(replace(office.keyring.key, seed=bytes(32)))
    office.ledger.append(
        entry_of(Kind.KEY, key_change("credential", rotation._signer(office.keyring.key)), spelled(AT)), "first"
    )
    office.ledger.publish([office.keyring.log])
    with pytest.raises(Exception, match="takes over from another"):
        office.ledger.append(entry_of(Kind.KEY, key_change("credential", stranger, stranger), spelled(AT)), "stranger")
