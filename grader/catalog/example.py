"""Golden submissions: what an author hands in, and what must come of it.

They are data: `grader check` grades each and compares. This reads them and checks that they can be right at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from grader.catalog.sheet import Sheet, read, settle
from grader.catalog.strict import fill
from grader.catalog.tree import entries_of, files_under, is_folder
from grader.catalog.wording import nearest, shown
from grader.errors import AuthorError
from grader.model import Word

EXPECT = "expect.toml"
_MOST_REVIEWERS = 3
_OUTCOME = re.compile(r"([A-Z_]+)(?:\([^()]+\))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedCriterion:
    """What must come of one criterion.

    Attributes:
        outcome: the word, such as `PARTIAL` or `OVER_LIMIT(output)`.
        points: exactly.
    """

    outcome: str
    points: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewGiven:
    """What people are taken to have said of an example, so that it has a final report.

    Attributes:
        levels: titles of levels, one a reviewer, in the order in which they spoke.
        comment: what each of them wrote.
    """

    levels: tuple[str, ...]
    comment: str = "As the example says."


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What must come of an example (`expect.toml`).

    Attributes:
        says: in one line, what this example is.
        passed: whether it passes.
        points: the exact total.
        criteria: by id.
        error: `submission` for an example that must be refused; then nothing else is expected.
        reviews: what people are taken to have said, by check; without it a check that they decide is PENDING.
    """

    says: str
    passed: bool = False
    points: Fraction = Fraction(0)
    criteria: Mapping[str, ExpectedCriterion] = field(default_factory=dict)
    error: Literal["", "submission"] = ""
    reviews: Mapping[str, ReviewGiven] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One golden submission.

    Attributes:
        name: the folder's name.
        files: what is handed in, by relative path.
        expect: what must come of it.
    """

    name: str
    files: Mapping[str, bytes]
    expect: Expectation


def examples_in(pack: Path) -> tuple[Example, ...]:
    """Return the examples of the pack in folder `pack`, in order of name.

    Raises:
        AuthorError: naming every problem of every `expect.toml`; or a link, which is no example.
    """
    root = pack / "examples"
    found: list[Example] = []
    problems: list[str] = []
    for name, _ in entries_of(root) if is_folder(root, pack) else []:
        if name.startswith("."):
            continue
        try:
            if is_folder(root / name, pack):
                found.append(_example(root / name))
        except AuthorError as error:
            problems.append(str(error))
    settle(problems)
    return tuple(found)


def _example(folder: Path) -> Example:
    """Read one example."""
    files = files_under(folder)
    if EXPECT not in files:
        raise AuthorError(f"{folder / EXPECT}: is missing; expected what must come of this example")
    sheet = read(str(folder / EXPECT), files.pop(EXPECT))
    expect = fill(sheet, Expectation)
    if expect is not None:
        _look(sheet, expect)
    settle(sheet.problems)
    if expect is None:
        raise AuthorError(sheet.file)
    return Example(name=folder.name, files=files, expect=expect)


def _look(sheet: Sheet, expect: Expectation) -> None:
    """Write down what cannot come of any submission."""
    if not expect.says.strip():
        sheet.problem(("says",), "found an empty text; expected one line on what this example is")
    decided = [key for key in ("passed", "points", "criteria") if key in sheet.table]
    _look_at_reviews(sheet, expect)
    if expect.error:
        for key in [*decided, *(["reviews"] if expect.reviews else [])]:
            sheet.problem((key,), 'is not for an example with error = "submission", which gets no points; remove it')
        return
    for key in ("passed", "points", "criteria"):
        if key not in decided:
            sheet.problem((key,), "is missing; expected this key")
    for name, criterion in expect.criteria.items():
        word = _OUTCOME.fullmatch(criterion.outcome)
        if not word or word[1] not in Word.__members__:
            hint = nearest(criterion.outcome, Word.__members__)
            sheet.problem(
                ("criteria", name, "outcome"), f"found {shown(criterion.outcome)}, which is no outcome; {hint}"
            )
    total = sum((criterion.points for criterion in expect.criteria.values()), Fraction(0))
    if total != expect.points and len(decided) == 3:  # noqa: PLR2004 - all of them
        sheet.problem(("points",), f"found {expect.points}; expected {total}, the sum of the criteria's points")


def _look_at_reviews(sheet: Sheet, expect: Expectation) -> None:
    """Write down reviews by nobody, or by more people than any check asks."""
    for name, given in expect.reviews.items():
        if not 1 <= len(given.levels) <= _MOST_REVIEWERS:
            sheet.problem(
                ("reviews", name, "levels"),
                f"found {len(given.levels)}; expected 1 to {_MOST_REVIEWERS} titles of levels",
            )
