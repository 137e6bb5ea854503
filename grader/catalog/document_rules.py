"""What must hold of a check on something written: it has a rule, and its rules can be met."""

from __future__ import annotations

from collections.abc import Collection

from grader.catalog.sheet import Sheet
from grader.catalog.wording import KeyPath, nearest, shown
from grader.model import Document

_NUMBERS = ("min_words", "max_words", "max_paragraph_words", "code_blocks", "max_first_line")


def look_at_document(sheet: Sheet, path: KeyPath, check: Document) -> None:
    """Write down everything that is wrong with a check on something written."""
    if not check.headings and not check.links and all(getattr(check, key) is None for key in _NUMBERS):
        sheet.problem(path, "found no rule; expected headings, links, or a number of words, blocks or characters")
    for key in _NUMBERS:
        number = getattr(check, key)
        if number is not None and number < (0 if key == "code_blocks" else 1):
            sheet.problem((*path, key), f"found {number}; expected more")
    if check.min_words is not None and check.max_words is not None and check.min_words > check.max_words:
        sheet.problem((*path, "max_words"), f"found {check.max_words}, less than min_words; expected more")
    for at, heading in enumerate(check.headings):
        if not heading.strip() or not heading.isprintable():
            sheet.problem((*path, "headings", at), f"found {shown(heading)}; expected one line of text")


def file_of(check: Document, names: Collection[str]) -> str:
    """Return what is wrong with the file that a check names, or nothing."""
    return (
        "" if check.file in names else f"found {shown(check.file)}, which nobody hands in; {nearest(check.file, names)}"
    )
