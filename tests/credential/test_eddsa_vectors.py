"""W3C's test vectors of both suites, made and checked by our code. Source: in `fixtures/w3c_eddsa.json`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from grader.credential import linked, proof
from grader.credential.contexts import contexts
from grader.credential.multikey import from_multibase, is_signed, multibase, signing_key
from grader.credential.strict_json import canonical

VECTORS = json.loads((Path(__file__).parent / "fixtures" / "w3c_eddsa.json").read_text(encoding="utf-8"))
DOCUMENT = VECTORS["document"]
KNOWN = {**contexts(), VECTORS["context"]["url"]: VECTORS["context"]["document"]}
KEY = signing_key(VECTORS["key"]["privateKeyMultibase"])
SUITES = pytest.mark.parametrize("suite", proof.SUITES)


def texts(suite: str, document: Any, configuration: dict[str, Any]) -> tuple[str, str]:
    """Return what a suite hashes: the configuration's canonical text, and the document's."""
    if suite == proof.JCS:
        return canonical(configuration).decode(), canonical(document).decode()
    return linked.n_quads(proof.rdf_configuration(document, configuration), KNOWN), linked.n_quads(document, KNOWN)


def configuration_of(one: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name != "proofValue"}


@SUITES
def test_canonical_forms_and_hashes_are_those_of_w3c(suite: str) -> None:
    """Promises that both canonical texts, and the 64 bytes that are signed, are the vector's to the byte."""
    vector = VECTORS[suite]
    configuration, document = texts(suite, DOCUMENT, configuration_of(vector["proof"]))
    assert (configuration, document) == (vector["configuration"], vector["document"])
    hashed = hashlib.sha256(configuration.encode()).digest() + hashlib.sha256(document.encode()).digest()
    assert hashed.hex() == vector["hash"]


@SUITES
def test_signing_gives_the_signature_of_w3c(suite: str) -> None:
    """Promises that our signature over W3C's document with W3C's key is W3C's, and so is the whole signed document."""
    vector = VECTORS[suite]
    options = {name: vector["proof"][name] for name in ("created",)}
    method = vector["proof"]["verificationMethod"]
    signed = proof.sign(DOCUMENT, KEY, verification_method=method, suites=[suite], known=KNOWN, **options)
    assert signed == {**DOCUMENT, "proof": vector["proof"]}
    assert from_multibase(signed["proof"]["proofValue"]).hex() == vector["signature"]


def test_checking_takes_the_vectors_and_nothing_beside_them() -> None:
    """Promises that W3C's signed documents verify, and not with one character changed."""
    public = VECTORS["key"]["publicKeyMultibase"]
    assert KEY.multikey == public
    for suite in proof.SUITES:
        document, (one,), others = proof.split({**DOCUMENT, "proof": VECTORS[suite]["proof"]})
        changed = {**document, "name": "Alumni Credentials"}
        assert others == []
        assert [_holds(one, document, public), _holds(one, changed, public)] == [True, False]


def test_a_proof_set_of_w3c_holds() -> None:
    """Promises that of two proofs beside each other each is over the document without any (vector of a proof set)."""
    signed = VECTORS["proof-set"]
    document = {name: value for name, value in signed.items() if name != "proof"}
    for one in signed["proof"]:
        parts = texts(proof.RDFC, document, configuration_of(one))
        hashed = b"".join(hashlib.sha256(part.encode()).digest() for part in parts)
        public = one["verificationMethod"].partition("#")[2]
        assert is_signed(public, hashed, from_multibase(one["proofValue"]))
        assert not is_signed(public, hashed[::-1], from_multibase(one["proofValue"]))


def test_base58_keeps_leading_zeros() -> None:
    """Promises that bytes survive being text, the zeros in front too (draft-msporny-base58-03, test vectors)."""
    assert multibase(b"Hello World!") == "z2NEpo7TZRRrLZSi2U"
    assert multibase(bytes.fromhex("0000287fb4cd")) == "z11233QC4"
    assert from_multibase("z11233QC4") == bytes.fromhex("0000287fb4cd")
    assert multibase(b"") == "z"


def _holds(one: proof.Proof, document: dict[str, Any], public: str) -> bool:
    if one.suite == proof.JCS:
        return proof.is_valid_jcs(document, one, public)
    first, second = (hashlib.sha256(text.encode()).digest() for text in texts(one.suite, document, one.configuration))
    return proof.is_valid_rdfc(second, first, one, public)
