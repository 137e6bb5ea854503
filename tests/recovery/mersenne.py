"""Recovers the state of `random.Random` from what it gave: MT19937 hides nothing of it.

Matsumoto, Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998): each output is one of 624 words of the state, tempered by
shifts and exclusive ors that can be undone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

WORDS = 624
_ALL = 0xFFFFFFFF


def recovered(outputs: Sequence[int]) -> random.Random:
    """Return a generator that goes on where the one stands that gave `outputs`: all its 32-bit outputs so far.

    Raises:
        ValueError: too few outputs.
    """
    if len(outputs) < WORDS:
        message = f"{len(outputs)} outputs; {WORDS} are needed"
        raise ValueError(message)
    found = random.Random()  # noqa: S311 - it is what is broken here
    found.setstate((3, (*map(_word, outputs[:WORDS]), WORDS), None))
    for _ in outputs[WORDS:]:
        found.getrandbits(32)
    return found


def _word(output: int) -> int:
    """Return the word of the state that was tempered to `output`: the four steps undone, the last one first."""
    word = _solved(output, lambda known: known >> 18)
    word = _solved(word, lambda known: known << 15 & 0xEFC60000)
    word = _solved(word, lambda known: known << 7 & 0x9D2C5680)
    return _solved(word, lambda known: known >> 11)


def _solved(after: int, step: Callable[[int], int]) -> int:
    """Return the `before` of `after = before ^ step(before)`: some bits are right at once, and more each time."""
    before = after
    for _ in range(32 // 7 + 1):
        before = (after ^ step(before)) & _ALL
    return before
