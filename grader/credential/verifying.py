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

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grader.canonical import digest_bytes
from grader.credential import badge_image, did, open_badge, proof, shape, status_list
from grader.credential.bounded import Canonicaliser
from grader.credential.claim import Claim, StatusEntry
from grader.credential.instants import instant, spelled
from grader.credential.proof import JCS, SUITES, Proof
from grader.credential.refusal import Refused
from grader.credential.strict_json import read_object
from grader.credential.trust import NOBODY, Trust
from grader.credential.verification import Finding, Standing, Subject, Verification

MAX_STATUS_LISTS = 8
MAX_SENTENCE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Who verifies, and with what: the same for a certificate and for the status lists beside it."""

    trust: Trust
    at: datetime
    offered: Mapping[str, str]
    canonicaliser: Canonicaliser

    def keys(self, issuer: str) -> Mapping[str, str]:
        """Return the keys of an issuer by verification method: the reader's, else those that merely came along."""
        known = self.trust.issuers.get(issuer)
        if known:
            return known.keys
        return {**{name: key for name, key in self.offered.items() if name.startswith(f"{issuer}#")}} | did.own_keys(
            issuer
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sealed:
    """A signed document taken apart."""

    document: dict[str, Any]
    proofs: list[Proof]
    others: list[str]
    issuer: str


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
        reader = _Reader(trust=trust, at=at, offered=_offered(offered), canonicaliser=canonicaliser or own)
        try:
            content = badge_image.unbake(content) if badge_image.is_png(content) else content
            signed = read_object(content)
            sealed = _take_apart(signed)
            shape.check_shape(sealed.document)
        except Refused as refusal:
            return Verification(digest=digest_bytes(content), at=at, findings=(_refused("document", refusal),))
        findings = [_established("document", "is an Open Badges 3.0 credential, by its members")]
        findings += _seal(sealed, reader)
        claim = _claim(sealed.document, findings)
        findings += _dates(sealed, at)
        if claim:
            findings += _remarks(claim)
            findings += _status(claim, status_lists, reader)
        known = trust.issuers.get(sealed.issuer)
        return Verification(
            digest=digest_bytes(content),
            at=at,
            findings=tuple(findings),
            claim=claim,
            trusted_as=(known.name or known.did) if known else "",
        )


def _take_apart(signed: Mapping[str, Any]) -> _Sealed:
    document, proofs, others = proof.split(signed)
    missing = [suite for suite in SUITES if suite not in {one.suite for one in proofs}]
    if missing:
        raise Refused(f"the proof {missing[0]} is missing; a certificate of this engine carries {' and '.join(SUITES)}")
    issuer = shape.issuer_of(document)
    for one in proofs:
        if one.verification_method.partition("#")[0] != issuer:
            raise Refused(f"the proof {one.suite} is by a key of {one.verification_method[:80]!r}, not of the issuer")
    return _Sealed(document=document, proofs=proofs, others=others, issuer=issuer)


# --- issuer and proofs ------------------------------------------------------------------------------------------------


def _seal(sealed: _Sealed, reader: _Reader) -> list[Finding]:
    """Return the findings on issuer, proofs and terms; the cheap proof first, so that forgeries cost nothing."""
    try:
        keys = reader.keys(sealed.issuer)
    except Refused as refusal:
        return [_refused("issuer", refusal)]
    known = reader.trust.issuers.get(sealed.issuer)
    if known:
        found = [_established("issuer", f"is {known.name or known.did} ({known.did}), whom you trust")]
    else:
        found = [_unknown("issuer", f"says that it is {sealed.issuer}, whom your trust file does not name")]
    methods = [one.verification_method for one in sealed.proofs]
    strange = [method for method in methods if method not in keys]
    if strange and keys:
        return [*found, _refused("proofs", f"{strange[0][:160]} is not among the issuer's keys")]
    if not strange and not _jcs_holds(sealed, keys):
        return [*found, _refused("proofs", f"{JCS} does not hold: something was changed after signing")]
    return found + list(_linked_data(sealed, keys, reader, checkable=not strange))


def _jcs_holds(sealed: _Sealed, keys: Mapping[str, str]) -> bool:
    ours = [one for one in sealed.proofs if one.suite == JCS]
    return all(proof.is_valid_jcs(sealed.document, one, keys[one.verification_method]) for one in ours)


def _linked_data(sealed: _Sealed, keys: Mapping[str, str], reader: _Reader, *, checkable: bool) -> Iterator[Finding]:
    rdfc = [one for one in sealed.proofs if one.suite != JCS]
    configurations = [proof.rdf_configuration(sealed.document, one.configuration) for one in rdfc]
    try:
        document, *rest = reader.canonicaliser.digests(sealed.document, configurations)
    except Refused as refusal:
        yield _refused("terms", refusal)
        return
    yield _established("terms", "every member means something in the pinned contexts")
    if sealed.others:
        yield _remark(f"a proof by {', '.join(sealed.others)} was not checked: the suite is not known here")
    if not checkable:
        yield _unknown("proofs", "no key of the issuer is known, so no signature could be checked")
    elif all(
        proof.is_valid_rdfc(document, configuration, one, keys[one.verification_method])
        for one, configuration in zip(rdfc, rest, strict=True)
    ):
        yield _established("proofs", f"{' and '.join(SUITES)} hold: not a member was changed after signing")
    else:
        yield _refused("proofs", f"{rdfc[0].suite} does not hold: something was changed after signing")


# --- what it says, and when -------------------------------------------------------------------------------------------


def _claim(document: Mapping[str, Any], findings: list[Finding]) -> Claim | None:
    """Return what is said, unless a proof is refused; a badge in another form than ours is a finding."""
    if any(one.standing is Standing.REFUSED for one in findings):
        return None
    try:
        claim = open_badge.read(document)
    except Refused as refusal:
        findings.append(_unknown("form", str(refusal)))
        return None
    findings.append(_established("form", "is a certificate of this engine: all that is signed can be shown"))
    return claim


def _dates(sealed: _Sealed, at: datetime) -> list[Finding]:
    document = sealed.document
    begins = instant(document["validFrom"], "validFrom")
    ends = instant(document["validUntil"], "validUntil") if "validUntil" in document else None
    if begins > at:
        return [_refused("dates", f"is not valid before {spelled(begins)}")]
    if ends and ends <= at:
        return [_refused("dates", f"expired on {spelled(ends)}")]
    if any(instant(one.created, "created") > at for one in sealed.proofs):
        return [_refused("dates", "was signed later than the instant it is verified for")]
    until = f" until {spelled(ends)}" if ends else ""
    return [_established("dates", f"is valid from {spelled(begins)}{until}; verified for {spelled(at)}")]


def _remarks(claim: Claim) -> list[Finding]:
    found = []
    if claim.issuer.is_demo:
        found.append(_remark("the issuer is DEMO: a demonstration, which certifies nothing about anybody"))
    if claim.evidence.known_example:
        found.append(_remark("the submission is a known example: it equals one that ships with its assignment"))
    if claim.evidence.pack_is_public:
        found.append(_remark("the assignment's tests are public: the learner could have read them"))
    return found


# --- status -----------------------------------------------------------------------------------------------------------


def _status(claim: Claim, lists: Sequence[bytes], reader: _Reader) -> list[Finding]:
    entry = claim.status
    if entry is None:
        return [_unknown("status", "names no status list: its issuer cannot revoke it, except in a ledger")]
    found, seen = [], []
    for content in lists[:MAX_STATUS_LISTS]:
        try:
            signed = read_object(content)
            if signed.get("id") in _list_ids(entry):
                seen.append(_told(signed, claim, entry, reader))
        except Refused as refusal:
            found.append(_remark(f"a status list was given that cannot be accepted: {refusal}"))
    return found + _judged(seen, reader.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What one accepted status list says of a certificate."""

    purpose: status_list.Purpose
    is_set: bool
    begins: datetime
    ends: datetime


def _list_ids(entry: StatusEntry) -> dict[str, status_list.Purpose]:
    ids: dict[str, status_list.Purpose] = {entry.list_id: status_list.REVOCATION}
    if entry.list_id.endswith(status_list.REVOCATION):
        ids[status_list.suspension_id(entry.list_id)] = status_list.SUSPENSION
    return ids


def _told(signed: Mapping[str, Any], claim: Claim, entry: StatusEntry, reader: _Reader) -> _Told:
    """Return what a status list says, once it is of the certificate's issuer and its proofs hold."""
    sealed = _take_apart(signed)
    purpose, bits = status_list.bits_of(sealed.document)
    if sealed.issuer != claim.issuer.did or purpose != _list_ids(entry)[str(signed["id"])]:
        raise Refused("it is by another issuer, or for another purpose than its name says")
    begins, ends = (instant(sealed.document.get(name), name) for name in ("validFrom", "validUntil"))
    if begins > reader.at:
        raise Refused(f"it is of {spelled(begins)}, later than the instant that is verified for")
    doubts = [one for one in _seal(sealed, reader) if one.subject in {"terms", "proofs"}]
    doubts = [one for one in doubts if one.standing is not Standing.ESTABLISHED]
    if doubts:
        raise Refused(doubts[0].sentence)
    return _Told(purpose=purpose, is_set=status_list.is_set(bits, entry.index), begins=begins, ends=ends)


def _judged(told: list[_Told], at: datetime) -> list[Finding]:
    """Return the finding: revoked once is revoked for good, of suspensions the newest list decides."""
    newest = {one.purpose: one for one in sorted(told, key=lambda one: one.begins)}
    revoked = [one for one in told if one.is_set and one.purpose == status_list.REVOCATION]
    if revoked:
        return [_refused("status", f"was revoked by its issuer (status list of {spelled(revoked[0].begins)})")]
    suspension = newest.get(status_list.SUSPENSION)
    if suspension and suspension.is_set:
        return [_refused("status", f"is suspended by its issuer (status list of {spelled(suspension.begins)})")]
    revocation = newest.get(status_list.REVOCATION)
    if not revocation:
        return [_unknown("status", "no status list was given: whether it was revoked is not known")]
    as_of = f"was not revoked as of {spelled(revocation.begins)}"
    if revocation.ends <= at:
        return [_unknown("status", f"{as_of}; that list ended on {spelled(revocation.ends)}, ask for a newer one")]
    suspended = "" if suspension else "; whether it is suspended was not looked up"
    return [_established("status", f"{as_of}{suspended}")]


# --- findings ---------------------------------------------------------------------------------------------------------


def _offered(documents: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for document in documents:
        try:
            found |= did.keys_of(document, str(document.get("id")))
        except Refused:
            continue
    return found


def _established(subject: Subject, sentence: str) -> Finding:
    return _finding(subject, Standing.ESTABLISHED, sentence)


def _refused(subject: Subject, sentence: object) -> Finding:
    return _finding(subject, Standing.REFUSED, str(sentence))


def _unknown(subject: Subject, sentence: str) -> Finding:
    return _finding(subject, Standing.UNKNOWN, sentence)


def _remark(sentence: str) -> Finding:
    return _finding("remark", Standing.UNKNOWN, sentence)


def _finding(subject: Subject, standing: Standing, sentence: str) -> Finding:
    """Return a finding whose sentence can be printed, whatever a stranger's words in it would do to a terminal."""
    printable = "".join(one if one.isprintable() else "\ufffd" for one in sentence)
    return Finding(subject=subject, standing=standing, sentence=printable[:MAX_SENTENCE])
