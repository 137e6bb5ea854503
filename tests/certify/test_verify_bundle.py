"""What `verify` says of a bundle: established for who trusts issuer and log, unknown for others, refused if changed."""

import dataclasses
import json
from dataclasses import replace

import pytest
from bundles import (
    DID,
    ISSUED,
    KEY,
    LOG,
    NOW,
    OTHER_KEY,
    OTHER_LOG,
    TRUST,
    award_of,
    bundle_of,
    claim,
    proof_of,
    revocations,
)
from claims import digest

from grader.certify.bundle import Bundle, read_bundle, write_bundle
from grader.certify.content import lines_of
from grader.certify.statement import as_plain
from grader.certify.verification import UNLOGGED, log_keys, verify_file
from grader.credential import NOBODY, Canonicaliser, Standing, badge_image, did, issue
from grader.credential.claim import Claim, Issuer
from grader.credential.strict_json import canonical
from grader.errors import UsageError
from grader.ledger.content import Kind, Named, StatusChange
from grader.ledger.entry import entry_of
from grader.ledger.proof import read_proof

BUNDLE = bundle_of()
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636000000002000148afa471"
    "0000000049454e44ae426082"
)
"""A PNG of one grey point."""


@pytest.fixture(scope="module")
def child():
    with Canonicaliser() as one:
        yield one


@pytest.fixture
def stated(child):
    """What `verify` says of a bundle, or of the bytes of a file."""

    def state(of=BUNDLE, trust=TRUST, **more):
        content = write_bundle(of) if isinstance(of, Bundle) else of
        return verify_file(content, trust, at=NOW, canonicaliser=child, **more)

    return state


def said(statement, subject):
    return [one.sentence for one in statement.found if one.subject == subject]


def test_a_good_bundle_is_established_for_who_trusts_issuer_and_log(stated):
    statement = stated()
    assert statement.standing is Standing.ESTABLISHED
    assert statement.trusted_as == "my school"
    assert (statement.logged.origin, statement.logged.index, statement.logged.size) == (LOG.verifier.name, 1, 2)
    assert [one.subject for one in statement.found] == [
        *("bundle", "document", "issuer", "terms", "proofs", "form", "dates", "status", "entry", "log"),
    ]


def test_what_nobody_can_tell_is_said(stated):
    assert any("who wrote the code" in one for one in stated().not_established)
    with pytest.raises(TypeError, match="no yes or no"):
        bool(stated())


def test_every_field_of_the_claim_has_its_line():
    """Nothing that is signed is left unsaid: each changed field changes a line."""
    whole, before = claim(), lines_of(claim())

    def changed(record, field):
        value = getattr(record, field.name)
        if dataclasses.is_dataclass(value):
            return [
                replace(record, **{field.name: one})
                for inner in dataclasses.fields(value)
                for one in changed(value, inner)
            ]
        if isinstance(value, tuple):
            return [
                replace(record, **{field.name: (one, *value[1:])})
                for inner in dataclasses.fields(value[0])
                for one in changed(value[0], inner)
            ]
        other = not value if isinstance(value, bool) else value + (1 if isinstance(value, int) else "X")
        return [replace(record, **{field.name: other})]

    variants = [one for field in dataclasses.fields(Claim) for one in changed(whole, field)]
    assert len(variants) == 40
    assert [one for one in variants if lines_of(one) == before] == []


def test_without_trust_it_is_well_formed_by_nobody_you_trust(stated):
    statement = stated(trust=NOBODY)
    assert statement.standing is Standing.UNKNOWN
    assert statement.lines
    assert statement.trusted_as == ""


def test_a_complete_forgery_with_its_own_key_and_log_is_unknown(stated):
    """The forger's own keys fit together; they are nobody's that the reader trusts, whatever name they have."""
    forged = bundle_of(key=OTHER_KEY, log=OTHER_LOG)
    statement = stated(forged)
    assert statement.standing is Standing.UNKNOWN
    assert statement.trusted_as == ""


