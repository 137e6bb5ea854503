"""Which keys an author may write, derived from the records themselves.

The documentation's reference is tested against this, so that a key cannot exist without its description.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_type_hints

from grader.catalog.example import Expectation
from grader.catalog.shape import CHECKS, records_in
from grader.model import Assignment, Rubric


def keys() -> dict[str, tuple[str, ...]]:
    """Return the keys of every table of a pack by its place, such as `rubric.toml checks tests limits`."""
    found = dict(_tables("assignment.toml", Assignment)) | dict(_tables("rubric.toml", Rubric))
    for kind, record in CHECKS.items():
        found |= dict(_tables(f"rubric.toml checks {kind}", record))
    return found | dict(_tables("expect.toml", Expectation))


def _tables(place: str, record: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the table of `record` and those within it; where there is a choice of records, it is the caller's."""
    hints = get_type_hints(record)
    yield place, tuple(hints)
    for key, hint in hints.items():
        inner = list(records_in(hint))
        if len(inner) == 1:
            yield from _tables(f"{place} {key}", inner[0])
