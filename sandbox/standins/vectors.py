"""Vectors of one namespace, as an index of vectors keeps and ranks them: exact, in memory, with filters on metadata.

Source of the filters and of what a score is: Pinecone's documentation of metadata filtering and of similarity metrics.
"""

from __future__ import annotations

import json
import math
import operator
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import Full

METRICS = ("cosine", "dotproduct", "euclidean")
MOST_NUMBERS = 2_000_000
"""Numbers that all vectors of an index have together."""
MOST_METADATA = 8 * 2**20
"""Bytes of metadata of a namespace."""
LARGEST_METADATA = 40 * 1024
"""Bytes of metadata of one vector (limit of the service)."""
DEEPEST_FILTER = 20
LARGEST = 3.4e38
"""The largest number of 32 bits, about."""


class Refused(Exception):
    """A request that the service refuses.

    Attributes:
        status: HTTP status.
    """

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Vector:
    """One vector.

    Attributes:
        values: 32-bit floats.
        length: Euclidean norm.
        metadata: JSON text; a text takes no more memory than it has characters.
    """

    values: array[float]
    length: float
    metadata: str


class Namespace:
    """The vectors of one namespace, by id.

    Attributes:
        held: the vectors.
    """

    def __init__(self) -> None:
        self.held: dict[str, Vector] = {}
        self.numbers = 0
        self._metadata = 0

    def put(self, identity: str, values: list[float], metadata: Any, *, others: int) -> None:
        """Keep a vector, in the place of one with the same id.

        Args:
            identity: its id.
            values: its numbers.
            metadata: an object of texts, numbers, booleans and lists of texts, or None.
            others: numbers that other namespaces hold.

        Raises:
            Refused: metadata of other kinds.
            Full: the index holds no more.
        """
        text = _written(metadata)
        self.drop([identity])
        self.numbers += len(values)
        self._metadata += len(text)
        if self.numbers + others > MOST_NUMBERS or self._metadata > MOST_METADATA:
            raise Full("more vectors than a stand-in holds")
        row = array("f", values)
        self.held[identity] = Vector(row, math.sqrt(_dot(row, row)), text)

    def drop(self, identities: list[str]) -> None:
        """Forget vectors; ids that are not there are none."""
        for identity in identities:
            gone = self.held.pop(identity, None)
            if gone is not None:
                self.numbers -= len(gone.values)
                self._metadata -= len(gone.metadata)

    def told(self, identity: str, *, values: bool, metadata: bool) -> dict[str, Any]:
        """Return a vector as the API tells it."""
        one = self.held[identity]
        told: dict[str, Any] = {"id": identity, "values": list(one.values) if values else []}
        if metadata and one.metadata != "{}":
            told["metadata"] = json.loads(one.metadata)
        return told

    def nearest(self, vector: list[float], top: int, wanted: dict[str, Any], metric: str) -> list[tuple[str, float]]:
        """Return ids and scores, the most similar first, equal ones by id; for `euclidean` the least score is."""
        row = array("f", vector)
        length = math.sqrt(_dot(row, row))
        scores = [
            (identity, _score(metric, row, length, one))
            for identity, one in self.held.items()
            if not wanted or self.matches(identity, wanted)
        ]
        sign = 1 if metric == "euclidean" else -1
        return sorted(scores, key=lambda found: (sign * found[1], found[0]))[:top]

    def matches(self, identity: str, wanted: dict[str, Any], depth: int = 0) -> bool:
        """Whether a vector's metadata are what a filter wants."""
        return _matches(json.loads(self.held[identity].metadata), wanted, depth)


def number(given: Any) -> float:
    """Return a finite number that 32 bits can hold.

    Raises:
        Refused: anything else.
    """
    if type(given) not in (int, float) or not -LARGEST < given < LARGEST:
        raise Refused("expected a number of 32 bits")
    return float(given)


def _dot(one: array[float], other: array[float]) -> float:
    return float(sum(map(operator.mul, one, other)))


def _score(metric: str, row: array[float], length: float, one: Vector) -> float:
    if metric == "euclidean":
        return sum((a - b) ** 2 for a, b in zip(row, one.values, strict=True))
    product = _dot(row, one.values)
    if metric == "dotproduct":
        return product
    return product / (length * one.length) if length and one.length else 0.0


def _written(metadata: Any) -> str:
    if metadata is None:
        return "{}"
    if type(metadata) is not dict:
        raise Refused("metadata: expected an object")
    for key, value in metadata.items():
        listed = type(value) is list and all(type(part) is str for part in value)
        if not listed and type(value) not in (str, int, float, bool):
            raise Refused(f"metadata value of {key[:50]}: expected a text, a number, a boolean or a list of texts")
    text = json.dumps(metadata)
    if len(text) > LARGEST_METADATA:
        raise Refused(f"metadata of more than {LARGEST_METADATA} bytes")
    return text


def _matches(metadata: dict[str, Any], wanted: Any, depth: int) -> bool:
    if type(wanted) is not dict or depth > DEEPEST_FILTER:
        raise Refused("filter: expected an object")
    return all(_holds(metadata, key, value, depth) for key, value in wanted.items())


def _holds(metadata: dict[str, Any], key: str, value: Any, depth: int) -> bool:
    if key in ("$and", "$or"):
        if type(value) is not list or not value:
            raise Refused(f"filter: expected a list for {key}")
        parts = [_matches(metadata, part, depth + 1) for part in value]
        return all(parts) if key == "$and" else any(parts)
    conditions = value if type(value) is dict else {"$eq": value}
    return all(_compare(metadata.get(key), name, other) for name, other in conditions.items())


def _compare(have: Any, name: str, other: Any) -> bool:
    """Compare what a vector has under a key, None where it has nothing; of a list, any part may be equal."""
    if name == "$exists":
        return (have is not None) is bool(other)
    parts = have if type(have) is list else [have]
    if name in ("$in", "$nin"):
        if type(other) is not list:
            raise Refused(f"filter: expected a list for {name}")
        return any(part in other for part in parts) is (name == "$in")
    if name in ("$eq", "$ne"):
        return (other in parts) is (name == "$eq")
    if name not in _ORDERS:
        raise Refused(f"filter: there is no {name[:20]}")
    both = all(type(one) in (int, float) for one in (have, other))
    return both and _ORDERS[name](have, other)


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}
