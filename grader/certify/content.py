"""What is signed in a certificate, line by line: the same lines in every place where one is shown.

A page that says "valid" and shows other words than those that were signed is how edited certificates pass. So each
field of a `Claim` has its line here, and a test changes each field and looks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.credential.claim import Claim, Evidence


@dataclass(frozen=True, slots=True)
class Line:
    """One line that was signed.

    Attributes:
        label: what it is.
        value: as it was signed.
    """

    label: str
    value: str


def lines_of(claim: Claim) -> tuple[Line, ...]:
    """Return every line of a certificate, in the order in which a person asks."""
    return tuple(_lines(claim))


def _lines(claim: Claim) -> Iterator[Line]:
    yield Line("certificate", claim.id)
    yield Line("issuer", claim.issuer.name)
    yield Line("issuer's identity", claim.issuer.did)
    if claim.issuer.url:
        yield Line("issuer's page", claim.issuer.url)
    yield Line("learner", claim.learner.name)
    yield Line(f"learner's {claim.learner.identifier_type}", f"{claim.learner.identity_hash} salt {claim.learner.salt}")
    yield Line("skill", claim.skill.name)
    yield Line("skill's identity", claim.skill.id)
    yield Line("what it is", claim.skill.description)
    yield Line("level", f"{_level(claim)} ({claim.skill.level})")
    yield Line("of the levels", ", ".join(f"{one.name} ({one.id})" for one in claim.skill.levels))
    yield Line("course", claim.course)
    yield Line("assignment", claim.assignment)
    result = claim.result
    yield Line("points", f"{result.points} of {result.possible}; {result.pass_mark} to pass")
    for one in result.criteria:
        yield Line(f"criterion {one.id}", f"{one.title}: {one.points} of {one.weight}, {one.outcome}")
    yield from _evidence(claim.evidence)
    yield Line("awarded", claim.awarded)
    yield Line("valid from", claim.valid_from)
    yield Line("valid until", claim.valid_until or "for ever")
    status = claim.status
    yield Line("revocation is told in", f"{status.list_id}, bit {status.index}" if status else "no list")


def _level(claim: Claim) -> str:
    return next((one.name for one in claim.skill.levels if one.id == claim.skill.level), "")


def _evidence(evidence: Evidence) -> Iterator[Line]:
    yield Line("submission", evidence.submission)
    yield Line("known example", "yes: it equals one that ships with its assignment" if evidence.known_example else "no")
    yield Line("tests", "public: anybody could have read them" if evidence.pack_is_public else "private")
    yield Line("pack", evidence.pack)
    yield Line("rubric", evidence.rubric)
    yield Line("recipe of the box", evidence.recipe)
    yield Line("recipe of the proctor", evidence.proctor_recipe)
    yield Line("engine", f"grader {evidence.engine_version}, {evidence.engine}")
    yield Line("findings", evidence.findings)
    yield Line("report", evidence.report)
