"""What a tree of processes has used, read from /proc: for boxes without a control group.

Less exact than a control group: a process counts while it lives, and after it for as long as who collected it does;
memory and refused forks cannot be known.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from grader.sandbox.interface import Measured

_STOPPED = "TtZX"
"""States (proc(5)) in which a process does nothing."""
_STOPPING_SECONDS = 10.0
_TICKS = os.sysconf("SC_CLK_TCK")


class Tree:
    """The processes below one.

    Args:
        first: its number.
    """

    def __init__(self, first: int) -> None:
        self._first = first

    def measure(self, last: Measured) -> Measured:
        """Return what they have used, never less than before."""
        seconds = sum(_seconds(process) for process in self.processes())
        return replace(last, cpu_seconds=max(last.cpu_seconds, seconds))

    def stirred(self) -> bool:
        """Nothing that is denied can be seen here."""
        return False

    def processes(self) -> list[int]:
        """Return their numbers, the first included."""
        return list(_below(self._first))

    def stop(self) -> bool:
        """Stop them all (SIGSTOP, which none can refuse); returns whether none runs."""
        end = time.monotonic() + _STOPPING_SECONDS
        while running := [process for process in self.processes() if _state(process) not in _STOPPED]:
            for process in running:
                with suppress(OSError):
                    os.kill(process, signal.SIGSTOP)
            if time.monotonic() > end:
                return False
            os.sched_yield()
        return True

    def go_on(self) -> bool:
        """Let them all go on; returns True."""
        for process in self.processes():
            with suppress(OSError):
                os.kill(process, signal.SIGCONT)
        return True

    def close(self) -> None:
        """Nothing is held."""


def _below(process: int) -> Iterator[int]:
    with suppress(OSError):
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        yield process
        for task in tasks:
            for child in (task / "children").read_text(encoding="ascii").split():
                yield from _below(int(child))


def _state(process: int) -> str:
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "X"
    return stat.rpartition(")")[2].split()[0]


def _seconds(process: int) -> float:
    """Return the processor time of a process and the children it has collected (proc(5), fields 14 to 17 of stat)."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    return sum(map(int, stat.rpartition(")")[2].split()[11:15])) / _TICKS
