"""Verifying a certificate: what is established by it, for one reader, at one instant, with nothing but what was given.

Theory of operation. The bytes are a stranger's. They go through stages, each of which may only see what the one before
has bounded: strict JSON (size, depth, one meaning) -> the shape of an Open Badge -> its proofs, structurally -> the jcs
signature, which costs nothing and covers every member -> in a child with limits, that every term means something, and
the canonical form -> the rdfc signature -> dates -> status. Nothing is fetched, no clock is asked, and the only keys
that establish anything are those of the reader's trust file. Keys that came with the certificate, or that a did:key
spells out itself, show no more than that it is intact: "by nobody you trust".

Both proofs are required. With rdfc alone, members could be moved where RDF does not see it; with jcs alone, no verifier
but this one would accept the certificate. A proof by an unknown suite is said, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from grader.canonical import digest_bytes
from grader.credential import badge_image, open_badge, shape
from grader.credential.bounded import Canonicaliser
from grader.credential.claim import Claim
from grader.credential.instants import instant, spelled
from grader.credential.refusal import Refused
from grader.credential.revocation import find_status
from grader.credential.sealed import Reader, Sealed, check_seal, keys_offered, retired_key, take_apart
from grader.credential.strict_json import read_object
from grader.credential.trust import NOBODY, Retired, Trust
from grader.credential.verification import Finding, Standing, Verification, established, refused, remark, unknown


def verify(
    content: bytes,
    trust: Trust = NOBODY,
    *,
    at: datetime,
    status_lists: Sequence[bytes] = (),
    offered: Sequence[Mapping[str, Any]] = (),
    canonicaliser: Canonicaliser | None = None,
) -> Verification:
    """Return what a certificate establishes.

    Args:
        content: the bytes of a signed credential, or of a PNG that holds one.
        trust: whom the reader trusts.
        at: the instant to verify for, with a time zone.
        status_lists: signed status lists, from wherever; only those of the certificate's issuer are looked at.
        offered: DID documents that came with the certificate; they can show it intact, never by whom it is.
        canonicaliser: of the caller, to verify many; by default one for this call.

    No exception for whatever the bytes hold; a bad credential is a finding.
    """
    with Canonicaliser() as own:
        reader = Reader(trust=trust, at=at, offered=keys_offered(offered), canonicaliser=canonicaliser or own)
        try:
            content = badge_image.unbake(content) if badge_image.is_png(content) else content
            signed = read_object(content)
            sealed = take_apart(signed)
            shape.check_shape(sealed.document)
        except Refused as refusal:
            return Verification(digest=digest_bytes(content), at=at, findings=(refused("document", refusal),))
        findings = [established("document", "is an Open Badges 3.0 credential, by its members")]
        findings += check_seal(sealed, reader)
        claim = _claim(sealed.document, findings)
        findings += _dates(sealed, at)
        if claim:
            findings += _remarks(claim)
            findings += find_status(claim, status_lists, reader)
        known = trust.issuers.get(sealed.issuer)
        retired = retired_key(sealed, reader)
        findings += _of_retired(sealed, retired) if retired else []
        return Verification(
            digest=digest_bytes(content),
            at=at,
            findings=tuple(findings),
            claim=claim,
            trusted_as=(known.name or known.did) if known else "",
            retired=retired,
        )


def _claim(document: Mapping[str, Any], findings: list[Finding]) -> Claim | None:
    """Return what is said, unless a proof is refused; a badge in another form than ours is a finding."""
    if any(one.standing is Standing.REFUSED for one in findings):
        return None
    try:
        claim = open_badge.read(document)
    except Refused as refusal:
        findings.append(unknown("form", str(refusal)))
        return None
    findings.append(established("form", "is a certificate of this engine: all that is signed can be shown"))
    return claim


def _dates(sealed: Sealed, at: datetime) -> list[Finding]:
    document = sealed.document
    begins = instant(document["validFrom"], "validFrom")
    ends = instant(document["validUntil"], "validUntil") if "validUntil" in document else None
    if begins > at:
        return [refused("dates", f"is not valid before {spelled(begins)}")]
    if ends and ends <= at:
        return [refused("dates", f"expired on {spelled(ends)}")]
    if any(instant(one.created, "created") > at for one in sealed.proofs):
        return [refused("dates", "was signed later than the instant it is verified for")]
    until = f" until {spelled(ends)}" if ends else ""
    return [established("dates", f"is valid from {spelled(begins)}{until}; verified for {spelled(at)}")]


def _of_retired(sealed: Sealed, retired: Retired) -> list[Finding]:
    """Return what the date says of something that a retired key signed; its place in a ledger says more."""
    signed = max(spelled(instant(one.created, "created")) for one in sealed.proofs)
    if signed[:10] > retired.until:
        return [refused("key", f"was signed on {signed}, with a key that its issuer gave up on {retired.until}")]
    if retired.stolen:
        why = "only a ledger that had it before can show that it is not by the thief"
        return [unknown("key", f"was signed with a key that fell into wrong hands, by {retired.until}: {why}")]
    return [established("key", f"was signed with a key that its issuer gave up on {retired.until}, dated before that")]


def _remarks(claim: Claim) -> list[Finding]:
    found = []
    if claim.issuer.is_demo:
        found.append(remark("the issuer is DEMO: a demonstration, which certifies nothing about anybody"))
    if claim.evidence.known_example:
        found.append(remark("the submission is a known example: it equals one that ships with its assignment"))
    if claim.evidence.pack_is_public:
        found.append(remark("the assignment's tests are public: the learner could have read them"))
    return found
