"""What must hold of an assignment that is built, and of the checks that can be asked of one."""

from __future__ import annotations

import re

from grader.catalog.sheet import Sheet
from grader.catalog.wording import shown
from grader.model import Assignment, Build, Rubric, Tests

ENDINGS = {"cpp": (".cpp", ".hpp", ".h"), "java": (".java",)}
"""Of the kinds that are built, what files of theirs end with."""
_CLASS = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)
_LARGEST_HEAP = 4096


def look(sheet: Sheet, assignment: Assignment) -> None:
    """Write down what is wrong with an assignment's build, and a build where there is none."""
    kind, build = assignment.kind, assignment.build
    if kind not in ENDINGS:
        if build != Build():
            sheet.problem(("build",), f'found this table for kind "{kind}", which is not built; remove it')
        return
    if not any(name.endswith(ENDINGS[kind]) for name in assignment.files):
        sheet.problem(("files",), f'found no {" or ".join(ENDINGS[kind])} file; expected one for kind "{kind}"')
    for key in ("files", "optional_files"):
        for at, name in enumerate(getattr(assignment, key)):
            if name.startswith("-"):
                sheet.problem((key, at), f"found {shown(name)}; a compiler would take it for an option")
    if assignment.family.startswith("python-"):
        sheet.problem(("family",), f'found {shown(assignment.family)}, which has no compiler; expected "{kind}"')
    if not _CLASS.fullmatch(build.main):
        sheet.problem(("build", "main"), f'found {shown(build.main)}; expected the name of a class such as "Main"')
    if not 0 < build.heap_mb <= _LARGEST_HEAP:
        expected = f"expected more than 0 and at most {_LARGEST_HEAP}"
        sheet.problem(("build", "heap_mb"), f"found {build.heap_mb}; {expected}")


def look_at_checks(sheet: Sheet, rubric: Rubric, assignment: Assignment) -> None:
    """Write down checks that cannot be asked of what is built, and builds that there are not."""
    for name, check in rubric.checks.items():
        if isinstance(check, Tests):
            if check.build != "plain" and assignment.kind != "cpp":
                where = ("checks", name, "build")
                sheet.problem(where, f'found "{check.build}" for kind "{assignment.kind}"; only "cpp" has one')
        elif assignment.kind in ENDINGS and check.kind in ("metric", "static"):
            where = ("checks", name, "kind")
            sheet.problem(where, f'found "{check.kind}", which reads or calls Python, for kind "{assignment.kind}"')
