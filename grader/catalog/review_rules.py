"""What must hold of a check that a person decides: levels that can be told apart, in order, from nothing to all."""

from __future__ import annotations

from itertools import pairwise

from grader.catalog.sheet import Sheet
from grader.catalog.wording import KeyPath, shown
from grader.model import Review, Rubric

_FEWEST, _MOST = 2, 7


def look_at_review(sheet: Sheet, path: KeyPath, check: Review, rubric: Rubric) -> None:
    """Write down everything that is wrong with a review."""
    _look_at_line(sheet, (*path, "question"), check.question)
    if not _FEWEST <= len(check.levels) <= _MOST:
        sheet.problem((*path, "levels"), f"found {len(check.levels)}; expected {_FEWEST} to {_MOST} levels")
        return
    titles = [level.title.casefold() for level in check.levels]
    for at, level in enumerate(check.levels):
        here = (*path, "levels", at)
        _look_at_line(sheet, (*here, "title"), level.title)
        _look_at_line(sheet, (*here, "sentence"), level.sentence)
        if titles.index(level.title.casefold()) != at:
            sheet.problem((*here, "title"), f"found {shown(level.title)} a second time; expected another title")
    _look_at_shares(sheet, path, check)
    if check.reviewers == 1 and check.conflict != "mean":
        sheet.problem((*path, "conflict"), "says what two reviewers come to, and this check asks one; remove it")
    for at, need in enumerate(check.needs):
        if isinstance(rubric.checks.get(need), Review):
            sheet.problem(
                (*path, "needs", at), f"found {shown(need)}, which a person decides; expected an automatic check"
            )


def look_at_needs_of(sheet: Sheet, rubric: Rubric) -> None:
    """No automatic check waits for a person: it would be graded again when nobody runs anything any more."""
    for name, check in rubric.checks.items():
        for at, need in enumerate(check.needs):
            if not isinstance(check, Review) and isinstance(rubric.checks.get(need), Review):
                path: KeyPath = ("checks", name, "needs", at)
                sheet.problem(path, f"found {shown(need)}, which a person decides; expected an automatic check")


def _look_at_shares(sheet: Sheet, path: KeyPath, check: Review) -> None:
    """Shares rise from nothing to all."""
    for at, share in ((0, 0), (len(check.levels) - 1, 1)):
        found = check.levels[at].share
        if found != share:
            sheet.problem((*path, "levels", at, "share"), f"found {found}; expected {share}: the levels go from 0 to 1")
    for at, (one, other) in enumerate(pairwise(check.levels), start=1):
        if one.share >= other.share:
            sheet.problem((*path, "levels", at, "share"), f"found {other.share}; expected more than {one.share}")


def _look_at_line(sheet: Sheet, path: KeyPath, text: str) -> None:
    if not text.strip() or not text.isprintable():
        sheet.problem(path, f"found {shown(text)}; expected one line of text")
