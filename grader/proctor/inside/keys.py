"""Keys derived from the submission's seed: one for each test and each part of a generator.

HMAC-SHA256 of the part's name under the parent's key, so that no two parts share a random stream and adding one moves
no other.
"""

from __future__ import annotations

import hashlib
import hmac
import random
from typing import Any


class Keys:
    """A key, and the keys below it.

    Args:
        key: 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def part(self, name: str) -> Keys:
        """Return the keys of a part, which has parts of its own."""
        return Keys(self._derive(name))

    def integer(self, name: str) -> int:
        """Return an integer in [0, 2**63) for a part."""
        return int.from_bytes(self._derive(name)[:8], "big") >> 1

    def rng(self, name: str) -> random.Random:
        """Return `random.Random` seeded for a part."""
        return random.Random(int.from_bytes(self._derive(name), "big"))  # noqa: S311 - inputs must repeat

    def numpy(self, name: str) -> Any:
        """Return a `numpy.random.Generator` seeded for a part."""
        import numpy as np

        return np.random.default_rng(int.from_bytes(self._derive(name), "big"))

    def _derive(self, name: str) -> bytes:
        return hmac.new(self._key, name.encode(), hashlib.sha256).digest()
