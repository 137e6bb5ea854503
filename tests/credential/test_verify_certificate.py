"""What `verify` finds: by whom, as of when, and what nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from claims import digest
from credential_samples import DID, ENDS, ISSUED, KEY, LIST, NOW, OTHER_KEY, WEB, claim, sign, signed

from grader.canonical import digest_bytes
from grader.credential import (
    NOBODY,
    Canonicaliser,
    Refused,
    Standing,
    Trust,
    Verification,
    did,
    open_badge,
    proof,
    verify,
)
from grader.credential.claim import DEMO, Issuer
from grader.credential.contexts import OPEN_BADGES, contexts
from grader.credential.multikey import SigningKey
from grader.credential.status_list import REVOCATION, SUSPENSION, status_list, suspension_id
from grader.credential.strict_json import canonical
from grader.credential.trust import trusted

TRUST = Trust(issuers={DID: trusted(DID, name="School of Examples"), WEB: trusted(WEB, (KEY.multikey,))})
METHOD = did.verification_method(DID, KEY.multikey)
FAR_FUTURE = datetime(2121, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def child() -> Iterator[Canonicaliser]:
    with Canonicaliser(wall_seconds=120.0) as one:
        yield one


def standings(found: Verification) -> dict[str, str]:
    """Return how each thing that was looked at ended."""
    return {one.subject: one.standing.value for one in found.findings if one.subject != "remark"}


def sentences(found: Verification) -> str:
    return "\n".join(one.sentence for one in found.findings)


# --- by whom ----------------------------------------------------------------------------------------------------------


def test_everything_is_established_for_who_trusts_the_issuer(child: Canonicaliser) -> None:
    """Promises a finding for each thing that was looked at, the digest of the exact bytes, and the claim."""
    content = canonical(signed())
    found = verify(content, TRUST, at=NOW, canonicaliser=child)
    assert found.standing is Standing.ESTABLISHED
    assert standings(found) == {
        "document": "established",
        "issuer": "established",
        "terms": "established",
        "proofs": "established",
        "form": "established",
        "dates": "established",
        "status": "unknown",
    }
    assert found.digest == digest_bytes(content)
    assert found.claim == claim()


def test_a_verification_is_no_yes_or_no(child: Canonicaliser) -> None:
    """Promises that nobody writes `if verify(...)`: it raises rather than being true."""
    found = verify(canonical(signed()), TRUST, at=NOW, canonicaliser=child)
    with pytest.raises(TypeError, match="no yes or no"):
        bool(found)


def test_a_stranger_is_well_formed_by_nobody_you_trust(child: Canonicaliser) -> None:
    """Promises that a certificate with its own key, though all its signatures hold, establishes nothing."""
    stranger = did.did_key(OTHER_KEY.multikey)
    forged = signed(claim(issuer=Issuer(did=stranger, name="School of Examples")), OTHER_KEY)
    for trust in (TRUST, NOBODY):
        found = verify(canonical(forged), trust, at=NOW, canonicaliser=child)
        assert found.standing is Standing.UNKNOWN
        assert standings(found)["issuer"] == "unknown"
        assert standings(found)["proofs"] == "established"
        assert found.trusted_as == ""
        assert stranger in sentences(found)


def test_keys_that_came_along_are_never_trust(child: Canonicaliser) -> None:
    """Promises that a DID document beside a certificate shows it intact, never by whom; and a bad one refused."""
    forger = did.did_document(WEB, [OTHER_KEY.multikey])
    other = "did:web:other.example"
    forged = canonical(signed(claim(issuer=Issuer(did=WEB, name="School of Examples")), OTHER_KEY))
    own = canonical(signed(claim(issuer=Issuer(did=other, name="Other")), OTHER_KEY))
    offered = [forger, did.did_document(other, [OTHER_KEY.multikey])]
    assert verify(forged, TRUST, at=NOW, offered=offered, canonicaliser=child).standing is Standing.REFUSED
    for content in (own, forged):
        found = verify(content, NOBODY, at=NOW, offered=offered, canonicaliser=child)
        assert (found.standing, standings(found)["proofs"]) == (Standing.UNKNOWN, "established")
        assert verify(content, NOBODY, at=NOW, canonicaliser=child).standing is Standing.UNKNOWN
        tampered = content.replace(b"Ada Lovelace", b"Ida Lovelace")
        found = verify(tampered, NOBODY, at=NOW, offered=offered, canonicaliser=child)
        assert found.standing is Standing.REFUSED
    garbage: list[dict[str, Any]] = [{}, {"id": other, "verificationMethod": 7}, {"id": 7}]
    assert verify(own, NOBODY, at=NOW, offered=garbage, canonicaliser=child).standing is Standing.UNKNOWN


def test_retired_keys_still_verify(child: Canonicaliser) -> None:
    """Promises that a certificate from before a rotation is established while its key stays in the document."""
    new = SigningKey(bytes(32))
    rotated = did.did_document(WEB, [KEY.multikey, new.multikey])
    trust = Trust(issuers={WEB: replace(trusted(WEB), keys=did.keys_of(rotated, WEB))})
    issuer = Issuer(did=WEB, name="School of Examples")
    for key in (KEY, new):
        content = canonical(signed(claim(issuer=issuer), key))
        assert verify(content, trust, at=NOW, canonicaliser=child).standing is Standing.ESTABLISHED
    content = canonical(signed(claim(issuer=issuer), OTHER_KEY))
    found = verify(content, trust, at=NOW, canonicaliser=child)
    assert found.standing is Standing.REFUSED
    assert "not among the issuer's keys" in sentences(found)


def test_the_demo_says_so(child: Canonicaliser) -> None:
    """Promises that a demonstration is called one, in the certificate and by whoever verifies it."""
    evidence = replace(claim().evidence, known_example=True, pack_is_public=True)
    demo = claim(issuer=Issuer(did=DID, name=DEMO), evidence=evidence)
    document = open_badge.write(demo)
    assert document["name"].startswith("DEMO: ")
    assert "certifies nothing" in document["description"]
    found = verify(canonical(sign(document, METHOD)), TRUST, at=NOW, canonicaliser=child)
    assert found.standing is Standing.ESTABLISHED
    assert found.claim == demo
    for words in ("DEMO", "known example", "tests are public"):
        assert words in sentences(found)


def test_a_strangers_words_do_not_drive_the_terminal(child: Canonicaliser) -> None:
    """Promises that nothing which is printed of a refusal moves the cursor or turns the line round."""
    bad = {**signed(), "proof": [{**signed()["proof"][0], "cryptosuite": "\x1b[2J\u202e\n"}]}
    worse = {**signed(), "id": "urn:x:\x1b[2J"}
    for document in (bad, worse, {**worse, "\x1b[2J": 1}):
        found = verify(canonical(document), TRUST, at=NOW, canonicaliser=child)
        assert found.standing is Standing.REFUSED
        assert sentences(found).replace("\n", "").isprintable()


# --- as of when -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2020, 11, 20, 9, 59, 59, tzinfo=UTC), "not valid before 2020-11-20T10:00:00Z"),
        (datetime(2120, 11, 20, 10, tzinfo=UTC), "expired on 2120-11-20T10:00:00Z"),
        (FAR_FUTURE, "expired"),
    ],
)
def test_dates_are_kept(child: Canonicaliser, at: datetime, words: str) -> None:
    """Promises that outside its dates a certificate is refused, and what it says can still be read."""
    found = verify(canonical(signed()), TRUST, at=at, canonicaliser=child)
    assert found.standing is Standing.REFUSED
    assert standings(found)["dates"] == "refused"
    assert words in sentences(found)
    assert found.claim == claim()


def test_dates_begin_when_they_say(child: Canonicaliser) -> None:
    """Promises the two ends: the first second is valid, the last is the one before the end; no end never ends."""
    for at in (datetime(2020, 11, 20, 10, tzinfo=UTC), datetime(2120, 11, 20, 9, 59, 59, tzinfo=UTC)):
        assert verify(canonical(signed()), TRUST, at=at, canonicaliser=child).standing is Standing.ESTABLISHED
    endless = canonical(signed(claim(valid_until="")))
    assert verify(endless, TRUST, at=FAR_FUTURE, canonicaliser=child).standing is Standing.ESTABLISHED


def test_a_signature_of_tomorrow_is_refused(child: Canonicaliser) -> None:
    """Promises that a proof made later than the instant which is verified for is none."""
    content = canonical(sign(open_badge.write(claim()), METHOD, created="2026-11-28T12:00:01Z"))
    found = verify(content, TRUST, at=NOW, canonicaliser=child)
    assert standings(found)["dates"] == "refused"


# --- status -----------------------------------------------------------------------------------------------------------


def listed(positions: list[int], purpose: Any = REVOCATION, key: SigningKey = KEY, **changes: Any) -> bytes:
    """Return a signed status list in which these positions are set."""
    name = LIST if purpose == REVOCATION else suspension_id(LIST)
    dates = {"valid_from": "2026-11-28T00:00:00Z", "valid_until": "2026-11-29T00:00:00Z"}
    options = {"list_id": name, "issuer": DID, "purpose": purpose, "positions": positions, **dates, **changes}
    document = status_list(options.pop("list_id"), **options)
    return canonical(sign(document, did.verification_method(options["issuer"], key.multikey), key))


def status_of(child: Canonicaliser, *lists: bytes) -> tuple[str, str]:
    found = verify(canonical(signed()), TRUST, at=NOW, status_lists=lists, canonicaliser=child)
    assert (found.standing is Standing.REFUSED) == (found.status is Standing.REFUSED)
    return found.status.value, next(one.sentence for one in found.findings if one.subject == "status")


def test_status_is_told_as_of_the_list(child: Canonicaliser) -> None:
    """Promises that not being revoked is said with the date of the list, and revocation and suspension are found."""
    clear, suspendable = listed([94566, 94568]), listed([], SUSPENSION)
    assert status_of(child, clear) == (
        "established",
        "was not revoked as of 2026-11-28T00:00:00Z; whether it is suspended was not looked up",
    )
    assert status_of(child, clear, suspendable) == (
        "established",
        "was not revoked as of 2026-11-28T00:00:00Z, and not suspended as of 2026-11-28T00:00:00Z",
    )
    assert status_of(child, listed([94567]))[0] == "refused"
    assert "suspended" in status_of(child, clear, listed([94567], SUSPENSION))[1]
    assert status_of(child, clear, listed([94567], SUSPENSION))[0] == "refused"
    assert status_of(child)[0] == "unknown"
    assert status_of(child, suspendable)[0] == "unknown"


def test_revoked_once_is_revoked_for_good(child: Canonicaliser) -> None:
    """Promises that a newer list without the bit does not bring a revoked certificate back; a suspension ends so."""
    older = {"valid_from": "2026-11-01T00:00:00Z", "valid_until": "2026-11-02T00:00:00Z"}
    assert status_of(child, listed([94567], **older), listed([]))[0] == "refused"
    assert (
        status_of(child, listed([94567], SUSPENSION, **older), listed([]), listed([], SUSPENSION))[0] == "established"
    )


def test_an_old_list_says_what_was_known_then(child: Canonicaliser) -> None:
    """Promises that a list which has ended does not establish that nothing happened since."""
    old = listed([], valid_from="2026-11-01T00:00:00Z", valid_until="2026-11-02T00:00:00Z")
    standing, sentence = status_of(child, old)
    assert standing == "unknown"
    assert "as of 2026-11-01" in sentence
    assert "2026-11-02" in sentence
    held = listed([], SUSPENSION, valid_from="2026-11-01T00:00:00Z", valid_until="2026-11-02T00:00:00Z")
    standing, sentence = status_of(child, listed([]), held)
    assert standing == "unknown"
    assert "not suspended as of 2026-11-01T00:00:00Z; that list ended on 2026-11-02T00:00:00Z" in sentence


def test_of_two_suspension_lists_of_one_second_the_one_that_says_so_counts(child: Canonicaliser) -> None:
    """Promises that the order in which lists are handed over brings nothing back."""
    clear, held = listed([], SUSPENSION), listed([94567], SUSPENSION)
    for lists in ((clear, held), (held, clear)):
        assert status_of(child, listed([]), *lists)[0] == "refused"


def test_a_list_that_cannot_be_accepted_says_nothing(child: Canonicaliser) -> None:
    """Promises that a list by another key, of another issuer, of tomorrow, or changed, neither clears nor revokes."""
    stranger = did.did_key(OTHER_KEY.multikey)
    good = listed([94567])
    for bad in (
        listed([94567], key=OTHER_KEY),
        listed([94567], key=OTHER_KEY, issuer=stranger),
        listed([94567], valid_from="2026-11-28T12:00:01Z"),
        good.replace(b'"revocation"', b'"suspension"'),
        good.replace(b"2026-11-29T", b"2036-11-29T"),
        listed([94567], list_id=LIST.replace("/1/", "/2/")),
        listed([94567], SUSPENSION, list_id=LIST),
        b"{}",
        b"x" * 10_000_000,
    ):
        assert status_of(child, bad)[0] == "unknown"


def test_a_list_that_nobody_can_check_says_nothing(child: Canonicaliser) -> None:
    """Promises that a list by an issuer without a known key does not clear its certificate."""
    issuer = "did:web:other.example"
    certificate = canonical(signed(claim(issuer=Issuer(did=issuer, name="Other")), OTHER_KEY))
    clear = listed([], key=OTHER_KEY, issuer=issuer)
    found = verify(certificate, NOBODY, at=NOW, status_lists=[clear], canonicaliser=child)
    assert found.status is Standing.UNKNOWN
    offered = [did.did_document(issuer, [OTHER_KEY.multikey])]
    found = verify(certificate, NOBODY, at=NOW, status_lists=[clear], offered=offered, canonicaliser=child)
    assert (found.status, found.standing) == (Standing.ESTABLISHED, Standing.UNKNOWN)


# --- what it is -------------------------------------------------------------------------------------------------------


def test_another_badge_is_well_formed_and_not_ours(child: Canonicaliser) -> None:
    """Promises that a good Open Badge in another form is neither refused nor shown half: unknown, without a claim."""
    document = open_badge.write(claim())
    document["credentialSubject"]["achievement"]["humanCode"] = "CS-101"
    found = verify(canonical(sign(document, METHOD)), TRUST, at=NOW, canonicaliser=child)
    assert found.standing is Standing.UNKNOWN
    assert standings(found)["form"] == "unknown"
    assert standings(found)["proofs"] == "established"
    assert found.claim is None


def test_a_status_list_is_no_certificate(child: Canonicaliser) -> None:
    """Promises that something else which the issuer signed is not taken for a certificate."""
    found = verify(listed([]), TRUST, at=NOW, canonicaliser=child)
    assert standings(found) == {"document": "refused"}


@pytest.mark.parametrize("suites", [["eddsa-rdfc-2022"], ["eddsa-jcs-2022"]])
def test_both_proofs_are_asked_for(child: Canonicaliser, suites: list[str]) -> None:
    """Promises that taking one proof away is noticed."""
    found = verify(canonical(signed(suites=suites)), TRUST, at=NOW, canonicaliser=child)
    assert found.standing is Standing.REFUSED
    assert "is missing" in sentences(found)


def test_a_proof_is_by_the_issuers_own_key(child: Canonicaliser) -> None:
    """Promises that a proof in somebody else's name is refused, though nobody knows a key of the issuer."""
    document = open_badge.write(claim(issuer=Issuer(did="did:web:other.example", name="Other")))
    found = verify(canonical(sign(document, METHOD)), NOBODY, at=NOW, canonicaliser=child)
    assert found.standing is Standing.REFUSED
    assert "not of the issuer" in sentences(found)


