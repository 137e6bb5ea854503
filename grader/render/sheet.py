"""Rows as CSV for a spreadsheet, in which nothing that a stranger named is a formula.

A spreadsheet runs a cell that begins like one (OWASP, "CSV Injection"): `=HYPERLINK(...)` is a fine name for a file.
Such a cell gets an apostrophe before it, which spreadsheets take as "this is text".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from grader.render.text import printable

_BEGINS_A_FORMULA = ("=", "+", "-", "@")


def as_csv(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Return a line for each row, after one with the names of the columns."""
    written = io.StringIO()
    names = list(columns)
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(row[name]) for name in names] for row in rows)
    return written.getvalue()


def _cell(text: str) -> str:
    shown = printable(text).lstrip()
    return "'" + shown if shown.startswith(_BEGINS_A_FORMULA) else shown
