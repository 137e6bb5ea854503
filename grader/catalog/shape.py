"""What the records look like from outside: which keys there are, where, and which of them hold exact numbers.

Everything is derived from the dataclasses of `grader.model`, so that a new field needs no second entry anywhere.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from grader.catalog.wording import KeyPath
from grader.model import Check

CHECKS: dict[str, Any] = {get_args(get_type_hints(record)["kind"])[0]: record for record in get_args(Check)}
"""The records of checks by what an author writes as `kind`."""

CHECK_RECORDS = frozenset(record.__name__ for record in CHECKS.values())


@cache
def parts(hint: Any) -> tuple[Any, ...]:
    """Return `hint` and all types that it is made of, records included but not what is in them."""
    inner = [found for part in get_args(hint) if part not in (NoneType, Ellipsis) for found in parts(part)]
    return (hint, *inner)


def records_in(hint: Any) -> Iterator[Any]:
    """Yield the records that `hint` names."""
    return (part for part in parts(hint) if dataclasses.is_dataclass(part))


@cache
def exact_keys(record: Any) -> frozenset[str]:
    """Return the names of all keys in `record`, at any depth, that hold exact numbers."""
    hints = get_type_hints(record)
    found = {key for key, hint in hints.items() if Fraction in parts(hint)}
    return frozenset(found.union(*(exact_keys(inner) for hint in hints.values() for inner in records_in(hint))))


def keys_at(record: Any, path: KeyPath) -> tuple[str, ...]:
    """Return the keys of the table at `path` in `record`, none where there is no table of fixed keys."""
    hint = record
    for step in path:
        hint = _inside(hint, step)
    table = next(records_in(hint), None)
    return tuple(get_type_hints(table)) if table else ()


def _inside(hint: Any, step: str | int) -> Any:
    """Return the type of what stands at `step`; among several records the step is the record's own name."""
    if dataclasses.is_dataclass(hint):
        return get_type_hints(hint).get(str(step))
    choices = [choice for choice in get_args(hint) if choice not in (NoneType, Ellipsis)]
    if get_origin(hint) in (Union, UnionType):
        named = [choice for choice in choices if getattr(choice, "__name__", "") == step]
        return named[0] if named else _inside(choices[0], step)
    return choices[-1] if choices else None