@pytest.mark.parametrize("trust", [replace(TRUST, logs=()), replace(TRUST, issuers={})], ids=["no log", "no issuer"])
def test_half_a_trust_file_cannot_tell(stated, trust):
    assert stated(trust=trust).standing is Standing.UNKNOWN


def test_a_log_of_the_same_name_with_another_key_is_not_the_trusted_one(stated):
    leaf = BUNDLE.leaf
    statement = stated(replace(BUNDLE, proof=proof_of(leaf, OTHER_LOG).encode()))
    assert statement.standing is Standing.UNKNOWN
    assert "names no key that signed" in said(statement, "log")[0]


def swapped():
    """Bundles with one part of another certificate, or changed by who has no key."""
    other = bundle_of(claim(course="Another course"))
    document = json.loads(BUNDLE.credential)
    document["credentialSubject"]["identifier"][0]["identityHash"] = "Eve"
    of, credential = claim(), BUNDLE.credential
    wrong = {name: award_of(credential, of, **{name: digest("other")}) for name in ("submission", "rubric", "evidence")}
    change = StatusChange(Named(1, digest("leaf")), digest("c"), "hmac:ada", "by mistake")
    revoked = entry_of(Kind.REVOKE, change, ISSUED, bytes(32))
    proof = read_proof(BUNDLE.proof)
    note = proof.note.replace(b"school.example/ledger\n2\n", b"school.example/ledger\n3\n")
    return {
        "the name": (replace(BUNDLE, credential=canonical(document)), "proofs"),
        "another credential": (replace(BUNDLE, credential=other.credential), "entry"),
        "another entry": (replace(BUNDLE, leaf=other.leaf, private=other.private), "entry"),
        "another leaf": (replace(BUNDLE, leaf=other.leaf), "entry"),
        "another private part": (replace(BUNDLE, private=other.private), "entry"),
        "another proof": (replace(BUNDLE, proof=other.proof), "log"),
        "the index": (replace(BUNDLE, proof=replace(proof, index=0).encode()), "log"),
        "the size": (replace(BUNDLE, proof=replace(proof, note=note).encode()), "log"),
        "no hashes": (replace(BUNDLE, proof=replace(proof, hashes=()).encode()), "log"),
        "no proof": (replace(BUNDLE, proof=b"c2sp.org/tlog-proof@v1\n"), "log"),
        "no award": (replace(BUNDLE, leaf=revoked.leaf, private=revoked.private or b""), "entry"),
        **{f"the entry's {name}": (replace(BUNDLE, leaf=one.leaf, private=one.private or b"",
                                           proof=proof_of(one.leaf).encode()), "entry")
           for name, one in wrong.items()},
    }  # fmt: skip


SWAPPED = swapped()


@pytest.mark.parametrize("name", SWAPPED)
def test_a_changed_or_swapped_part_is_refused_whoever_is_trusted(stated, name):
    bundle, subject = SWAPPED[name]
    for trust in (TRUST, NOBODY):
        statement = stated(bundle, trust)
        if name == "the size" and trust is NOBODY:
            continue  # whether the checkpoint was changed is seen only by who knows the key
        assert statement.standing is Standing.REFUSED, statement.found
        assert any(one.subject == subject and one.standing is Standing.REFUSED for one in statement.found)


@pytest.mark.parametrize("part", ["credential", "leaf", "private", "proof"])
def test_no_changed_byte_of_a_part_is_established(stated, part):
    """One bit of some bytes, so that the child is asked a few hundred times and not thousands."""
    content = getattr(BUNDLE, part)
    for at in range(0, len(content), 41 if part == "credential" else 3):
        changed = bytearray(content)
        changed[at] ^= 1 << at % 8
        assert stated(replace(BUNDLE, **{part: bytes(changed)})).standing is not Standing.ESTABLISHED, at


