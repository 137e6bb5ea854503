"""Where packs lie: found by name in folders of packs.

A root is a folder `assignments` with `rubrics` beside it, as in this repository, or a folder of packs that each carry
a `rubric.toml` of their own, as an instructor keeps them in private.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.catalog.tree import is_file
from grader.catalog.wording import nearest, shown
from grader.errors import AuthorError, UsageError

ASSIGNMENT, RUBRIC = "assignment.toml", "rubric.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a pack lies.

    Attributes:
        slug: its name.
        folder: its files.
        rubric: how it is judged, beside it or in it.
    """

    slug: str
    folder: Path
    rubric: Path


def slugs(roots: Iterable[Path]) -> tuple[str, ...]:
    """Return the names of all packs in `roots`, in order."""
    roots = tuple(dict.fromkeys(roots))
    return tuple(sorted({name for root in roots for name in _names_in(root) if _is_a_pack(root / name)}))


def find(slug: str, roots: Iterable[Path]) -> Place:
    """Return where the pack `slug` lies.

    Raises:
        UsageError: there is none of this name.
        AuthorError: there are two, or it has no rubric, or two.
    """
    roots = tuple(dict.fromkeys(roots))
    folders = [root / slug for root in roots if slug in _names_in(root) and _is_a_pack(root / slug)]
    if not folders:
        raise UsageError(f"there is no assignment {shown(slug)}; {nearest(slug, slugs(roots))}")
    if len(folders) > 1:
        places = " and ".join(map(str, folders))
        raise AuthorError(f"two packs are called {slug}: {places}; expected one: rename or remove the other")
    return Place(slug=slug, folder=folders[0], rubric=_rubric_of(folders[0]))


def _names_in(root: Path) -> list[str]:
    """Return the names in a root, dot files left out."""
    try:
        return [name for name in os.listdir(root) if not name.startswith(".")]  # noqa: PTH208 - only the names
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(f"{root}: there is no such folder of assignments") from error
    except OSError as error:
        raise UsageError(f"{root}: cannot be read: {error.strerror}") from error


def _is_a_pack(folder: Path) -> bool:
    """Whether a folder holds an `assignment.toml`, or may not be looked into: whoever asks for that one is told."""
    try:
        return is_file(folder / ASSIGNMENT)
    except AuthorError:
        return True


def _rubric_of(folder: Path) -> Path:
    """Return the one rubric of a pack."""
    own = folder / RUBRIC
    beside = folder.parent.parent / "rubrics" / f"{folder.name}.toml"
    candidates = [own, beside] if folder.parent.name == "assignments" else [own]
    found = [path for path in candidates if is_file(path)]
    if len(found) > 1:
        raise AuthorError(f"{own}: found a second rubric, beside {beside}; expected one: remove either")
    if not found:
        raise AuthorError(f"{candidates[-1]}: is missing; expected the rubric of {folder.name}")
    if found[0].is_symlink():
        raise AuthorError(f"{found[0]}: found a link; expected a file: copy it here")
    return found[0]
