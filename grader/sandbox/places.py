"""The writable places of a box, seen from outside: whether one is full.

They are file systems in the box's memory, with a size and a number of files that the kernel keeps. The learner's code
meets "no space left"; the engine, which believes nothing that is said in there, asks the kernel. That takes the right
to look into another user's process; without it nothing is known, and the sizes hold all the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress


class Places:
    """The writable places of the box whose process 1 is `pid`.

    Args:
        pid: on this host, or 0 where it is not on this host.
        paths: the places, as the box names them.
    """

    def __init__(self, pid: int, paths: Iterable[str]) -> None:
        self._open: list[int] = []
        for path in paths if pid else ():
            with suppress(OSError):
                self._open.append(os.open(f"/proc/{pid}/root{path}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))

    @property
    def seen(self) -> bool:
        """Whether anything can be known here."""
        return bool(self._open)

    def full(self) -> str:
        """Return `disk` or `inodes` when one of them has none left, else an empty text."""
        for place in self._open:
            try:
                state = os.fstatvfs(place)
            except OSError:
                continue
            if state.f_blocks and not state.f_bfree:
                return "disk"
            if state.f_files and not state.f_ffree:
                return "inodes"
        return ""

    def close(self) -> None:
        """Let go of them."""
        while self._open:
            os.close(self._open.pop())
