"""The roadmap: skills with their levels, what earns them, and tracks, which need several."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Earning:
    """What earns a level.

    Attributes:
        assignment: slug.
        share: share of the points that is needed, as a decimal text such as "0.95"; 0 is the pass mark.
    """

    assignment: str
    share: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillLevel:
    """One level of a skill.

    Attributes:
        id: short name, unique within the skill.
        name: as a person reads it.
        earned_by: assignments, any one of which is enough.
    """

    id: str
    name: str
    earned_by: tuple[Earning, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """A node of the roadmap.

    Attributes:
        id: as assignments name it, such as `algorithms/sorting`.
        name: as a person reads it.
        description: a sentence.
        levels: from low to high; whoever has one has those below.
    """

    id: str
    name: str
    description: str
    levels: tuple[SkillLevel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A skill that a track needs.

    Attributes:
        skill: its id.
        level: the id of the level that is needed at least.
    """

    skill: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Skills that together make a trade.

    Attributes:
        id: short name.
        name: as a person reads it.
        needs: all of them.
    """

    id: str
    name: str
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roadmap:
    """All skills and tracks there are (`skills.toml`).

    Attributes:
        skills: in the order in which they are shown.
        tracks: likewise.
    """

    skills: tuple[Skill, ...] = ()
    tracks: tuple[Track, ...] = ()

    def skill_of(self, assignment: str) -> Skill | None:
        """Return the skill that an assignment can earn; there is one at most."""
        return next((one for one in self.skills if assignment in assignments_of(one)), None)


def assignments_of(skill: Skill) -> tuple[str, ...]:
    """Return every assignment that earns some level of a skill, in order."""
    return tuple(dict.fromkeys(one.assignment for level in skill.levels for one in level.earned_by))


def level_reached(skill: Skill, assignment: str, share: Fraction) -> SkillLevel | None:
    """Return the highest level that a passed attempt earns.

    Args:
        skill: which.
        assignment: that was passed.
        share: of its points that was earned, 0 to 1.
    """
    reached = [
        level
        for level in skill.levels
        if any(one.assignment == assignment and share >= one.share for one in level.earned_by)
    ]
    return reached[-1] if reached else None
