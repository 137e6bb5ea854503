"""Waits for one stream, whatever its number: select(2) knows no descriptor beyond 1,023, and a worker can have more."""

from __future__ import annotations

import select
from typing import Protocol


class Stream(Protocol):
    """What has a descriptor: a box, a socket."""

    def fileno(self) -> int:
        """Return it."""
        ...


def is_readable(stream: Stream, seconds: float) -> bool:
    """Wait so long at most; returns whether the stream can be read, or has ended."""
    return await_either(stream, seconds, room=False)[0]


def await_either(stream: Stream, seconds: float, *, room: bool) -> tuple[bool, bool]:
    """Wait so long at most; returns whether the stream can be read or has ended, and whether it takes more.

    Args:
        stream: to wait for.
        seconds: at most.
        room: whether to wait for room, too; without, none is ever found.
    """
    waiting = select.poll()
    waiting.register(stream, select.POLLIN | (select.POLLOUT if room else 0))
    ((_, found),) = waiting.poll(1000 * seconds) or [(0, 0)]
    return bool(found & ~select.POLLOUT), bool(found & select.POLLOUT)