def test_a_revoked_certificate_is_refused_by_its_own_list_and_by_a_newer_one(stated):
    assert said(stated(replace(BUNDLE, revocation=revocations(1))), "status")[0].startswith("was not revoked as of")
    assert stated(replace(BUNDLE, revocation=revocations(94567))).standing is Standing.REFUSED
    newer = revocations(94567, valid_from="2026-11-20T11:00:00Z")
    statement = stated(replace(BUNDLE, revocation=revocations()), status_lists=[newer])
    assert statement.standing is Standing.REFUSED
    assert "was revoked" in said(statement, "status")[0]


def test_a_credential_or_a_badge_alone_says_that_no_ledger_was_looked_at(stated):
    for content in (BUNDLE.credential, badge_image.bake(PICTURE, BUNDLE.credential)):
        statement = stated(content)
        assert statement.standing is Standing.ESTABLISHED
        assert statement.not_established[0] == UNLOGGED
        assert statement.logged is None
    assert stated(PICTURE).standing is Standing.REFUSED


def test_keys_in_the_bundle_are_never_trust(stated):
    """A did:web whose document lies in the bundle is shown intact, by nobody the reader trusts."""
    web = "did:web:school.example"
    of = claim(issuer=Issuer(did=web, name="School of Examples"))
    document = canonical(did.did_document(web, [KEY.multikey]))
    credential = issue(of, KEY, created=ISSUED)
    entry = award_of(credential, of)
    bundle = replace(BUNDLE, credential=credential, leaf=entry.leaf, private=entry.private or b"",
                     proof=proof_of(entry.leaf).encode())  # fmt: skip
    with_keys = stated(replace(bundle, did=document))
    assert with_keys.standing is Standing.UNKNOWN
    assert with_keys.intact
    assert stated(bundle).standing is Standing.UNKNOWN
    assert not stated(bundle).intact
    for nonsense in (b"{", b"[]", b"[" * 5000, b'{"id": 1e400}'):
        assert stated(replace(bundle, did=nonsense)).standing is Standing.UNKNOWN


def test_demo_and_known_examples_are_said(stated):
    of = claim(
        issuer=Issuer(did=DID, name="DEMO"),
        evidence=replace(claim().evidence, known_example=True, pack_is_public=True),
    )
    statement = stated(bundle_of(of))
    remarks = " ".join(said(statement, "remark"))
    assert statement.standing is Standing.ESTABLISHED
    assert "certifies nothing" in remarks
    assert "known example" in remarks
    assert "public" in remarks


def test_a_strangers_words_act_on_no_terminal(stated):
    odd = b"ledger\x1b[2J"
    note = b"c2sp.org/tlog-proof@v1\nindex 0\n\n" + odd + b"\n1\n" + b"A" * 43 + b"=\n\n"
    for content in (write_bundle(replace(BUNDLE, proof=note + b"\xe2\x80\x94 x AAAAAAAA\n")), odd, b"PK\x03\x04" + odd):
        statement = stated(content)
        assert statement.standing is Standing.REFUSED
        assert all(one.sentence.isprintable() for one in statement.found)


def test_the_statement_as_plain_data_says_the_same(stated):
    statement = stated()
    told = json.loads(json.dumps(as_plain(statement)))
    assert told["standing"] == "established"
    assert told["logged"]["index"] == 1
    assert len(told["signed"]) == len(statement.lines)
    assert told["not_established"] == list(statement.not_established)


@pytest.mark.parametrize("table", [{}, {"vkey": 1}, {"vkey": "x"}, {"vkey": LOG.verifier.vkey, "name": "x"}])
def test_a_wrong_table_of_a_log_is_told(table):
    with pytest.raises(UsageError, match="the trust file: log 1"):
        log_keys(replace(TRUST, logs=(table,)))


def test_a_bundle_that_is_no_bundle_is_refused(stated):
    statement = stated(write_bundle(BUNDLE)[:-1] + b"x")
    assert (statement.standing, statement.digest, statement.lines) == (Standing.REFUSED, "", ())


def test_the_sample_is_read_as_it_was_written():
    assert read_bundle(write_bundle(BUNDLE)) == BUNDLE
