"""Where a learner stands on the roadmap: the best of their passed attempts, what is certified, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from grader.model import Report, State
from grader.model.roadmap import Roadmap, Skill, SkillLevel, Track, assignments_of, level_reached
from grader.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillStanding:
    """A skill of one learner.

    Attributes:
        id: of the skill.
        name: of the skill.
        level: id of the highest level that a passed attempt reached; empty for none.
        level_name: its name.
        certified: whether an attempt at the skill has a certificate that is in force.
        missing: what would earn the next level; empty at the highest.
    """

    id: str
    name: str
    level: str
    level_name: str
    certified: bool
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackStanding:
    """A track of one learner.

    Attributes:
        id: of the track.
        name: of the track.
        missing: each skill and level that is not there yet.
    """

    id: str
    name: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """All of it.

    Attributes:
        learner: who.
        skills: in the roadmap's order.
        tracks: likewise.
    """

    learner: str
    skills: tuple[SkillStanding, ...]
    tracks: tuple[TrackStanding, ...]


def standing_of(learner: str, roadmap: Roadmap, store: Store) -> Progress:
    """Return where a learner stands, by what the store holds of them; attempts under the published secret are none."""
    certified = {one.attempt for one in store.certificates.of_learner(learner) if one.is_in_force}
    skills = tuple(_standing(skill, learner, store, certified) for skill in roadmap.skills)
    reached = {one.id: one.level for one in skills}
    tracks = (_track(track, roadmap, reached) for track in roadmap.tracks)
    return Progress(learner=learner, skills=skills, tracks=tuple(tracks))


def _standing(skill: Skill, learner: str, store: Store, certified: set[str]) -> SkillStanding:
    best, sealed = -1, False
    for assignment in assignments_of(skill):
        for attempt in store.attempts(learner, assignment):
            if attempt.state is not State.GRADED:
                continue
            sealed = sealed or attempt.id in certified
            level = _reached(skill, store.report(attempt.id))
            best = max(best, skill.levels.index(level) if level else -1)
    level = skill.levels[best] if best >= 0 else None
    following = skill.levels[best + 1] if best + 1 < len(skill.levels) else None
    return SkillStanding(
        id=skill.id,
        name=skill.name,
        level=level.id if level else "",
        level_name=level.name if level else "",
        certified=sealed,
        missing=_asked(following) if following else "",
    )


def _reached(skill: Skill, report: Report) -> SkillLevel | None:
    if not report.passed or report.pins.published_secret or not report.score.possible:
        return None
    return level_reached(skill, report.assignment, report.score.earned / report.score.possible)


def _asked(level: SkillLevel) -> str:
    """Return what earns a level, for a person."""
    ways = (f"{one.assignment} with {_percent(one.share)}" for one in level.earned_by)
    return f"{level.name} ({level.id}) by " + " or ".join(ways)


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.4g} % of the points" if share else "its pass mark"


def _track(track: Track, roadmap: Roadmap, reached: dict[str, str]) -> TrackStanding:
    skills = {skill.id: skill for skill in roadmap.skills}
    missing = []
    for need in track.needs:
        levels = [level.id for level in skills[need.skill].levels]
        has = reached[need.skill]
        if not has or levels.index(has) < levels.index(need.level):
            missing.append(f"{skills[need.skill].name} at level {need.level}")
    return TrackStanding(id=track.id, name=track.name, missing=tuple(missing))
