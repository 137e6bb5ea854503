"""Data Integrity proofs of a document: `eddsa-rdfc-2022`, which the world reads, and `eddsa-jcs-2022` beside it.

Theory of operation. Both suites sign SHA-256(configuration) followed by SHA-256(document), Ed25519; they differ in what
is hashed. rdfc hashes the statements that JSON-LD reads from the document, so it covers what the members mean, in any
order and spelling; it is what other verifiers want. jcs hashes the canonical JSON, so it covers every member where it
stands; it needs no JSON-LD, which is why a page in a browser can check it, and why it is checked first: it costs
nothing. Each proof is over the document without any proof (a proof set), so one can be taken away unnoticed by the
other: whoever verifies asks for both (`verify`).

A proof's own members are covered through its configuration, but rdfc would drop those that mean nothing; so only the
members named here are allowed. Source: W3C Data Integrity EdDSA Cryptosuites 1.0, sections 3.2 and 3.3; its test
vectors are in `tests/credential/fixtures/`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.credential import linked
from grader.credential.instants import instant
from grader.credential.multikey import SIGNATURE_BYTES, SigningKey, from_multibase, is_signed, multibase
from grader.credential.refusal import Refused
from grader.credential.strict_json import canonical

RDFC, JCS = "eddsa-rdfc-2022", "eddsa-jcs-2022"
SUITES = (RDFC, JCS)
"""Every suite understood here, in the order in which a credential carries its proofs."""
PURPOSE = "assertionMethod"
MAX_PROOFS = 4

_MEMBERS = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One proof of a document, by a suite that is understood here.

    Attributes:
        suite: one of `SUITES`.
        verification_method: which key, as `<issuer's DID>#<key>`.
        created: when it was made, as it says.
        configuration: what the suite hashes beside the document.
        signature: 64 bytes.
    """

    suite: str
    verification_method: str
    created: str
    configuration: Mapping[str, Any]
    signature: bytes


def sign(
    document: Mapping[str, Any],
    key: SigningKey,
    *,
    verification_method: str,
    created: str,
    suites: Sequence[str] = SUITES,
    known: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the document with a proof by each suite.

    Args:
        document: without a proof, every member of which has a meaning in its contexts.
        key: the issuer's.
        verification_method: the key's name, which the issuer's DID document lists.
        created: when it is signed, RFC 3339.
        suites: in the order in which the proofs will stand; a single one is written as an object, not a list.
        known: contexts by URL; by default the pinned ones.

    Raises:
        Refused: a member would be covered by no proof, or there is a proof already.
    """
    if "proof" in document:
        raise Refused("the document has a proof already")
    instant(created, "the time of signing")
    expanded = linked.expand(document, known)
    proofs = []
    for suite in suites:
        configuration = {
            "type": "DataIntegrityProof",
            "cryptosuite": suite,
            "created": created,
            "verificationMethod": verification_method,
            "proofPurpose": PURPOSE,
            **({"@context": document["@context"]} if suite == JCS else {}),
        }
        if suite == JCS:
            hashed = _jcs_hash(document, configuration)
        else:
            hashed = _rdfc_hash(expanded, rdf_configuration(document, configuration), known)
        proofs.append({**configuration, "proofValue": multibase(key.sign(hashed))})
    return {**document, "proof": proofs if len(proofs) > 1 else proofs[0]}


def split(signed: Mapping[str, Any]) -> tuple[dict[str, Any], list[Proof], list[str]]:
    """Return the document without proofs, its proofs by suites understood here, and the names of other suites.

    Raises:
        Refused: no proof, too many, two by one suite, or one that is malformed.
    """
    document = {name: value for name, value in signed.items() if name != "proof"}
    given = signed.get("proof")
    listed = given if isinstance(given, list) else [given]
    proofs = [one for one in listed if isinstance(one, dict)]
    if not 1 <= len(proofs) <= MAX_PROOFS or len(proofs) != len(listed):
        raise Refused(f"the member proof holds no proof, or more than {MAX_PROOFS}")
    known = [one for one in proofs if one.get("cryptosuite") in SUITES]
    others = [str(one.get("cryptosuite", one.get("type")))[:40] for one in proofs if one not in known]
    if not known:
        raise Refused(f"no proof is by a suite known here ({', '.join(SUITES)}); found {', '.join(others)}")
    found = [_proof(one, document) for one in known]
    if len({one.suite for one in found}) != len(found):
        raise Refused("two proofs are by the same suite")
    return document, found, others


def is_valid_jcs(document: Mapping[str, Any], proof: Proof, multikey: str) -> bool:
    """Whether a jcs proof is by this key over this document."""
    return is_signed(multikey, _jcs_hash(document, proof.configuration), proof.signature)


def is_valid_rdfc(document_digest: bytes, configuration_digest: bytes, proof: Proof, multikey: str) -> bool:
    """Whether an rdfc proof is by this key over the document and configuration that have these digests.

    Args:
        document_digest: SHA-256 of the document's canonical N-Quads (`bounded.Canonicaliser.digests`).
        configuration_digest: the same of `rdf_configuration`.
        proof: the proof.
        multikey: the public key.
    """
    return is_signed(multikey, configuration_digest + document_digest, proof.signature)


def rdf_configuration(document: Mapping[str, Any], configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration of an rdfc proof as a document of its own: with the contexts of what it proves."""
    return {"@context": document["@context"], **configuration}


def _proof(one: dict[str, Any], document: Mapping[str, Any]) -> Proof:
    suite = one["cryptosuite"]
    expected = _MEMBERS | ({"@context"} if suite == JCS else set())
    if set(one) != expected:
        odd = min(set(one) ^ expected)
        raise Refused(f"the proof {suite} lacks the member {odd[:40]!r}, or has it beside those of its suite")
    if one["type"] != "DataIntegrityProof" or one["proofPurpose"] != PURPOSE:
        raise Refused(f"the proof {suite} is no DataIntegrityProof for {PURPOSE}")
    if suite == JCS and one["@context"] != document.get("@context"):
        raise Refused(f"the proof {suite} has other contexts than the document")
    if not isinstance(one["verificationMethod"], str) or not isinstance(one["proofValue"], str):
        raise Refused(f"the proof {suite}: verificationMethod and proofValue are texts")
    instant(one["created"], f"created of the proof {suite}")
    signature = from_multibase(one["proofValue"])
    if len(signature) != SIGNATURE_BYTES:
        raise Refused(f"the proof {suite} has a value of {len(signature)} bytes; expected {SIGNATURE_BYTES}")
    return Proof(
        suite=suite,
        verification_method=one["verificationMethod"],
        created=one["created"],
        configuration={name: value for name, value in one.items() if name != "proofValue"},
        signature=signature,
    )


def _jcs_hash(document: Mapping[str, Any], configuration: Mapping[str, Any]) -> bytes:
    parts = (canonical(configuration), canonical(document))
    return b"".join(hashlib.sha256(part).digest() for part in parts)


def _rdfc_hash(expanded: Any, configuration: Mapping[str, Any], known: Mapping[str, Any] | None) -> bytes:
    texts = (linked.n_quads(configuration, known), linked.n_quads(expanded))
    return b"".join(hashlib.sha256(text.encode()).digest() for text in texts)
