"""What must hold of a latency or a growth check beyond the types of its keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

from grader.catalog.sheet import Sheet
from grader.catalog.wording import KeyPath, nearest, shown
from grader.model import Assignment, Growth, Latency, Rubric

Tell = Callable[[KeyPath, str], None]

_MOST_ROUNDS, _MOST_REQUESTS, _MOST_DECIMALS = 25, 200, 3
_LEAST_SIZES, _MOST_SIZES, _MOST_DRAWS = 3, 12, 9


def look_at_measure(
    sheet: Sheet, path: KeyPath, check: Latency | Growth, hidden: Mapping[str, bytes], reference: Mapping[str, bytes]
) -> None:
    """Write down everything that is wrong with one check that measures beside the reference."""

    def tell(key: KeyPath, sentence: str) -> None:
        sheet.problem((*path, *key), sentence)

    if not check.title.strip() or not check.title.isprintable():
        tell(("title",), f"found {shown(check.title)}; expected what is measured, such as comparisons")
    by_request = isinstance(check, Latency) and check.by == "request"
    for key, name in (("function", check.function), ("agrees", check.agrees)):
        if not name.isidentifier() and (name or (key == "function" and not by_request)):
            tell((key,), f"found {shown(name)}; expected the name of a function")
    if by_request and check.function:
        tell(("function",), f'found {shown(check.function)} with by = "request"; expected none: a service is asked')
    if check.generator not in hidden:
        tell(
            ("generator",),
            f"found {shown(check.generator)}, which is not in hidden; {nearest(check.generator, hidden)}",
        )
    elif not check.generator.endswith(".py"):
        tell(("generator",), f"found {shown(check.generator)}; expected a .py file")
    if not reference:
        tell((), "needs examples/reference, which the submission is measured beside; it is not there")
    if isinstance(check, Latency):
        _look_at_latency(tell, check)
    else:
        _look_at_growth(tell, check)


def look_at_measures_of(sheet: Sheet, rubric: Rubric, assignment: Assignment) -> None:
    """Write down requests to what is no service: each file alone cannot tell."""
    for name, check in rubric.checks.items():
        if isinstance(check, Latency) and check.by == "request" and assignment.kind != "service":
            found = f'found "request" for an assignment of kind {shown(assignment.kind)}'
            sheet.problem(("checks", name, "by"), f'{found}; expected "call", or kind = "service"')


def _look_at_latency(tell: Tell, check: Latency) -> None:
    """Corners fall as the ratio rises, and counts are what they can be."""
    _within(tell, "rounds", check.rounds, 3, _MOST_ROUNDS)
    _within(tell, "requests", check.requests, 1, _MOST_REQUESTS)
    _within(tell, "warm_up", check.warm_up, 1, _MOST_REQUESTS)
    _within(tell, "decimals", check.decimals, 0, _MOST_DECIMALS)
    corners = check.thresholds
    for at, corner in enumerate(corners):
        if not 0 <= corner.earns <= 1:
            tell(("thresholds", at, "earns"), f"found {corner.earns}; expected a share from 0 to 1")
        if corner.at <= 0:
            tell(("thresholds", at, "at"), f"found {corner.at}; expected a ratio above 0")
    for at, (left, right) in enumerate(pairwise(corners), start=1):
        if right.at <= left.at:
            tell(("thresholds", at, "at"), f"found {right.at} after {left.at}; expected `at` to rise")
        if right.earns > left.earns:
            tell(("thresholds", at, "earns"), f"found {right.earns} after {left.earns}; expected `earns` to fall")
    if len(corners) < 2 or corners[0].earns == corners[-1].earns:  # noqa: PLR2004 - a line has two ends
        tell(("thresholds",), "expected at least two corners, where `earns` falls as the ratio rises")


def _look_at_growth(tell: Tell, check: Growth) -> None:
    """Sizes rise, and bounds can be met."""
    sizes = check.sizes
    _within(tell, "draws", check.draws, 1, _MOST_DRAWS)
    if not _LEAST_SIZES <= len(sizes) <= _MOST_SIZES:
        tell(("sizes",), f"found {len(sizes)} sizes; expected {_LEAST_SIZES} to {_MOST_SIZES}")
    for at, (left, right) in enumerate(pairwise((1, *sizes))):
        if right <= left:
            tell(("sizes", at), f"found {right}; expected more than {left}: sizes rise, from 2 at least")
    for key in ("max_slope", "max_ratio"):
        value = getattr(check, key)
        if value <= 0:
            tell((key,), f"found {value}; expected more than 0")


def _within(tell: Tell, key: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        tell((key,), f"found {value}; expected {low} to {high}")
