"""A certificate as an Open Badges 3.0 credential: written from a `Claim`, and read back to the same `Claim`.

Only terms that Open Badges 3.0 and VC 2.0 define are used, so that any verifier of such credentials understands all of
it. What has no term of its own is put where the standard has room: the outcome of a criterion is its rubric level, a
digest is the `id` of an evidence, and whether the pack was public is the pack's `audience`.

`read` accepts exactly what `write` writes: a document in any other form, though it may be a good badge, is none of
ours, since there would be members that are signed and shown to nobody. Source: 1EdTech Open Badges 3.0, section B
(data models); W3C VC Data Model 2.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.credential.claim import Claim, CriterionResult, Learner, StatusEntry
from grader.credential.claim_faults import faults
from grader.credential.claim_in_badge import DIGESTS, PRIVATE, PUBLIC, claim_in, urn
from grader.credential.contexts import CREDENTIALS, OPEN_BADGES
from grader.credential.instants import instant
from grader.credential.refusal import Refused
from grader.errors import EngineError

TYPES = ("VerifiableCredential", "OpenBadgeCredential")
KNOWN_EXAMPLE = "Known example: the submission equals an example that ships with its assignment."
DEMO_SENTENCE = "DEMO: issued for demonstration. It certifies nothing about anybody."


def write(claim: Claim) -> dict[str, Any]:
    """Return the credential that says what the claim says, without a proof.

    Raises:
        EngineError: the claim cannot be written; says everything that is wrong with it.
    """
    try:
        wrong = faults(claim)
        for what, text in (("awarded", claim.awarded), ("valid_from", claim.valid_from)):
            instant(text, what)
        if claim.valid_until and instant(claim.valid_until, "valid_until") <= instant(claim.valid_from, "valid_from"):
            wrong.append("valid_until is not after valid_from")
    except Refused as refusal:
        raise EngineError(f"the claim {claim.id} cannot be certified: {refusal}") from refusal
    if wrong:
        raise EngineError(f"the claim {claim.id} cannot be certified: {'; '.join(wrong)}")
    return _document(claim)


def read(document: Mapping[str, Any]) -> Claim:
    """Return the claim that a credential of ours makes.

    Args:
        document: without its proof.

    Raises:
        Refused: it is not in the form in which `write` writes.
    """
    try:
        claim = claim_in(document)
        same = not faults(claim) and _document(claim) == document
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        same = False
    if not same:
        raise Refused("the credential is not in the form of this engine's certificates, so not all of it can be shown")
    return claim


def _document(claim: Claim) -> dict[str, Any]:
    demo = claim.issuer.is_demo
    return {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": claim.id,
        "type": list(TYPES),
        "name": ("DEMO: " if demo else "") + claim.skill.name,
        **({"description": DEMO_SENTENCE} if demo else {}),
        "issuer": {
            "id": claim.issuer.did,
            "type": ["Profile"],
            "name": claim.issuer.name,
            **({"url": claim.issuer.url} if claim.issuer.url else {}),
        },
        "awardedDate": claim.awarded,
        "validFrom": claim.valid_from,
        **({"validUntil": claim.valid_until} if claim.valid_until else {}),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": _identifiers(claim.learner),
            "achievement": _achievement(claim),
            "result": _results(claim),
        },
        "evidence": _evidence(claim),
        **({"credentialStatus": _status(claim.status)} if claim.status else {}),
    }


def _identifiers(learner: Learner) -> list[dict[str, Any]]:
    return [
        {"type": "IdentityObject", "hashed": False, "identityHash": learner.name, "identityType": "name"},
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": learner.identity_hash,
            "identityType": learner.identifier_type,
            "salt": learner.salt,
        },
    ]


def _achievement(claim: Claim) -> dict[str, Any]:
    skill, result = claim.skill, claim.result
    return {
        "id": skill.id,
        "type": ["Achievement"],
        "achievementType": "Competency",
        "name": skill.name,
        "description": skill.description,
        "criteria": {
            "narrative": f"At least {result.pass_mark} of {result.possible} points in the assignment "
            f"“{claim.assignment}”, by the criteria below, judged by tests that the learner's code could not see."
        },
        "resultDescription": [
            {
                "id": f"{skill.id}#level",
                "type": ["ResultDescription"],
                "name": "Level",
                "resultType": "RubricCriterionLevel",
                "rubricCriterionLevel": [
                    {"id": f"{skill.id}#level-{one.id}", "type": ["RubricCriterionLevel"], "name": one.name}
                    for one in skill.levels
                ],
            },
            {
                "id": f"{_rubric(claim)}#points",
                "type": ["ResultDescription"],
                "name": "Points",
                "resultType": "RawScore",
                "requiredValue": result.pass_mark,
                "valueMax": result.possible,
                "valueMin": "0",
            },
            *(_criterion(claim, one) for one in result.criteria),
        ],
    }


def _criterion(claim: Claim, one: CriterionResult) -> dict[str, Any]:
    name = f"{_rubric(claim)}#criterion-{one.id}"
    level = {"id": f"{name}-{one.outcome}", "type": ["RubricCriterionLevel"], "name": one.outcome}
    return {
        "id": name,
        "type": ["ResultDescription"],
        "name": one.title,
        "resultType": "RubricCriterion",
        "rubricCriterionLevel": [level],
        "valueMax": one.weight,
        "valueMin": "0",
    }


def _results(claim: Claim) -> list[dict[str, Any]]:
    skill, rubric = claim.skill, _rubric(claim)
    level = {"resultDescription": f"{skill.id}#level", "achievedLevel": f"{skill.id}#level-{skill.level}"}
    points = {"resultDescription": f"{rubric}#points", "value": claim.result.points, "status": "Completed"}
    criteria = [
        {
            "resultDescription": f"{rubric}#criterion-{one.id}",
            "achievedLevel": f"{rubric}#criterion-{one.id}-{one.outcome}",
            "value": one.points,
        }
        for one in claim.result.criteria
    ]
    return [{"type": ["Result"], **one} for one in (level, points, *criteria)]


def _evidence(claim: Claim) -> list[dict[str, Any]]:
    evidence = claim.evidence
    texts = {
        "submission": {"description": KNOWN_EXAMPLE} if evidence.known_example else {},
        "pack": {"audience": PUBLIC if evidence.pack_is_public else PRIVATE},
        "engine": {"name": f"grader {evidence.engine_version}"},
    }
    digests = [
        {"id": urn(genre, getattr(evidence, field)), "type": ["Evidence"], "genre": genre, "name": name}
        | texts.get(genre, {})
        for genre, field, name in DIGESTS
    ]
    return [
        {"type": ["Evidence"], "genre": "course", "name": claim.course},
        {"type": ["Evidence"], "genre": "assignment", "name": claim.assignment},
        *digests,
    ]


def _status(entry: StatusEntry) -> dict[str, Any]:
    return {
        "id": f"{entry.list_id}#{entry.index}",
        "type": "BitstringStatusListEntry",
        "statusListCredential": entry.list_id,
        "statusListIndex": str(entry.index),
        "statusPurpose": "revocation",
    }


def _rubric(claim: Claim) -> str:
    return urn("rubric", claim.evidence.rubric)
