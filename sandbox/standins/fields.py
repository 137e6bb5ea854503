"""Fields of a request to the index of vectors, read strictly: what is not as the service takes it is refused by name.

Apart from the service itself because all of it is a stranger's words: nothing here knows what is held.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from .vectors import METRICS, Refused

MOST_IN_ONE = 1000
"""Vectors in one upsert, and ids in one delete or fetch (limits of the service)."""
MOST_DIMENSIONS = 20_000
LONGEST_ID = 512
LONGEST_NAME = 45


def fields_of(method: str, query: str, body: bytes) -> dict[str, Any]:
    """Return what is asked: the fields of a query string, or of the JSON object in the body."""
    if method == "GET":
        fields: dict[str, Any] = dict(parse_qs(query, max_num_fields=MOST_IN_ONE + 10, strict_parsing=False))
        return {**fields, "namespace": fields.get("namespace", [""])[0]}
    try:
        asked = json.loads(body or b"{}", parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refused("the body is not JSON") from error
    if type(asked) is not dict:
        raise Refused("the body is not an object")
    return asked


def new_index(asked: dict[str, Any]) -> tuple[str, int, str]:
    """Return name, dimension and metric of a new index, as either form of the API says them."""
    fields = table(table(asked, "schema"), "fields").values()
    field = next((one for one in fields if type(one) is dict and one.get("type") == "dense_vector"), asked)
    name, dimension, metric = asked.get("name"), field.get("dimension"), field.get("metric", "cosine")
    if type(name) is not str or not 0 < len(name) <= LONGEST_NAME:
        raise Refused("name: expected a text of at most 45 characters")
    if type(dimension) is not int or not 1 <= dimension <= MOST_DIMENSIONS:
        raise Refused(f"dimension: expected 1 to {MOST_DIMENSIONS}")
    if metric not in METRICS:
        raise Refused(f"metric: expected one of {', '.join(METRICS)}")
    return name, dimension, metric


def items(asked: dict[str, Any], key: str, most: int) -> list[Any]:
    """Return a field that must be a list, of at least one."""
    given = asked.get(key)
    if type(given) is not list or not 0 < len(given) <= most:
        raise Refused(f"{key}: expected a list of 1 to {most}")
    return given


def table(asked: dict[str, Any], key: str) -> dict[str, Any]:
    """Return a field that must be an object, or is not there."""
    given = asked.get(key) or {}
    if type(given) is not dict:
        raise Refused(f"{key}: expected an object")
    return given


def identity_of(given: Any) -> str:
    """Return the id of what was given."""
    return text(given.get("id")) if type(given) is dict else text(None)


def text(given: Any) -> str:
    """Return an id that must be a text."""
    if type(given) is not str or not 0 < len(given) <= LONGEST_ID:
        raise Refused(f"id: expected a text of 1 to {LONGEST_ID} characters")
    return given


def _no_number(name: str) -> float:
    raise Refused(f"{name} is no number")
