"""From a TOML table to a record, strictly: no unknown key, no missing key, no value that had to be bent to fit.

pydantic reads the plain dataclasses of `grader.model`, which know nothing of it. It reads them as JSON: there a strict
reader still takes a table for a record and a list for a tuple. As the item of a tuple, because only a type that has no
configuration of its own takes ours. Exact numbers are looked at before, since pydantic would take the binary fraction
0.1 for the decimal one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, time
from functools import cache
from types import GenericAlias
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from grader.catalog.shape import CHECK_RECORDS, CHECKS, exact_keys, keys_at
from grader.catalog.sheet import Sheet
from grader.catalog.wording import KeyPath, nearest, shown

Record = TypeVar("Record")

_STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
_EXACT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15}|/0*[1-9][0-9]{0,14})?")
_AN_EXACT_NUMBER = 'expected an exact number, as a whole number or a text such as "0.90" or "1/3"'
_EXPECTED = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dataclass_type": "a table",
    "dict_type": "a table",
    "finite_number": "a finite number",
    "fraction_type": 'a whole number or a text such as "0.90" or "1/3"',
    "fraction_parsing": 'a whole number or a text such as "0.90" or "1/3"',
}
"""What an author is told was expected, by pydantic's name for the error."""


def fill(sheet: Sheet, record: type[Record]) -> Record | None:
    """Return the record that the sheet's table holds, or None with every problem written down."""
    if sheet.problems and not sheet.table:
        return None
    shape: Any = record
    table = _look_at_numbers(sheet, sheet.table, exact_keys(shape))
    try:
        filled: Record = _reader(shape).validate_json(json.dumps([table], default=str))[0]
    except ValidationError as error:
        for details in error.errors(include_url=False):
            _explain(sheet, record, details)
        return None
    return None if sheet.problems else filled


@cache
def _reader(record: Any) -> TypeAdapter[Any]:
    """Return the strict reader of one record."""
    alias: Any = GenericAlias(tuple, (record,))
    return TypeAdapter(alias, config=_STRICT)


def _look_at_numbers(sheet: Sheet, value: Any, exact: frozenset[str], path: KeyPath = (), *, now: bool = False) -> Any:
    """Return `value` with inexact numbers (and dates, which no key holds) told and replaced, so that each is told once.

    Args:
        sheet: where problems go.
        value: what stands at `path`.
        exact: names of the keys that hold exact numbers.
        path: where `value` stands.
        now: `value` is of such a key.
    """
    if isinstance(value, Mapping):
        return {
            key: _look_at_numbers(sheet, item, exact, (*path, key), now=key in exact) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_look_at_numbers(sheet, item, exact, (*path, at), now=now) for at, item in enumerate(value)]
    if isinstance(value, date | time):
        sheet.problem(path, f"found the date or time {value}; no key holds one: write a text in quotes")
    elif now and isinstance(value, float):
        sheet.problem(path, f'found {value}, which is not exact; write it as text: "{value}"')
        return 0
    elif now and isinstance(value, str) and not _EXACT.fullmatch(value):
        sheet.problem(path, f"found {shown(value)}; {_AN_EXACT_NUMBER}")
        return 0
    return value


def _explain(sheet: Sheet, record: Any, details: ErrorDetails) -> None:
    """Write down one error of pydantic's in an author's words."""
    location = tuple(details["loc"][1:])
    if _of_another_kind(sheet, location):
        return
    path = _as_written(location)
    problem = details["type"]
    if problem == "unexpected_keyword_argument":
        sheet.problem(path, f"is no key here; {nearest(str(path[-1]), keys_at(record, location[:-1]))}")
    elif problem == "missing":
        sheet.problem(path, "is missing; expected this key")
    elif problem == "literal_error":
        allowed = details["ctx"]["expected"].replace("'", '"')
        sheet.problem(path, f"found {shown(details['input'])}; expected {allowed}{_near(details)}")
    else:
        expected = _EXPECTED.get(problem) or details["msg"]
        sheet.problem(path, f"found {shown(details['input'])}; expected {expected}")


def _as_written(location: KeyPath) -> KeyPath:
    """Return a location without the record that a check was tried as; a check may be called like one."""
    match location:
        case ("checks", name, str(tried), *rest) if tried in CHECK_RECORDS:
            return ("checks", name, *rest)
    return location


def _near(details: ErrorDetails) -> str:
    """Return `: did you mean ...?` for a misspelt choice."""
    found = details["input"]
    hint = nearest(found, re.findall(r"'([^']*)'", details["ctx"]["expected"])) if isinstance(found, str) else ""
    return f": {hint}" if hint.startswith("did") else ""


def _of_another_kind(sheet: Sheet, location: KeyPath) -> bool:
    """Whether an error comes from trying a check as a record that its `kind` does not name.

    pydantic tries every record of a choice. The location is then `checks, <name>, <record>, ...`.
    """
    match location:
        case ("checks", str(name), str(tried), *_) if tried in CHECK_RECORDS:
            return bool(CHECKS[sheet.table["checks"][name]["kind"]].__name__ != tried)
    return False
