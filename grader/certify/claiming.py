"""From a report to the claim that is signed: nothing is judged here, and nothing rounded but to print it."""

from __future__ import annotations

import hashlib
import hmac
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from grader.credential.claim import CriterionResult, Evidence, Level, Result
from grader.credential.claim import Skill as ClaimedSkill
from grader.model import CriterionScore, Report
from grader.model.roadmap import Skill, SkillLevel

_PLACES = Decimal("0.01")
_SUBJECT = b"grader/subject/1\n"


def subject_of(secret: bytes, learner: str) -> str:
    """Return a learner's name in private parts of the ledger: only who has the installation secret can connect it."""
    return "hmac-sha256:" + hmac.new(secret, _SUBJECT + learner.encode(), hashlib.sha256).hexdigest()


def claimed_skill(skill: Skill, level: SkillLevel) -> ClaimedSkill:
    """Return a skill and the level that was reached, as a certificate names them."""
    levels = tuple(Level(id=one.id, name=one.name) for one in skill.levels)
    return ClaimedSkill(
        id=f"urn:grader:skill:{skill.id}",
        name=skill.name,
        description=skill.description,
        levels=levels,
        level=level.id,
    )


def result_of(report: Report) -> Result:
    """Return the points of a report as decimals, to two places."""
    return Result(
        points=decimal(report.score.earned),
        possible=decimal(report.score.possible),
        pass_mark=decimal(report.score.pass_mark),
        criteria=tuple(
            CriterionResult(
                id=one.id,
                title=one.title,
                weight=decimal(one.possible),
                points=decimal(one.earned),
                outcome=_outcome(one),
            )
            for one in report.criteria
        ),
    )


def evidence_of(report: Report, *, pack_is_public: bool, known_example: bool) -> Evidence:
    """Return the digests of a report."""
    pins = report.pins
    return Evidence(
        submission=pins.submission,
        pack=pins.pack,
        pack_is_public=pack_is_public,
        rubric=pins.rubric,
        recipe=pins.recipe,
        proctor_recipe=pins.proctor_recipe,
        engine=pins.engine_digest,
        engine_version=pins.engine,
        findings=report.findings_digest,
        report=report.report_digest,
        known_example=known_example,
    )


def decimal(number: Fraction) -> str:
    """Return a number as decimal text, rounded half up to two places, without a tail of zeros."""
    rounded = (Decimal(number.numerator) / Decimal(number.denominator)).quantize(_PLACES, ROUND_HALF_UP)
    whole, _, rest = f"{rounded:f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def _outcome(one: CriterionScore) -> str:
    """Return how a criterion ended in the three words that a certificate has."""
    if one.outcome == "PASSED":
        return "PASSED"
    return "PARTIAL" if one.earned else "FAILED"
