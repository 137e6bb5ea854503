"""Want of memory in a control group that is gone before it could be read (version 1).

A box that dies takes its control group along, at times before anybody has read the kernel's count of what it killed,
and before the Docker engine has (seen with gVisor, where one process is the whole box). Then a learner who took too
much memory would be told of a crash. The kernel also tells by an event descriptor, and that outlives the group: it
counts one for each time that memory was wanting, before anything is killed, and one for the group's removal
(Documentation/admin-guide/cgroup-v1: cgroups.rst 2.4, memory.rst 9 and 10). Version 2 has nothing like it.
"""

from __future__ import annotations

import os
import select
from contextlib import suppress
from pathlib import Path

REMOVAL_MS = 100
"""The removal is told a moment after the group's folder is gone."""


class OomNotice:
    """The event descriptor of one group.

    Args:
        folder: of the group's memory controller.
        kills: descriptor of its `memory.oom_control`.
    """

    def __init__(self, folder: Path, kills: int) -> None:
        self._folder = folder
        self._told = 0
        self._waits_ms = REMOVAL_MS
        self._descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        with suppress(OSError):  # not ours to write: then nothing is ever told
            (folder / "cgroup.event_control").write_text(f"{self._descriptor} {kills}", encoding="ascii")

    def tells_of_kills(self) -> bool:
        """Whether memory was wanting in the group before it was removed; False while it is there."""
        if self._folder.exists():
            return False
        self._read()
        if self._told == 1:  # of one or the other
            waiting = select.poll()
            waiting.register(self._descriptor, select.POLLIN)
            waiting.poll(self._waits_ms)
            self._waits_ms = 0
            self._read()
        return self._told > 1

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self._descriptor)

    def _read(self) -> None:
        with suppress(BlockingIOError):
            self._told += os.eventfd_read(self._descriptor)
