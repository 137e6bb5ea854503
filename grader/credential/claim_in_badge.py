"""Where each part of a claim stands in an Open Badge, for reading it back.

It reads what it needs and looks at nothing else: `open_badge.read` writes what was read again, and compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.credential.claim import Claim, CriterionResult, Evidence, Issuer, Learner, Level, Result, Skill, StatusEntry

PUBLIC, PRIVATE = "public", "private"
DIGESTS = (
    ("submission", "submission", "The learner's files"),
    ("pack", "pack", "Assignment and hidden tests"),
    ("rubric", "rubric", "Rubric"),
    ("recipe", "recipe", "Recipe of the box"),
    ("proctor-recipe", "proctor_recipe", "Recipe of the proctor"),
    ("engine", "engine", ""),
    ("findings", "findings", "Findings: what repeats when graded again"),
    ("report", "report", "Report"),
)
"""Genre of each evidence, its field in `Evidence`, and its name."""


def urn(genre: str, digest: str) -> str:
    """Return the `id` of an evidence: what it is, and its digest."""
    return f"urn:grader:{genre}:{digest}"


def claim_in(document: Mapping[str, Any]) -> Claim:
    """Return the claim that a document seems to make, by the members that should be there; nothing else is looked at.

    Raises:
        AttributeError, IndexError, KeyError, TypeError, ValueError: a member is not there, or is of another kind.
    """
    subject, issuer, entry = document["credentialSubject"], document["issuer"], document.get("credentialStatus")
    name, identity = subject["identifier"]
    by_genre = {one["genre"]: one for one in document["evidence"]}
    digests = {field: by_genre[genre]["id"].partition(f"urn:grader:{genre}:")[2] for genre, field, _ in DIGESTS}
    return Claim(
        id=document["id"],
        issuer=Issuer(did=issuer["id"], name=issuer["name"], url=issuer.get("url", "")),
        learner=Learner(
            name=name["identityHash"],
            identity_hash=identity["identityHash"],
            salt=identity["salt"],
            identifier_type=identity["identityType"],
        ),
        skill=_skill(subject),
        course=by_genre["course"]["name"],
        assignment=by_genre["assignment"]["name"],
        result=_result(subject),
        evidence=Evidence(
            **digests,
            pack_is_public=by_genre["pack"]["audience"] == PUBLIC,
            engine_version=by_genre["engine"]["name"].removeprefix("grader "),
            known_example="description" in by_genre["submission"],
        ),
        awarded=document["awardedDate"],
        valid_from=document["validFrom"],
        valid_until=document.get("validUntil", ""),
        status=StatusEntry(list_id=entry["statusListCredential"], index=int(entry["statusListIndex"]))
        if entry
        else None,
    )


def _skill(subject: Mapping[str, Any]) -> Skill:
    achievement = subject["achievement"]
    prefix = f"{achievement['id']}#level-"
    levels = achievement["resultDescription"][0]["rubricCriterionLevel"]
    return Skill(
        id=achievement["id"],
        name=achievement["name"],
        description=achievement["description"],
        levels=tuple(Level(id=one["id"].removeprefix(prefix), name=one["name"]) for one in levels),
        level=subject["result"][0]["achievedLevel"].removeprefix(prefix),
    )


def _result(subject: Mapping[str, Any]) -> Result:
    points, *criteria = subject["achievement"]["resultDescription"][1:]
    earned, *results = subject["result"][1:]
    return Result(
        points=earned["value"],
        possible=points["valueMax"],
        pass_mark=points["requiredValue"],
        criteria=tuple(
            CriterionResult(
                id=one["id"].partition("#criterion-")[2],
                title=one["name"],
                weight=one["valueMax"],
                points=result["value"],
                outcome=one["rubricCriterionLevel"][0]["name"],
            )
            for one, result in zip(criteria, results, strict=True)
        ),
    )
