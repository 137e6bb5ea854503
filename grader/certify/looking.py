"""The look at an attempt before it is certified, without keys: what speaks against it, and what it would earn."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from grader import catalog, intake
from grader.certify.grounds import NotCertifiable, grounds
from grader.certify.syntax import example_of
from grader.model import Attempt, Report
from grader.model.roadmap import Skill, SkillLevel, level_reached
from grader.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An attempt that nothing speaks against.

    Attributes:
        attempt: it.
        report: its newest.
        skill: that it earns.
        level: of that skill.
        example: which known example it is, or empty.
    """

    attempt: Attempt
    report: Report
    skill: Skill
    level: SkillLevel
    example: str


def look(store: Store, roots: tuple[Path, ...], attempt_id: str, *, demo: bool, unconfirmed: bool = False) -> Looked:
    """Return what an attempt would earn, unless anything speaks against it.

    Args:
        store: of the installation.
        roots: folders of packs, the shipped one first.
        attempt_id: which.
        demo: for an issuer who may certify known examples.
        unconfirmed: what was graded in a cell is let pass, since it will be graded again in boxes of its own.

    Raises:
        NotCertifiable: something speaks against it; the message names every reason.
        UsageError: there is no such attempt, no report of it, or its pack is not here.
    """
    attempt, submission = store.handed_in(attempt_id)
    report = store.report(attempt_id)
    reasons = list(grounds(attempt, report, unconfirmed=unconfirmed))
    skill = catalog.roadmap(roots).skill_of(attempt.assignment)
    level = level_reached(skill, attempt.assignment, _share(report)) if skill else None
    if skill is None:
        reasons.append(f"no skill of the roadmap is earned by {attempt.assignment}: name it in a skills.toml")
    elif level is None:
        reasons.append(f"it earned {report.score.earned} points, fewer than the lowest level of {skill.id} asks for")
    pack = catalog.load(attempt.assignment, roots)
    examples = {
        one.name: intake.program_of(one.files, pack.assignment, pack.data)
        for one in catalog.examples(attempt.assignment, roots)
    }
    example = example_of(intake.without_message(submission.files), examples)
    if example is None:
        reasons.append("its files cannot be parsed, so nobody can tell whether they are a known example")
    elif example and not demo:
        reasons.append(f"it is a known example: the same program as examples/{example} of its pack; hand in your own")
    if reasons or skill is None or level is None:
        raise NotCertifiable("\n".join(["this attempt cannot be certified:", *(f"- {one}" for one in reasons)]))
    return Looked(attempt=attempt, report=report, skill=skill, level=level, example=example or "")


def _share(report: Report) -> Fraction:
    return report.score.earned / report.score.possible if report.score.possible else Fraction(0)
