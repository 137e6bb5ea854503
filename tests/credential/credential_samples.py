"""A certificate, an issuer and its key for the tests: made up, and the same every time."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from grader.credential import did, open_badge, proof
from grader.credential.claim import (
    Claim,
    CriterionResult,
    Evidence,
    Issuer,
    Level,
    Result,
    Skill,
    StatusEntry,
    identified,
)
from grader.credential.multikey import SigningKey

KEY = SigningKey(hashlib.sha256(b"the issuer's key of the tests").digest())
OTHER_KEY = SigningKey(hashlib.sha256(b"somebody else's key of the tests").digest())
DID = did.did_key(KEY.multikey)
WEB = "did:web:school.example:badges"
LIST = "https://school.example/badges/status/1/revocation"
ISSUED, ENDS, NOW = "2020-11-20T10:00:00Z", "2120-11-20T10:00:00Z", datetime(2026, 11, 28, 12, tzinfo=UTC)


def digest(what: str) -> str:
    """Return a digest that is unlike every other."""
    return "sha256:" + hashlib.sha256(what.encode()).hexdigest()


def claim(**changes: Any) -> Claim:
    """Return the claim of Ada Lovelace, who sorts, with changes."""
    whole = Claim(
        id="urn:uuid:0192a6f0-5b7c-7c3e-8a54-3f1d2b9c4e77",
        issuer=Issuer(did=DID, name="School of Examples", url="https://school.example/"),
        learner=identified("Ada Lovelace", "ada@school.example", "emailAddress", bytes(range(16))),
        skill=Skill(
            id="urn:grader:skill:sorting-and-searching",
            name="Sorting and searching",
            description="Writes and analyses sorting and searching algorithms.",
            levels=(Level(id="1", name="Can follow"), Level(id="2", name="Can do"), Level(id="3", name="Can teach")),
            level="2",
        ),
        course="Algorithms, autumn 2020",
        assignment="Sorting and searching",
        result=Result(
            points="7.6",
            possible="10",
            pass_mark="6",  # noqa: S106 - points, no password
            criteria=(
                CriterionResult(id="sort", title="Sorts any list", weight="5.5", points="5.5", outcome="PASSED"),
                CriterionResult(id="search", title="Finds “any” item", weight="4.5", points="2.1", outcome="PARTIAL"),
            ),
        ),
        evidence=Evidence(
            submission=digest("submission"),
            pack=digest("pack"),
            pack_is_public=False,
            rubric=digest("rubric"),
            recipe=digest("recipe"),
            proctor_recipe=digest("recipe"),
            engine=digest("engine"),
            engine_version="0.1.0",
            findings=digest("findings"),
            report=digest("report"),
        ),
        awarded=ISSUED,
        valid_from=ISSUED,
        valid_until=ENDS,
        status=StatusEntry(list_id=LIST, index=94567),
    )
    return replace(whole, **changes)


def signed(of: Claim | None = None, key: SigningKey = KEY, **options: Any) -> dict[str, Any]:
    """Return a signed credential; by default of Ada, by the did:key issuer."""
    of = of or claim()
    method = did.verification_method(of.issuer.did, key.multikey)
    return sign(open_badge.write(of), method, key, **options)


def sign(document: dict[str, Any], method: str, key: SigningKey = KEY, **options: Any) -> dict[str, Any]:
    """Return any document signed at the time of the samples."""
    return proof.sign(document, key, **({"verification_method": method, "created": ISSUED} | options))
