"""What must hold of an assignment beyond the types of its keys: names, files, limits."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from grader.catalog import build_rules
from grader.catalog.sheet import Sheet
from grader.catalog.wording import KeyPath, shown
from grader.model import ARTEFACTS, Assignment, Limits, TestLimits

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FAMILY = re.compile(r"[a-z][a-z0-9-]*")
_SKILL = re.compile(r"[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)*")
_SAFE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")
_LONGEST_NAME, _MOST_FILES = 120, 50
_TAKEN = sys.stdlib_module_names | {"grader_runner", "__init__", "__main__"}
_OF_AN_APP, _APP = ("service", "streamlit", "gradio"), "app.py"
_CEILINGS: dict[str, float] = {
    "cpu_seconds": 600,
    "wall_seconds": 3600,
    "memory_mb": 16 * 1024,
    "processes": 1024,
    "output_kb": 64 * 1024,
    "disk_mb": 4 * 1024,
}


def about_slug(folder: Path, slug: str) -> list[str]:
    """Return what is wrong with the folder's own name."""
    if SLUG.fullmatch(slug):
        return []
    return [f"{folder}: found the folder name {shown(slug)}; expected small letters, digits and single hyphens"]


def look(sheet: Sheet, assignment: Assignment) -> None:
    """Write down everything that is wrong with `assignment`."""
    for key in ("title", "summary", "draft"):
        text = getattr(assignment, key)
        if not text.isprintable() or (key == "title" and not text.strip()):
            sheet.problem((key,), f"found {shown(text)}; expected one line of text")
    if not _SKILL.fullmatch(assignment.skill):
        sheet.problem(("skill",), f'found {shown(assignment.skill)}; expected a node such as "algorithms/sorting"')
    for key in ("family", "proctor_family"):
        name = getattr(assignment, key)
        if not _FAMILY.fullmatch(name):
            sheet.problem((key,), f'found {shown(name)}; expected an image family such as "python-core"')
    if assignment.seed_epoch < 1:
        sheet.problem(("seed_epoch",), f"found {assignment.seed_epoch}; expected 1 or more")
    about_limits(sheet, ("limits",), assignment.limits)
    about_limits(sheet, ("judging",), assignment.judging)
    about_limits(sheet, ("build",), assignment.build)
    build_rules.look(sheet, assignment)
    _look_at_files(sheet, assignment)


def about_limits(sheet: Sheet, path: KeyPath, limits: Limits | TestLimits) -> None:
    """Write down limits that are not positive, or larger than any honest exercise needs."""
    for key, ceiling in _CEILINGS.items():
        value = getattr(limits, key, None)
        if value is not None and not 0 < value <= ceiling:
            sheet.problem((*path, key), f"found {value}; expected more than 0 and at most {ceiling}")


def _look_at_files(sheet: Sheet, assignment: Assignment) -> None:
    """Write down what is wrong with the names of files and with their set."""
    names = [*assignment.files, *assignment.optional_files]
    for key in ("files", "optional_files"):
        for at, name in enumerate(getattr(assignment, key)):
            problem = _about_name(name)
            if problem:
                sheet.problem((key, at), f"found {shown(name)}; {problem}")
    if len(names) > _MOST_FILES:
        sheet.problem(("files",), f"found {len(names)} names; expected at most {_MOST_FILES}")
    for name in sorted({name for name in names if names.count(name) > 1}):
        sheet.problem(("files",), f"found {shown(name)} twice; expected each name once")
    for name in names:
        for parent in PurePosixPath(name).parents:
            if str(parent) in names:
                sheet.problem(("files",), f"found {shown(str(parent))} both as a file and as a folder of {shown(name)}")
    _look_at_kind(sheet, assignment.kind, assignment.files, assignment.optional_files)


def _look_at_kind(sheet: Sheet, kind: str, files: Sequence[str], optional: Sequence[str]) -> None:
    """Write down files that do not suit the kind."""
    notebooks = [name for name in files if name.endswith(".ipynb")]
    if kind == "notebook" and (len(files) != 1 or len(notebooks) != 1):
        sheet.problem(("files",), f"found {len(files)} files, {len(notebooks)} of them .ipynb; expected one, an .ipynb")
    if kind == "written" and not all(name.endswith(".md") for name in files):
        sheet.problem(("files",), 'found a file that is no .md; expected Markdown only for kind "written"')
    if kind == "artefact" and not any(name.endswith(ARTEFACTS) for name in files):
        expected = f'expected at least one of {", ".join(ARTEFACTS)} for kind "artefact"'
        sheet.problem(("files",), f"found no model among the files; {expected}")
    if kind in {"module", "patch"} and not any(name.endswith(".py") for name in files):
        sheet.problem(("files",), f'found no .py file; expected at least one for kind "{kind}"')
    if kind in _OF_AN_APP and _APP not in files:
        sheet.problem(("files",), f"found no {_APP}; expected it among them for kind {shown(kind)}")
    for at, name in enumerate(optional):
        if name.endswith(".ipynb"):
            sheet.problem(("optional_files", at), f"found {shown(name)}; a notebook cannot be optional")


def _about_name(name: str) -> str:
    """Return what is wrong with a submission's file name, or nothing.

    Python imports what lies nearest: a learner's `json.py` would become everybody's `json` in the box.
    """
    if not _SAFE_NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        return (
            "expected a relative path of ASCII letters, digits, `_`, `-`, `.` and `/`, "
            f"no part beginning with a dot, at most {_LONGEST_NAME} characters"
        )
    path = PurePosixPath(name)
    if not path.suffix:
        return "expected a name with an ending, such as .py or .ipynb"
    if path.suffix != ".py":
        return ""
    modules = [*path.parts[:-1], path.stem]
    for module in modules:
        if not module.isidentifier() or keyword.iskeyword(module):
            return f"{shown(module)} cannot be imported; expected a Python name"
    if modules[0] in _TAKEN:
        return f"it would hide the module {modules[0]} of the runner or the standard library; choose another name"
    return ""
