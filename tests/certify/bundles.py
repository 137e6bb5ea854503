"""A certificate with its ledger entry and proof, and whoever trusts its issuer, for the tests: the same each time."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from claims import ada

from grader.canonical import digest_bytes
from grader.certify.bundle import Bundle
from grader.credential import Claim, Trust, did, issue, seal, status_list
from grader.credential.claim import Issuer, StatusEntry
from grader.credential.multikey import SigningKey
from grader.credential.trust import trusted
from grader.ledger.checkpoint import Checkpoint
from grader.ledger.content import Award, Kind
from grader.ledger.entry import Entry, entry_of
from grader.ledger.key import Signer
from grader.ledger.note import signed
from grader.ledger.proof import LogProof
from grader.merkle import leaf_hash, node_hash

KEY = SigningKey(hashlib.sha256(b"the issuer of these bundles").digest())
OTHER_KEY = SigningKey(hashlib.sha256(b"somebody else").digest())
LOG = Signer("school.example/ledger", hashlib.sha256(b"the log of these bundles").digest())
OTHER_LOG = Signer("school.example/ledger", hashlib.sha256(b"somebody else's log").digest())
DID = did.did_key(KEY.multikey)
LIST = "urn:grader:status:school:1:revocation"
ISSUED, NOW = "2026-11-20T10:00:00Z", datetime(2026, 11, 20, 12, tzinfo=UTC)


def claim(**changes) -> Claim:
    """Return what the issuer of these bundles says of Ada, with changes."""
    theirs = {
        "issuer": Issuer(did=DID, name="School of Examples", url="https://school.example/"),
        "status": StatusEntry(list_id=LIST, index=94567),
    }
    return ada(ISSUED, **(theirs | changes))


def award_of(credential: bytes, of: Claim, **changes) -> Entry:
    """The ledger entry of a credential."""
    evidence = of.evidence
    content = Award(digest_bytes(credential), "hmac:ada", evidence.submission, evidence.rubric, evidence.report)
    return entry_of(Kind.AWARD, replace(content, **changes), ISSUED, bytes(32))


def proof_of(leaf: bytes, log: Signer = LOG) -> LogProof:
    """That a leaf is the second of a log of two entries."""
    first = leaf_hash(b"an entry before it")
    note = signed(Checkpoint(log.verifier.name, 2, node_hash(first, leaf_hash(leaf))).text, [log])
    return LogProof(1, (first,), note)


def revocations(*positions: int, valid_from: str = ISSUED) -> bytes:
    """A signed status list."""
    document = status_list.status_list(
        LIST,
        issuer=DID,
        purpose="revocation",
        positions=positions,
        valid_from=valid_from,
        valid_until="2026-11-21T10:00:00Z",
    )
    return seal(document, KEY, created=valid_from)


def bundle_of(of: Claim | None = None, *, key: SigningKey = KEY, log: Signer = LOG, **changes) -> Bundle:
    """A bundle as an issuer gives it out, with changes."""
    of = of or claim(issuer=Issuer(did=did.did_key(key.multikey), name="School of Examples"))
    credential = issue(of, key, created=ISSUED)
    entry = award_of(credential, of)
    whole = Bundle(
        credential=credential,
        leaf=entry.leaf,
        private=entry.private or b"",
        proof=proof_of(entry.leaf, log).encode(),
    )
    return replace(whole, **changes)


TRUST = Trust(issuers={DID: trusted(DID, name="my school")}, logs=({"vkey": LOG.verifier.vkey},))
"""Whoever trusts this issuer and its log."""