def test_a_proof_has_the_contexts_of_its_document() -> None:
    """Promises that a jcs proof which was made, and signed, under other contexts is refused."""
    whole = signed(suites=["eddsa-jcs-2022"])
    whole["proof"]["@context"] = whole["@context"][:1]
    with pytest.raises(Refused, match="other contexts"):
        proof.split(whole)


def test_nothing_is_shown_of_what_is_refused(child: Canonicaliser) -> None:
    """Promises that a forged certificate's words are not repeated as a claim."""
    content = canonical(signed()).replace(b"Ada Lovelace", b"Ida Lovelace")
    found = verify(content, TRUST, at=NOW, canonicaliser=child)
    assert found.claim is None
    assert "something was changed" in sentences(found)


def test_meaningless_members_are_refused_though_the_issuer_signed_them(child: Canonicaliser) -> None:
    """Promises that a trusted issuer whose software signs undefined members is refused, by the terms alone."""
    document = open_badge.write(claim())
    jcs_only = {**document, "bonus": "with honours"}
    signed_anyway = _sign_blindly(jcs_only)
    found = verify(canonical(signed_anyway), TRUST, at=NOW, canonicaliser=child)
    assert standings(found)["terms"] == "refused"
    assert "bonus" in sentences(found)


def _sign_blindly(document: dict[str, Any]) -> dict[str, Any]:
    """Sign as a careless issuer would: rdfc over what expands, jcs over everything."""
    meant = {name: value for name, value in document.items() if name != "bonus"}
    rdfc = sign(meant, METHOD, suites=["eddsa-rdfc-2022"])["proof"]
    badges = {"@context": {**contexts()[OPEN_BADGES]["@context"], "bonus": "urn:x:bonus"}}
    loose = {**contexts(), OPEN_BADGES: badges}
    jcs = sign(document, METHOD, suites=["eddsa-jcs-2022"], known=loose)["proof"]
    with pytest.raises(Refused, match="bonus"):
        sign(document, METHOD)
    return {**document, "proof": [rdfc, jcs]}


def test_dates_and_ids_of_samples_are_what_they_seem() -> None:
    """Promises that the tests above mean what they say: the certificate is valid now, for long, and has its digest."""
    assert ISSUED < "2026" < ENDS
    assert claim().evidence.submission == digest("submission")
