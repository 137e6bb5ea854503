"""The ways into a JSON document, and what may be put in the place of what is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Path = tuple[str | int, ...]


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the way to every member and item."""
    inner: Sequence[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    for step, one in inner:
        yield (*path, step)
        yield from paths(one, (*path, step))


def at(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


def other_values(value: Any) -> list[Any]:
    """Return what may stand in the place of a value."""
    if isinstance(value, bool):
        return [not value, str(value).lower(), 1, None]
    if isinstance(value, str):
        return [value + " ", value[:-1], value.swapcase() + "x", "", [value], {"@value": value}, 0, None]
    if isinstance(value, list):
        return [[], [*value, value[0]], value[1:], value[::-1] if len(value) > 1 else value[0], {"@list": value}, None]
    return [{}, [value], {**value, "@id": "urn:x:y"}, {"@graph": [value]}, "urn:x:y", None]
