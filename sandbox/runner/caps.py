"""What a value that crosses the wall may be at most, and the count of it; the same on both sides.

Whoever reads counts what a value unfolds to and refuses what is over a cap, whatever the writer claims. The count of a
flat list is taken at once: the steps that look at each part are then C's and not ours, which is most of the cost of a
long list. This short cut only ever says yes. What it does not take is walked part by part, and the walk alone refuses
and says why; so with it and without it the same values cross and the same are refused.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

MAX_DEPTH = 60
MAX_NODES = 2_000_000
MAX_BYTES = 64 * 2**20
MAX_INT_BITS = 65_536
SMALL_INT = 2**53

_FEW = 6
"""Of so few parts the walk is as quick as the short cut."""
_AS_THEY_ARE = frozenset({type(None), bool, int, float, str})
"""Types that JSON carries as they are. A subclass is another type, and not among them."""


class TooBig(Exception):
    """A value over the caps: too deep, too many parts, too many bytes, or cyclic."""


class BadValue(Exception):
    """A tagged value that no honest writer makes."""


class Tally:
    """What one message unfolds to, so far.

    Attributes:
        parts: how many parts.
    """

    def __init__(self) -> None:
        self.parts = 0
        self._bytes = 0

    def count(self, depth: int, parts: int = 1) -> None:
        """Count parts at `depth`.

        Raises:
            TooBig: over a cap.
        """
        self.parts += parts
        if depth > MAX_DEPTH:
            raise TooBig("nested too deeply, or cyclic")
        if self.parts > MAX_NODES:
            raise TooBig("too many parts")

    def count_bytes(self, number: int) -> None:
        """Count bytes, or characters of a text.

        Raises:
            TooBig: over the cap.
        """
        self._bytes += number
        if self._bytes > MAX_BYTES:
            raise TooBig("too many bytes")

    def count_flat(self, items: Collection[Any], depth: int, text: int = 0) -> bool:
        """Count `items` at once if all are scalars that cross as they are, and all caps hold; else count nothing.

        Args:
            items: looked at more than once, so no iterator.
            depth: of each of them.
            text: characters that come with them: the keys of a dict.
        """
        if len(items) < _FEW or depth > MAX_DEPTH:
            return False
        inside = _text_of_flat(items)
        if inside is None:
            return False
        parts, content = self.parts + len(items), self._bytes + text + inside
        if parts > MAX_NODES or content > MAX_BYTES:
            return False
        self.parts, self._bytes = parts, content
        return True


def _text_of_flat(items: Collection[Any]) -> int | None:
    """Return how many characters of text are in `items`, or None if one of them does not cross as it is."""
    kinds = set(map(type, items))
    if not kinds <= _AS_THEY_ARE:
        return None
    text = 0
    for kind in kinds:
        alike = items if len(kinds) == 1 else [item for item in items if type(item) is kind]
        if kind is int and not -SMALL_INT < min(alike) <= max(alike) < SMALL_INT:
            return None
        if kind is float and not all(map(math.isfinite, alike)):
            return None
        if kind is str:
            text = sum(map(len, alike))
    return text
