"""What must hold of a rubric beyond the types of its keys: every name is known, every number adds up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from grader.catalog.assignment_rules import SLUG, about_limits
from grader.catalog.document_rules import look_at_document
from grader.catalog.measure_rules import look_at_measure
from grader.catalog.metric_rules import look_at_metric
from grader.catalog.review_rules import look_at_needs_of, look_at_review
from grader.catalog.shape import CHECKS
from grader.catalog.sheet import Sheet
from grader.catalog.wording import KeyPath, nearest, shown
from grader.model import Document, Growth, Latency, Metric, Review, Rubric, Static, Tests

_TEST_FILE = re.compile(r"test_[A-Za-z0-9_]+\.py")
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_BEST_INDEX = 100
"""Of maintainability."""
_CALLED = re.compile(r"\.?[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


def look_at_kinds(sheet: Sheet) -> None:
    """Write down checks of no known kind and take them out: without a kind nobody knows which keys they may have."""
    checks = sheet.table.get("checks")
    if not isinstance(checks, dict):
        return
    for name, check in list(checks.items()):
        kinds = ", ".join(f'"{kind}"' for kind in CHECKS)
        path: KeyPath = ("checks", name)
        if not isinstance(check, dict):
            sheet.problem(path, f"found {shown(check)}; expected a table")
        elif "kind" not in check:
            sheet.problem((*path, "kind"), f"is missing; expected one of {kinds}")
        elif not isinstance(check["kind"], str) or check["kind"] not in CHECKS:
            hint = nearest(check["kind"], CHECKS) if isinstance(check["kind"], str) else f"expected one of {kinds}"
            sheet.problem((*path, "kind"), f"found {shown(check['kind'])}, which is no kind of check; {hint}")
        else:
            continue
        del checks[name]


def look(sheet: Sheet, rubric: Rubric, hidden: Mapping[str, bytes], reference: Mapping[str, bytes]) -> None:
    """Write down everything that is wrong with `rubric`."""
    _look_at_points(sheet, rubric)
    _look_at_criteria(sheet, rubric)
    _look_at_needs(sheet, rubric)
    look_at_needs_of(sheet, rubric)
    for name, check in rubric.checks.items():
        path = ("checks", name)
        if not SLUG.fullmatch(name):
            sheet.problem(path, f"found the name {shown(name)}; expected small letters, digits and single hyphens")
        limits = getattr(check, "limits", None)
        if limits is not None:
            about_limits(sheet, (*path, "limits"), limits)
        if isinstance(check, Tests):
            for test, own in check.test_limits.items():
                about_limits(sheet, (*path, "test_limits", test), own)
            _look_at_tests(sheet, path, check, hidden)
        elif isinstance(check, Metric):
            look_at_metric(sheet, path, check, hidden)
        elif isinstance(check, Latency | Growth):
            look_at_measure(sheet, path, check, hidden, reference)
        elif isinstance(check, Document):
            look_at_document(sheet, path, check)
        elif isinstance(check, Review):
            look_at_review(sheet, path, check, rubric)
        else:
            _look_at_static(sheet, path, check)


def _look_at_points(sheet: Sheet, rubric: Rubric) -> None:
    """The parts make the whole, and the pass mark lies in it."""
    total = sum((criterion.points for criterion in rubric.criteria), Fraction(0))
    if total != rubric.points:
        sheet.problem(("points",), f"found {rubric.points}; the criteria's points add up to {total}; make them equal")
    if not 0 < rubric.pass_mark <= rubric.points:
        sheet.problem(("pass_mark",), f"found {rubric.pass_mark}; expected more than 0 and at most {rubric.points}")
    for at, criterion in enumerate(rubric.criteria):
        if criterion.points <= 0:
            sheet.problem(("criteria", at, "points"), f"found {criterion.points}; expected more than 0")


def _look_at_criteria(sheet: Sheet, rubric: Rubric) -> None:
    """Criteria have names of their own and ask checks that exist; each check is asked by one."""
    if not rubric.criteria:
        sheet.problem(("criteria",), "found an empty list; expected at least one criterion")
    ids: set[str] = set()
    for at, criterion in enumerate(rubric.criteria):
        path: KeyPath = ("criteria", at)
        if criterion.id in ids:
            sheet.problem((*path, "id"), f"found {shown(criterion.id)} a second time; expected another id")
        elif not SLUG.fullmatch(criterion.id):
            expected = "expected small letters, digits and single hyphens"
            sheet.problem((*path, "id"), f"found {shown(criterion.id)}; {expected}")
        ids.add(criterion.id)
        if not criterion.title.strip() or not criterion.title.isprintable():
            sheet.problem((*path, "title"), f"found {shown(criterion.title)}; expected one line of text")
        if not criterion.checks:
            sheet.problem((*path, "checks"), "found an empty list; expected at least one check")
        for index, name in enumerate(criterion.checks):
            if name not in rubric.checks:
                hint = nearest(name, rubric.checks)
                sheet.problem((*path, "checks", index), f"found {shown(name)}, which is no check; {hint}")
    _look_at_use(sheet, rubric)


def _look_at_use(sheet: Sheet, rubric: Rubric) -> None:
    """No check is forgotten, and none counts twice within a criterion."""
    asked = {name for criterion in rubric.criteria for name in criterion.checks}
    needed = {need for check in rubric.checks.values() for need in check.needs}
    for name in rubric.checks:
        if name not in asked:
            more = " (it is needed by another check, but decides no points)" if name in needed else ""
            sheet.problem(("checks", name), f"no criterion asks this check{more}; add it to one, or remove it")
    for at, criterion in enumerate(rubric.criteria):
        for name, times in Counter(criterion.checks).items():
            if times > 1:
                sheet.problem(("criteria", at, "checks"), f"found {shown(name)} {times} times; expected it once")


def _look_at_needs(sheet: Sheet, rubric: Rubric) -> None:
    """A check needs only what ran before it, which also rules out circles."""
    order = list(rubric.checks)
    for name, check in rubric.checks.items():
        for at, need in enumerate(check.needs):
            path: KeyPath = ("checks", name, "needs", at)
            if need not in rubric.checks:
                sheet.problem(path, f"found {shown(need)}, which is no check; {nearest(need, order)}")
            elif name in _all_needs(rubric, need):
                sheet.problem(path, f"found {shown(need)}, which itself needs {shown(name)}: a circle; remove one")
            elif order.index(need) > order.index(name):
                sheet.problem(
                    path, f"found {shown(need)}, which runs later; move [checks.{need}] above [checks.{name}]"
                )


def _all_needs(rubric: Rubric, name: str) -> set[str]:
    """Return `name` and all that it needs, directly or not."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in found and one in rubric.checks:
            found.add(one)
            waiting += rubric.checks[one].needs
    return found


