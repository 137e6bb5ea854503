"""What other people's verifiers say of our credentials, offline: good ones accepted, every kind of bad one refused.

npm `@digitalbazaar/vc` with its two EdDSA suites, DCC `verifier-core` (which VerifierPlus and the Learner Credential
Wallet use), and PyPI `openbadgeslib`; versions in `foreign/package-lock.json` and `requirements.lock`. They read the
machine's clock, so these credentials are valid for a hundred years.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from credential_samples import DID, ENDS, ISSUED, KEY, LIST, OTHER_KEY, WEB, claim, sign, signed
from foreign_verifiers import FOREIGN, NAMES, Answer, Verifiers, verifiers

from grader.credential import did, open_badge
from grader.credential.claim import Issuer, identified
from grader.credential.multikey import multibase
from grader.credential.proof import SUITES
from grader.credential.status_list import REVOCATION, status_list

EACH = pytest.mark.parametrize("name", NAMES)
METHOD = did.verification_method(DID, KEY.multikey)
FIRST_STATUS = claim().status


@pytest.fixture(scope="module")
def others() -> Iterator[Verifiers]:
    with verifiers() as running:
        yield running


def lookups(*positions: int, issuer: str = DID) -> dict[str, Any]:
    """Return the status list in which these positions are revoked, by its URL."""
    document = status_list(
        LIST, issuer=issuer, purpose=REVOCATION, positions=positions, valid_from=ISSUED, valid_until=ENDS
    )
    return {LIST: sign(document, did.verification_method(issuer, KEY.multikey))}


@EACH
def test_our_credential_is_accepted(others: Verifiers, name: str) -> None:
    """Promises that a certificate with both proofs is accepted by a verifier that is not ours, and is not revoked."""
    assert others.ask(name, signed(), lookups()) == Answer(verified=True, revoked=False, why="")


@pytest.mark.parametrize("suite", SUITES)
def test_one_proof_alone_is_accepted_by_who_knows_the_suite(others: Verifiers, suite: str) -> None:
    """Promises that each proof stands by itself, without the other."""
    credential = signed(suites=[suite])
    assert others.ask(f"digitalbazaar {suite.split('-')[1]}", credential, lookups()).verified


@EACH
def test_a_did_web_issuer_is_accepted(others: Verifiers, name: str) -> None:
    """Promises that the DID document we write is one in which others find the keys that are there, and no others."""
    for issuer, keys, expected in (
        (WEB, [OTHER_KEY, KEY], True),
        (f"{WEB}:annex", [OTHER_KEY], False),
    ):
        credential = signed(claim(issuer=Issuer(did=issuer, name="School of Examples")))
        document = did.did_document(issuer, [key.multikey for key in keys])
        url = "https://school.example/" + did.document_path(issuer)
        documents = {issuer: document, url: document, **lookups(issuer=issuer)}
        assert others.ask(name, credential, documents).verified is expected


@EACH
def test_a_revocation_is_read(others: Verifiers, name: str) -> None:
    """Promises that the bit we set is the bit that others read, in the list that we signed."""
    assert FIRST_STATUS
    assert others.ask(name, signed(), lookups(FIRST_STATUS.index)).revoked is True
    assert others.ask(name, signed(), lookups(FIRST_STATUS.index - 1, FIRST_STATUS.index + 1)).revoked is False


def changed_value() -> dict[str, Any]:
    credential = signed()
    credential["credentialSubject"]["result"][1]["value"] = "10"
    return credential


def undefined_term() -> dict[str, Any]:
    credential = signed()
    credential["credentialSubject"]["achievement"]["bonus"] = "with honours"
    return credential


def other_key() -> dict[str, Any]:
    credential = sign(open_badge.write(claim()), METHOD, OTHER_KEY)
    assert credential["proof"][0]["verificationMethod"] == METHOD
    return credential


def other_issuers_key() -> dict[str, Any]:
    stranger = did.did_key(OTHER_KEY.multikey)
    return sign(open_badge.write(claim()), did.verification_method(stranger, OTHER_KEY.multikey), OTHER_KEY)


def expired() -> dict[str, Any]:
    return signed(claim(valid_until="2021-01-01T00:00:00Z"))


def no_signature() -> dict[str, Any]:
    credential = signed()
    credential["proof"] = [{**one, "proofValue": multibase(bytes(64))} for one in credential["proof"]]
    return credential


BAD = pytest.mark.parametrize(
    "bad", [changed_value, undefined_term, other_key, other_issuers_key, expired, no_signature]
)


@BAD
@EACH
def test_a_bad_credential_is_refused(others: Verifiers, name: str, bad: Any) -> None:
    """Promises that the verifiers above are awake: each refuses each kind of bad credential."""
    assert not others.ask(name, bad(), lookups()).verified


@EACH
def test_names_in_every_script_are_accepted(others: Verifiers, name: str) -> None:
    """Promises that canonical forms agree on letters beyond ASCII, quotes, backslashes and joined emoji."""
    course = 'Ελληνικά “ωμέγα” \\ "x" \u00e9 e\u0301 日本語 \u200d 👩\u200d💻 \U0001f600 \u00ad \ufeff'
    learner = identified("Zoë Ñandú 王秀英", "zoë@school.example", "emailAddress", bytes(16))
    credential = signed(claim(course=course, learner=learner))
    assert others.ask(name, credential, lookups()) == Answer(verified=True, revoked=False, why="")


def test_ours_survives_being_spelled_differently(others: Verifiers) -> None:
    """Promises that rdfc covers meaning, not spelling: another order of members is the same credential to others."""
    credential = signed()
    turned = json.loads(json.dumps(deepcopy(credential), sort_keys=True))
    assert list(turned) != list(credential)
    assert others.ask("verifier-core", turned, lookups()).verified


def test_versions_are_locked_without_a_registry() -> None:
    """Promises exact versions with digests, and no host to fetch them from."""
    lock = json.loads((FOREIGN / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((FOREIGN / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert all(version[0].isdigit() for version in wanted.values())
    assert {name.rpartition("node_modules/")[2] for name in packages} >= set(wanted)
    assert all("integrity" in one and "resolved" not in one for one in packages.values())
