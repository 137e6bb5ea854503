"""A certificate's claim for the tests, made up and the same every time: Ada Lovelace sorts."""

from __future__ import annotations

import hashlib
from typing import Any

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

LEVELS = (Level(id="1", name="Can follow"), Level(id="2", name="Can do"), Level(id="3", name="Can teach"))
DIGESTS = ("submission", "pack", "rubric", "recipe", "proctor_recipe", "engine", "findings", "report")


def digest(what: str) -> str:
    """Return a digest that is unlike every other."""
    return "sha256:" + hashlib.sha256(what.encode()).hexdigest()


def ada(issued: str, *, issuer: Issuer, status: StatusEntry | None, **changes: Any) -> Claim:
    """Return what an issuer says of Ada, with changes."""
    theirs: dict[str, Any] = {
        "id": "urn:uuid:0192a6f0-5b7c-7c3e-8a54-3f1d2b9c4e77",
        "learner": identified("Ada Lovelace", "ada@school.example", "emailAddress", bytes(range(16))),
        "skill": Skill(
            id="urn:grader:skill:algorithms/sorting",
            name="Sorting and searching",
            description="Writes and analyses sorting and searching algorithms.",
            levels=LEVELS,
            level="2",
        ),
        "course": "Algorithms, autumn 2026",
        "assignment": "Sorting and searching",
        "result": Result(
            points="7.6",
            possible="10",
            pass_mark="6",  # noqa: S106 - points, no password
            criteria=(
                CriterionResult(id="sort", title="Sorts any list", weight="5.5", points="5.5", outcome="PASSED"),
                CriterionResult(id="search", title="Finds “any” item", weight="4.5", points="2.1", outcome="PARTIAL"),
            ),
        ),
        "evidence": Evidence(pack_is_public=False, engine_version="0.1.0", **{name: digest(name) for name in DIGESTS}),
        "awarded": issued,
        "valid_from": issued,
    }
    return Claim(issuer=issuer, status=status, **(theirs | changes))
