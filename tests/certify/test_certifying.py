"""Certifying: what speaks against it is told, the ledger has it before anybody else, and asked again it is the same."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from attempts import AT, FILES

from grader.canonical import digest_bytes
from grader.certify import certifying
from grader.certify.bundle import read_bundle, write_bundle
from grader.certify.certifying import certify
from grader.certify.grounds import NotCertifiable
from grader.certify.office import Recipient, own_trust
from grader.certify.revoking import revoke
from grader.certify.status_lists import signed_list
from grader.certify.verification import verify_file
from grader.credential import NOBODY, Standing
from grader.credential.status_list import REVOCATION
from grader.errors import EngineError, UsageError
from grader.ledger.audit import audit
from grader.ledger.content import Kind
from grader.ledger.entry import read_leaf, read_private
from grader.model import Outcome, Score, State, Word
from grader.model.report import DRAFT, SHARED
from grader.render import sample
from grader.store.erasing import erase_learner

ADA = Recipient(name="Ada Lovelace", email="ada@school.example")
LATER = AT + timedelta(hours=1)


def stated(office, certificate, *, trust=None, **more):
    return verify_file(certificate.bundle, own_trust(office.keyring) if trust is None else trust, at=LATER, **more)


def refusal(office, attempt_id="a1"):
    with pytest.raises(NotCertifiable) as raised:
        certify(office, attempt_id, ADA, at=AT)
    assert office.store.certificates.of_attempt(attempt_id) is None
    assert office.ledger.size == 1
    return str(raised.value)


def test_a_passed_attempt_becomes_a_bundle_that_is_established_for_who_trusts_the_issuer(office, graded):
    graded()
    statement = stated(office, certify(office, "a1", ADA, at=AT))
    assert statement.standing is Standing.ESTABLISHED
    assert statement.claim.learner.name == "Ada Lovelace"
    assert statement.claim.learner.is_identified_by("ada@school.example")
    assert statement.claim.skill.id == "urn:grader:skill:algorithms/sorting"
    assert statement.claim.evidence.pack_is_public
    assert (statement.claim.result.points, statement.claim.result.criteria[1].points) == ("93.33", "33.33")
    assert statement.claim.awarded == "2026-11-28T10:00:00Z"
    assert stated(office, certify(office, "a1", ADA, at=AT), trust=NOBODY).standing is Standing.UNKNOWN


def test_certified_again_it_is_the_same_file_whoever_is_named_then(office, graded):
    graded()
    first = certify(office, "a1", ADA, at=AT)
    assert certify(office, "a1", Recipient(name="Eve"), at=LATER) == first
    assert office.ledger.size == 2


def test_many_at_once_certify_one_attempt_once(office, graded):
    graded()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: certify(office, "a1", ADA, at=AT), range(4)))
    assert len({one.bundle for one in found}) == 1
    assert office.ledger.size == 2
    assert audit(office.ledger).sound


class Killed(BaseException):
    """What stands for a process that ends here."""


@pytest.mark.parametrize("step", ["append", "publish", "proof"])
def test_who_dies_between_two_steps_is_followed_by_one_who_goes_on(office, graded, monkeypatch, step):
    """The credential that was drafted is the one that is released; the ledger has one entry for it."""
    graded()

    def die(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(office.ledger, step, die)
        with pytest.raises(Killed):
            certify(office, "a1", ADA, at=AT)
    drafted = office.store.certificates.of_attempt("a1")
    assert drafted.bundle is None
    done = certify(office, "a1", Recipient(name="Eve"), at=LATER)
    assert done.credential == drafted.credential
    assert office.ledger.size == 2
    assert stated(office, done).standing is Standing.ESTABLISHED


def test_the_ledger_has_it_under_a_checkpoint_before_it_is_released(office, graded, monkeypatch):
    graded()
    seen = []
    release = office.store.certificates.release

    def look(certificate_id, bundle):
        index = office.ledger.index_of("award/a1")
        seen.append(office.ledger.proof(index).index)
        return release(certificate_id, bundle)

    monkeypatch.setattr(office.store.certificates, "release", look)
    certify(office, "a1", ADA, at=AT)
    assert seen == [1]


def test_nothing_is_released_that_our_own_verifier_would_not_believe(office, graded, monkeypatch):
    graded()
    monkeypatch.setattr(certifying, "own_trust", lambda _keyring: NOBODY)
    with pytest.raises(EngineError, match="would not be believed"):
        certify(office, "a1", ADA, at=AT)
    assert office.store.certificates.of_attempt("a1").bundle is None


def test_a_store_that_is_older_than_the_ledger_is_found_out(office, graded):
    """The award is logged, and the store has forgotten which credential it was."""
    graded()
    certify(office, "a1", ADA, at=AT)
    office.store.database.close()
    with sqlite3.connect(office.store.home / "store.sqlite") as raw:
        raw.execute("delete from certificates")
    raw.close()
    with pytest.raises(EngineError, match="older than the ledger"):
        certify(office, "a1", ADA, at=AT)


# --- what speaks against it -------------------------------------------------------------------------------------------

PENDING = tuple(replace(one, outcome=Outcome(Word.PENDING)) for one in sample.author_report().verdicts[:1])
CLAIMED = tuple(replace(one, kind="claim") for one in sample.author_report().verdicts[:1])
REASONS = {
    "superseded": ({"state": State.SUPERSEDED}, "the attempt is superseded, not graded"),
    "provisional": ({"provisional": True, "passed": False}, "waits for a person"),
    "pending": ({"verdicts": PENDING}, "waits for a person"),
    "claims": ({"verdicts": CLAIMED}, "rest on what the learner's own process says"),
    "not passed": ({"passed": False}, "it did not pass"),
    "too few points": ({"score": Score(earned=Fraction(9), possible=Fraction(100), pass_mark=Fraction(90))},
                       "it did not pass: 9 of 100 points, 90 needed"),
    "a cell": ({"circumstances": {"tenancy": "cell"}}, "graded in a cell"),
    "a cell, by its words": ({"circumstances": {"tenancy": "cell", "practice_only": (SHARED,)}},
                             "not again in boxes of its own yet"),
    "practice": ({"circumstances": {"practice_only": ("memory: it counts no memory",)}}, "memory: it counts no memory"),
    "a draft": ({"circumstances": {"practice_only": (f"{DRAFT}no gap was measured",)}},
                "no gap was measured): nothing that is graded by it is ever certified"),
    "published secret": ({"pins": {"published_secret": True}}, "published secret"),
    "an engine of no digest": ({"pins": {"engine": "0.0.1", "engine_digest": ""}}, "did not pin its own files"),
    "another submission": ({"pins": {"submission": "sha256:" + "0" * 64}}, "the report is of another attempt"),
    "no Python": ({"files": {"solution.py": b"def ("}}, "cannot be parsed"),
    "a parser's nightmare": ({"files": {"solution.py": b"x = " + b"-" * 200_000 + b"1"}}, "cannot be parsed"),
}  # fmt: skip


@pytest.mark.parametrize("name", REASONS)
def test_what_speaks_against_it_is_told(office, graded, name):
    changes, sentence = REASONS[name]
    graded(**changes)
    assert sentence in refusal(office)


def test_every_reason_is_told_at_once(office, graded):
    graded(passed=False, circumstances={"tenancy": "cell"}, pins={"engine_digest": ""}, files={"solution.py": b"("})
    assert refusal(office).count("\n- ") == 4


def test_an_assignment_of_no_skill_is_told(office, graded, tmp_path):
    graded()
    (tmp_path / "packs").mkdir()
    with pytest.raises(UsageError, match="there is no assignment"):
        certify(replace(office, roots=(tmp_path / "packs",)), "a1", ADA, at=AT)


def test_an_attempt_that_is_not_there_or_has_no_report_is_told(office, graded):
    with pytest.raises(UsageError, match="there is no attempt a9"):
        certify(office, "a9", ADA, at=AT)


def test_the_certificate_names_the_engine_that_graded_not_the_one_that_certifies(office, graded):
    graded(pins={"engine": "0.0.9", "engine_digest": "sha256:" + "9" * 64})
    evidence = stated(office, certify(office, "a1", ADA, at=AT)).claim.evidence
    assert (evidence.engine, evidence.engine_version) == ("sha256:" + "9" * 64, "0.0.9")


# --- known examples ---------------------------------------------------------------------------------------------------


def disguised(source):
    """The same program with other comments, layout and docstrings."""
    return b"# all mine\n" + source.replace(b"\n", b"\n\n")


def test_a_known_example_in_any_layout_is_refused(office, graded, examples):
    graded(files={"solution.py": disguised(examples["reference"]["solution.py"])})
    assert "it is a known example: the same program as examples/reference" in refusal(office)


def test_the_demo_issuer_certifies_a_known_example_and_says_so(demo, graded, examples):
    graded(files={"solution.py": examples["reference"]["solution.py"]})
    statement = stated(demo, certify(demo, "a1", ADA, at=AT))
    assert statement.standing is Standing.ESTABLISHED
    assert statement.claim.evidence.known_example
    remarks = " ".join(one.sentence for one in statement.found if one.subject == "remark")
    assert "DEMO" in remarks
    assert "known example" in remarks


def test_a_cheat_that_is_hidden_among_the_examples_is_one_too(office, graded, examples):
    for number, name in enumerate(sorted(examples)):
        graded(f"b{number}", files={"solution.py": examples[name]["solution.py"]})
        assert f"examples/{name}" in refusal(office, f"b{number}")


def test_one_changed_name_makes_it_no_known_example(office, graded, examples):
    graded(files={"solution.py": examples["reference"]["solution.py"].replace(b"left", b"lower")})
    assert stated(office, certify(office, "a1", ADA, at=AT)).claim.evidence.known_example is False


# --- revoking and erasing ---------------------------------------------------------------------------------------------


def test_a_revoked_certificate_is_refused_by_the_new_list_and_the_ledger_says_why(office, graded):
    graded()
    certificate = certify(office, "a1", ADA, at=AT)
    signed = revoke(office, certificate.id, "copied from a neighbour", at=AT)
    assert stated(office, certificate).standing is Standing.ESTABLISHED  # its own list is from before
    assert stated(office, certificate, status_lists=[signed]).standing is Standing.REFUSED
    kinds = [read_leaf(office.ledger.entry(index).leaf).kind for index in range(office.ledger.size)]
    assert kinds == [Kind.GENESIS, Kind.AWARD, Kind.REVOKE, Kind.STATUSLIST]
    change = read_private(office.ledger.entry(2).private).content
    assert (change.of.index, change.reason) == (1, "copied from a neighbour")
    assert read_leaf(office.ledger.entry(3).leaf).content.digest == digest_bytes(signed)


def test_revoked_again_first_date_and_reason_stay_and_a_new_list_is_signed(office, graded):
    graded()
    certificate = certify(office, "a1", ADA, at=AT)
    revoke(office, "a1", "by mistake", at=AT)
    newer = revoke(office, certificate.id, "once more", at=LATER)
    assert stated(office, certificate, status_lists=[newer]).standing is Standing.REFUSED
    kept = office.store.certificates.named(certificate.id)
    assert (kept.revoked_at, kept.reason) == ("2026-11-28T12:00:00Z", "by mistake")


@pytest.mark.parametrize("name", ["urn:uuid:0", "a9", "\x1b[2J"])
def test_what_is_no_certificate_cannot_be_revoked(office, name):
    with pytest.raises(UsageError, match="there is no certificate"):
        revoke(office, name, "why", at=AT)


def test_no_two_certificates_share_a_bit_and_another_is_drawn(office, graded, monkeypatch):
    graded("a1")
    graded("a2")
    drawn = iter([7, 7, 8])
    monkeypatch.setattr(certifying.secrets, "randbelow", lambda _: next(drawn))
    certificates = [certify(office, name, ADA, at=AT) for name in ("a1", "a2")]
    assert [one.list_index for one in certificates] == [7, 8]


def test_of_an_erased_learner_only_bits_are_left_and_no_revocation_is_taken_back(office, graded):
    graded("a1")
    graded("a2", learner="bob")
    one, other = certify(office, "a1", ADA, at=AT), certify(office, "a2", Recipient(), at=AT)
    revoke(office, one.id, "copied", at=AT)
    assert erase_learner(office.store, "ada").certificates == 1
    assert office.ledger.erase(one.subject) == 2
    left = office.store.certificates.named(one.id)
    assert (left.learner, left.subject, left.credential, left.bundle, left.reason) == ("", "", b"", None, "")
    assert stated(office, one, status_lists=[signed_list(office, REVOCATION, at=LATER)]).standing is Standing.REFUSED
    assert stated(office, other).standing is Standing.ESTABLISHED
    assert audit(office.ledger).sound


def test_the_subject_in_the_ledger_is_the_same_for_one_learner_and_tells_nothing(office, graded):
    graded("a1")
    graded("a2", files={**FILES, "solution.py": b"x = 1\n"})
    one, other = (certify(office, name, ADA, at=AT) for name in ("a1", "a2"))
    assert one.subject == other.subject
    assert "ada" not in one.subject
    leaves = [read_bundle(certificate.bundle).leaf for certificate in (one, other)]
    assert one.subject.encode() not in b"".join(leaves)


# --- a bundle of ours, tampered with ----------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["credential", "leaf", "private", "proof", "revocation", "suspension"])
def test_tampered_at_any_part_it_is_not_what_it_was(office, graded, part):
    """A changed part, or that of another certificate of the same issuer: refused, or the list is not looked at."""
    graded("a1")
    graded("a2", learner="bob")
    one, other = (read_bundle(certify(office, name, ADA, at=AT).bundle) for name in ("a1", "a2"))
    trust = own_trust(office.keyring)
    content = bytearray(getattr(one, part))
    content[len(content) // 2] ^= 1
    for changed in (bytes(content), getattr(other, part)):
        statement = verify_file(write_bundle(replace(one, **{part: changed})), trust, at=LATER)
        if part in {"revocation", "suspension"}:
            status = next(found for found in statement.found if found.subject == "status")
            said = "not revoked as of" if part == "revocation" else "not suspended as of"
            assert (said in status.sentence) == (changed == getattr(other, part))
        else:
            assert statement.standing is Standing.REFUSED, statement.found
