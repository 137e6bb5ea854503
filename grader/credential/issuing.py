"""Issuing: from a claim, or a status list, to the exact bytes that are given out, kept and named by a ledger.

The bytes are canonical JSON (JCS), so the same claim signed at the same instant by the same key is the same file, and
its digest can be known again by whoever reads the document and writes it in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.credential import did, open_badge, proof, shape
from grader.credential.claim import Claim
from grader.credential.multikey import SigningKey
from grader.credential.strict_json import canonical
from grader.errors import UsageError


def issue(claim: Claim, key: SigningKey, *, created: str, suites: Sequence[str] = proof.SUITES) -> bytes:
    """Return the certificate of a claim, signed.

    Args:
        claim: what is certified.
        key: the issuer's; a did:web has to list it in its document.
        created: when it is signed, RFC 3339.
        suites: the proofs; `verify` asks for both that there are.

    Raises:
        EngineError: the claim cannot be certified.
        UsageError: the key is not the issuer's.
    """
    return seal(open_badge.write(claim), key, created=created, suites=suites)


def seal(document: Mapping[str, Any], key: SigningKey, *, created: str, suites: Sequence[str] = proof.SUITES) -> bytes:
    """Return any document with an issuer, such as a status list, signed.

    Raises:
        Refused: a member would be covered by no proof, or there is a proof already.
        UsageError: the issuer is a did:key of another key.
    """
    issuer = shape.issuer_of(document)
    method = did.verification_method(issuer, key.multikey)
    own = did.own_keys(issuer)
    if own and method not in own:
        raise UsageError(f"the issuer {issuer} is another key than the one to sign with, {key.multikey}")
    signed = proof.sign(document, key, verification_method=method, created=created, suites=suites)
    return canonical(signed)
