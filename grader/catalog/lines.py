"""Where in a TOML file a key stands.

The standard library's parser gives values without positions. This reads headers and `key =` line by line, which finds
every key that begins a line; what stands inside a value is found at the line where that value's key begins. A file is
read once for all its problems: `places`, then `line_of` for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from grader.catalog.wording import KeyPath

DEEPEST = 16
"""Steps of the longest path that is told of, twice as many as any key has."""

_NAME = r"(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')"
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")
_LONG_TEXT = re.compile(r"\"\"\"|'''")


def places(text: str) -> dict[KeyPath, int]:
    """Return the lines, from 1, where keys and tables begin, those too that only stand in the name of another."""
    known: dict[KeyPath, int] = {}
    for path, number in _places(text):
        for length in range(1, min(len(path), DEEPEST) + 1):
            known.setdefault(path[:length], number)
    return known


def line_of(known: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    """Return the line of `path`, or of the nearest part of the file that holds it, among the `known` ones."""
    for length in range(len(path), 0, -1):
        if path[:length] in known:
            return known[path[:length]]
    return None


def _places(text: str) -> Iterator[tuple[KeyPath, int]]:
    """Go through the lines; a later place of the same name, such as a new `[[criteria]]`, does not hide the first."""
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    inside_text = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not inside_text:
            if header := _HEADER.match(line):
                table = _table(header[1], _names(header[2]), counts)
                yield table, number
            elif key := _KEY.match(line):
                yield table + _names(key[1]), number
        inside_text ^= len(_LONG_TEXT.findall(line)) % 2 == 1


def _table(brackets: str, names: KeyPath, counts: dict[KeyPath, int]) -> KeyPath:
    """Return the path of a header; `[[criteria]]` is the next of its list."""
    if brackets == "[":
        return names
    counts[names] = counts.get(names, -1) + 1
    return (*names, counts[names])


def _names(dotted: str) -> KeyPath:
    """Split `checks."a.b".limits` into its names."""
    return tuple(name.strip("\"'") for name in re.findall(_NAME, dotted))
