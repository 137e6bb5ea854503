"""What a control group says of the processes in it: CPU time, peak memory, out-of-memory kills, refused forks.

It also stops them all at once and lets them go on (freezer of version 1, cgroup.freeze of version 2): no process in it
has a say in that, as it would have with signals, and one that is forked meanwhile is stopped too.

Read from files of the host's kernel, versions 1 and 2; nothing inside the box is asked. The files stay open, because
they are read again with every answer of a box: a read is a few microseconds, opening is ten times that. Where the
engine is not on the daemon's host, there is nothing to read, and CPU is bounded by the wall clock alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from grader.sandbox.interface import Measured
from grader.sandbox.oom_notice import OomNotice

ROOT = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class _Figure:
    """Where a figure is: controller (of version 1), file, the field in it or "", how many make one of ours."""

    controller: str
    file: str
    field: str
    unit: float


_MEMORY: dict[int, tuple[str, str, str, str]] = {
    1: ("memory", "memory.usage_in_bytes", "total_cache", "total_shmem"),
    2: ("", "memory.current", "file", "shmem"),
}
"""By version: controller, the file of all memory, and in memory.stat what is held of files, and what of them is in
memory alone (temporary files)."""
_FREEZER: dict[int, tuple[str, str, dict[bool, str], str, str, dict[bool, str]]] = {
    1: (
        "freezer",
        "freezer.state",
        {True: "FROZEN", False: "THAWED"},
        "freezer.state",
        "",
        {True: "FROZEN", False: "THAWED"},
    ),
    2: ("", "cgroup.freeze", {True: "1", False: "0"}, "cgroup.events", "frozen", {True: "1", False: "0"}),
}
"""By version: controller, the file that is written and what to it, the file that says how it is, its field, what."""
_FREEZING_SECONDS = 10.0
"""A process that waits for a disk is stopped only after that."""
_A_MOMENT = 0.0005
_PEAK = {1: "memory.max_usage_in_bytes", 2: "memory.peak"}

_FIGURES: dict[int, dict[str, _Figure]] = {
    1: {
        "cpu": _Figure("cpuacct", "cpuacct.usage", "", 1e9),
        "peak": _Figure("memory", "memory.max_usage_in_bytes", "", 1024),
        "kills": _Figure("memory", "memory.oom_control", "oom_kill", 1),
        "refused": _Figure("pids", "pids.events", "max", 1),
    },
    2: {
        "cpu": _Figure("", "cpu.stat", "usage_usec", 1e6),
        "peak": _Figure("", "memory.peak", "", 1024),
        "kills": _Figure("", "memory.events", "oom_kill", 1),
        "refused": _Figure("", "pids.events", "max", 1),
    },
}


class Cgroup:
    """The figures of one control group.

    Args:
        version: 1 or 2.
        folders: where each controller's files are; version 2 has one folder, under the name "".
        figures: whether its figures are to be read, for which files are kept open until `close`.
    """

    def __init__(self, version: int, folders: Mapping[str, Path], *, figures: bool = True) -> None:
        self.version = version
        self._folders = folders
        self._folder = folders.get("pids", folders.get("", Path("/nonexistent")))
        self._open: dict[str, tuple[int, _Figure]] = {}
        self._denials: list[bytes] = []
        for name, figure in _FIGURES[version].items() if figures else ():
            if figure.controller in folders:
                with suppress(OSError):
                    path = folders[figure.controller] / figure.file
                    self._open[name] = (os.open(path, os.O_RDONLY | os.O_CLOEXEC), figure)
        self._notice = (
            OomNotice(folders["memory"], self._open["kills"][0]) if version == 1 and "kills" in self._open else None
        )

    @property
    def counts_cpu(self) -> bool:
        """Whether CPU time can be read here."""
        return "cpu" in self._open

    @property
    def counts_memory(self) -> bool:
        """Whether out-of-memory kills can be read here."""
        return "kills" in self._open

    def measure(self, last: Measured, full: str = "") -> Measured:
        """Return what the group has used, and which of its places is full; `last` again once it is gone.

        What was killed meanwhile is added to that, where the kernel still tells it.
        """
        try:
            return Measured(
                cpu_seconds=self._read("cpu"),
                peak_memory_kb=int(self._read("peak")),
                oom_kills=int(self._read("kills")),
                refused_forks=int(self._read("refused")),
                full=full,
            )
        except (OSError, ValueError, IndexError):
            killed = self._notice is not None and self._notice.tells_of_kills()
            return replace(last, full=full, oom_kills=last.oom_kills or int(killed))

    def stirred(self) -> bool:
        """Whether something may have been denied since this was last asked; sooner known than what."""
        now = []
        with suppress(OSError):
            now = [os.pread(self._open[name][0], 4096, 0) for name in ("kills", "refused") if name in self._open]
        before, self._denials = self._denials, now
        return before != now

    def held_kb(self) -> int:
        """Return the memory that the kernel could not take back: all but copies of what is on a disk.

        Raises:
            OSError: it cannot be read here.
        """
        controller, whole, files, temporary = _MEMORY[self.version]
        folder = self._folders.get(controller, "/nonexistent")
        stat = _text(f"{folder}/memory.stat")
        held = int(_text(f"{folder}/{whole}"))
        with suppress(ValueError):  # an older kernel does not tell temporary files apart
            held += int(_field(stat, temporary))
        return max(0, held - int(_field(stat, files))) // 1024

    def forget_peak(self) -> bool:
        """Let the peak of memory begin anew; returns whether the kernel and our rights allow it."""
        try:
            (self._folders[_MEMORY[self.version][0]] / _PEAK[self.version]).write_text("0", encoding="ascii")
        except (OSError, KeyError):
            return False
        return True

    def freeze(self, *, yes: bool) -> bool:
        """Stop all in the group, or let them go on; returns whether they are, as the kernel says.

        False too where there is no freezer, or no right to it.
        """
        controller, file, orders, told, field, states = _FREEZER[self.version]
        folder = self._folders.get(controller, Path("/nonexistent"))
        end = time.monotonic() + _FREEZING_SECONDS
        try:
            while True:
                (folder / file).write_text(orders[yes], encoding="ascii")
                text = _text(f"{folder}/{told}").strip()
                if (_field(text, field) if field else text) == states[yes]:
                    return True
                if time.monotonic() > end:
                    return False
                time.sleep(_A_MOMENT)
        except (OSError, ValueError, IndexError):
            return False

    def processes(self) -> list[int]:
        """Return the numbers of the processes in the group."""
        with suppress(OSError):
            return [int(line) for line in _text(f"{self._folder}/cgroup.procs").split()]
        return []

    def close(self) -> None:
        """Close the files."""
        while self._open:
            os.close(self._open.popitem()[1][0])
        if self._notice is not None:
            self._notice.close()
            self._notice = None

    def _read(self, name: str) -> float:
        if name not in self._open:
            return 0
        descriptor, figure = self._open[name]
        text = os.pread(descriptor, 4096, 0).decode()
        return int(_field(text, figure.field) if figure.field else text) / figure.unit


def can_be_seen() -> bool:
    """Whether control groups are where this process sees them: not in another name space, not on another system."""
    return any((ROOT / name).exists() for name in ("cgroup.controllers", "memory"))


def of_process(pid: int) -> Cgroup:
    """Return the control group of a process on this host, or one without figures where it is not to be found."""
    try:
        lines = Path(f"/proc/{pid}/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return Cgroup(2, {})
    groups = {
        controller: path for _, names, path in (line.split(":", 2) for line in lines) for controller in names.split(",")
    }
    if "cpuacct" in groups:
        named = ("cpuacct", "freezer", "memory", "pids")
        return Cgroup(1, {name: ROOT / name / groups[name].lstrip("/") for name in named if name in groups})
    return Cgroup(2, {"": ROOT / groups.get("", "").lstrip("/")})


def _field(text: str, name: str) -> str:
    words = text.split()
    return words[words.index(name) + 1]


def _text(path: str) -> str:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - several of them for every box
        return file.read().decode("ascii")
