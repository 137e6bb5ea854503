"""The roadmap as packs are kept: a `skills.toml` in each folder of packs, all of them one roadmap.

Read as strictly as a pack: a certificate will name these skills for years, so a misspelt assignment or level is found
here, with its line, and not when somebody has earned it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

from grader.catalog.place import slugs
from grader.catalog.sheet import MAX_TOML, Sheet, read, settle
from grader.catalog.strict import fill
from grader.catalog.wording import KeyPath, nearest, shown
from grader.errors import AuthorError
from grader.model.roadmap import Roadmap, Skill, Track, assignments_of

SKILLS = "skills.toml"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}(/[a-z0-9][a-z0-9-]{0,59}){0,4}")
_SHORT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_LONGEST_LINE = 200


def roadmap(roots: Iterable[Path]) -> Roadmap:
    """Return the skills and tracks of all folders of packs; those without a `skills.toml` have none.

    Raises:
        AuthorError: with every problem of these files, each with its line and key.
        UsageError: a folder is not there.
    """
    folders = list(dict.fromkeys(roots))
    known = slugs(folders)
    read_ones = [(sheet, found) for sheet, found in map(_read, folders) if sheet is not None]
    settle(problem for sheet, _ in read_ones for problem in sheet.problems)
    whole = Roadmap(
        skills=tuple(skill for _, found in read_ones for skill in found.skills),
        tracks=tuple(track for _, found in read_ones for track in found.tracks),
    )
    for sheet, found in read_ones:
        _look_at_skills(sheet, found.skills, whole, known)
        _look_at_tracks(sheet, found.tracks, whole)
    settle(problem for sheet, _ in read_ones for problem in sheet.problems)
    return whole


def _read(root: Path) -> tuple[Sheet | None, Roadmap]:
    path = root / SKILLS
    try:
        with path.open("rb") as file:
            content = file.read(MAX_TOML + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None, Roadmap()
    except OSError as error:
        raise AuthorError(f"{path}: cannot be read: {error.strerror}") from error
    sheet = read(str(path), content)
    return sheet, (fill(sheet, Roadmap) if sheet.table else None) or Roadmap()


def _look_at_skills(sheet: Sheet, skills: Sequence[Skill], whole: Roadmap, known: Sequence[str]) -> None:
    for at, skill in enumerate(skills):
        path: KeyPath = ("skills", at)
        if not _ID.fullmatch(skill.id):
            sheet.problem((*path, "id"), f'found {shown(skill.id)}; expected a node such as "algorithms/sorting"')
        if [one.id for one in whole.skills].count(skill.id) > 1:
            sheet.problem((*path, "id"), f"found {shown(skill.id)} twice; expected one skill of this name")
        _look_at_lines(sheet, path, {"name": skill.name, "description": skill.description})
        _look_at_levels(sheet, path, skill, known)
        for slug in assignments_of(skill):
            others = [one.id for one in whole.skills if slug in assignments_of(one) and one is not skill]
            if others:
                what = f"found the assignment {shown(slug)}, which {others[0]} has too; expected one skill for each"
                sheet.problem((*path, "levels"), what)


def _look_at_levels(sheet: Sheet, of: KeyPath, skill: Skill, known: Sequence[str]) -> None:
    ids = [level.id for level in skill.levels]
    if not ids:
        sheet.problem((*of, "levels"), "found none; expected one level or more, from low to high")
    for number, level in enumerate(skill.levels):
        path: KeyPath = (*of, "levels", number)
        if not _SHORT.fullmatch(level.id) or ids.count(level.id) > 1:
            sheet.problem((*path, "id"), f"found {shown(level.id)}; expected a short name that no other level has")
        _look_at_lines(sheet, path, {"name": level.name})
        if not level.earned_by:
            sheet.problem((*path, "earned_by"), "found none; expected one assignment or more")
        for at, earning in enumerate(level.earned_by):
            if earning.assignment not in known:
                hint = nearest(earning.assignment, known)
                where = (*path, "earned_by", at, "assignment")
                sheet.problem(where, f"found {shown(earning.assignment)}, which is no assignment; {hint}")
            if not 0 <= earning.share <= Fraction(1):
                sheet.problem((*path, "earned_by", at, "share"), f"found {earning.share}; expected a share from 0 to 1")


def _look_at_tracks(sheet: Sheet, tracks: Sequence[Track], whole: Roadmap) -> None:
    skills = {skill.id: skill for skill in whole.skills}
    for at, track in enumerate(tracks):
        path: KeyPath = ("tracks", at)
        if not _SHORT.fullmatch(track.id) or [one.id for one in whole.tracks].count(track.id) > 1:
            sheet.problem((*path, "id"), f"found {shown(track.id)}; expected a short name that no other track has")
        _look_at_lines(sheet, path, {"name": track.name})
        for number, need in enumerate(track.needs):
            where: KeyPath = (*path, "needs", number)
            skill = skills.get(need.skill)
            if skill is None:
                hint = nearest(need.skill, skills)
                sheet.problem((*where, "skill"), f"found {shown(need.skill)}, which is no skill; {hint}")
            elif need.level not in [level.id for level in skill.levels]:
                hint = nearest(need.level, [level.id for level in skill.levels])
                sheet.problem((*where, "level"), f"found {shown(need.level)}, which is no level of {skill.id}; {hint}")


def _look_at_lines(sheet: Sheet, path: KeyPath, lines: dict[str, str]) -> None:
    for key, text in lines.items():
        if not text.strip() or not text.isprintable() or len(text) > _LONGEST_LINE:
            what = f"found {shown(text)}; expected one line of text, at most {_LONGEST_LINE} letters"
            sheet.problem((*path, key), what)
