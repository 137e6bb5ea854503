"""A certificate, an issuer and its key for the tests: made up, and the same every time."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from claims import ada

from grader.credential import did, open_badge, proof
from grader.credential.claim import Claim, Issuer, StatusEntry
from grader.credential.multikey import SigningKey

KEY = SigningKey(hashlib.sha256(b"the issuer's key of the tests").digest())
OTHER_KEY = SigningKey(hashlib.sha256(b"somebody else's key of the tests").digest())
DID = did.did_key(KEY.multikey)
WEB = "did:web:school.example:badges"
LIST = "https://school.example/badges/status/1/revocation"
ISSUED, ENDS, NOW = "2020-11-20T10:00:00Z", "2120-11-20T10:00:00Z", datetime(2026, 11, 28, 12, tzinfo=UTC)


def claim(**changes: Any) -> Claim:
    """Return what the did:key issuer says of Ada, with changes."""
    theirs = {
        "issuer": Issuer(did=DID, name="School of Examples", url="https://school.example/"),
        "status": StatusEntry(list_id=LIST, index=94567),
        "valid_until": ENDS,
    }
    return ada(ISSUED, **(theirs | changes))


def signed(of: Claim | None = None, key: SigningKey = KEY, **options: Any) -> dict[str, Any]:
    """Return a signed credential; by default of Ada, by the did:key issuer."""
    of = of or claim()
    method = did.verification_method(of.issuer.did, key.multikey)
    return sign(open_badge.write(of), method, key, **options)


def sign(document: dict[str, Any], method: str, key: SigningKey = KEY, **options: Any) -> dict[str, Any]:
    """Return any document signed at the time of the samples."""
    return proof.sign(document, key, **({"verification_method": method, "created": ISSUED} | options))
