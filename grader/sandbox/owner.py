"""Whose a box is: the engine's process that opened it, named so that another process can tell whether it still lives.

A process number alone would be somebody else's after a while, so it goes with the time the process started and with the
host and boot it belongs to. Of a process on another host nothing is known.
"""

from __future__ import annotations

import os
import socket
import uuid
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Owner:
    """An engine's process.

    Attributes:
        host: host name and boot.
        pid: its number.
        started: when, in clock ticks since boot.
        nonce: tells several of one process apart.
    """

    host: str
    pid: int
    started: str
    nonce: str

    def __str__(self) -> str:
        """Return the text for a label."""
        return f"{self.host} {self.pid} {self.started} {self.nonce}"

    @property
    def dead(self) -> bool:
        """Whether it is known to have ended."""
        return self.host == _this_host() and _started(self.pid) != self.started


def this_process() -> Owner:
    """Return a new owner of boxes."""
    pid = os.getpid()
    return Owner(_this_host(), pid, _started(pid), uuid.uuid4().hex[:8])


def parse(label: str) -> Owner | None:
    """Return the owner that a label names, or None where it is no label of ours."""
    parts = label.split(" ")
    if len(parts) != 4 or not parts[1].isdigit():  # noqa: PLR2004 - the four of `Owner`
        return None
    return Owner(parts[0], int(parts[1]), parts[2], parts[3])


def _this_host() -> str:
    boot = Path("/proc/sys/kernel/random/boot_id")
    return f"{socket.gethostname()}/{boot.read_text(encoding='ascii')[:8] if boot.exists() else ''}"


def _started(pid: int) -> str:
    """Return when a process started, or an empty text when there is none (proc(5), field 22 of stat)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *rest = stat.rpartition(")")[2].split()
    return "" if state in "ZX" else rest[18]