def _look_at_tests(sheet: Sheet, path: KeyPath, check: Tests, hidden: Mapping[str, bytes]) -> None:
    """Test files have pytest's names and exist."""
    there = [name.removeprefix("tests/") for name in hidden if name.startswith("tests/")]
    if not check.files:
        sheet.problem((*path, "files"), "found an empty list; expected at least one file of hidden/tests")
    for at, name in enumerate(check.files):
        here = (*path, "files", at)
        if not _TEST_FILE.fullmatch(name):
            sheet.problem(here, f'found {shown(name)}; expected a name such as "test_sorting.py", without a folder')
        elif name not in there:
            sheet.problem(here, f"found {shown(name)}, which is not in hidden/tests; {nearest(name, there)}")
        if name in check.files[:at]:
            sheet.problem(here, f"found {shown(name)} a second time; expected it once")


def _look_at_static(sheet: Sheet, path: KeyPath, check: Static) -> None:
    """A static check has a rule, and names what can be named in source."""
    rules = [check.require_imports, check.forbid_imports, check.require_calls, check.forbid_calls]
    numbers = (check.max_complexity, check.min_maintainability)
    if numbers == (None, None) and not check.require_docstrings and not any(rules):
        sheet.problem(
            path,
            "found no rule; expected max_complexity, min_maintainability, require_docstrings, or a list of imports or "
            "calls",
        )
    if check.min_maintainability is not None and not 1 <= check.min_maintainability <= _BEST_INDEX:
        found = check.min_maintainability
        sheet.problem((*path, "min_maintainability"), f"found {found}; expected 1 to {_BEST_INDEX}")
    if check.max_complexity is not None and check.max_complexity < 1:
        sheet.problem((*path, "max_complexity"), f"found {check.max_complexity}; expected 1 or more")
    for key in ("require_imports", "forbid_imports", "require_calls", "forbid_calls"):
        pattern = _MODULE if key.endswith("imports") else _CALLED
        example = '"heapq"' if key.endswith("imports") else '"sorted" or ".sort"'
        for at, name in enumerate(getattr(check, key)):
            if not pattern.fullmatch(name):
                sheet.problem((*path, key, at), f"found {shown(name)}; expected a name such as {example}")
