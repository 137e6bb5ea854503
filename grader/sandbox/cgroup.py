"""What a control group says of the processes in it: CPU time, peak memory, out-of-memory kills.

Read from files of the host's kernel, versions 1 and 2, in about 10 microseconds; nothing inside the box is asked. Where
the engine is not on the daemon's host, there is nothing to read, and CPU is bounded by the wall clock alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.sandbox.interface import Measured

ROOT = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Cgroup:
    """The files to read.

    Attributes:
        cpu: CPU time file, or None when it cannot be read from here.
        memory: folder of the memory controller.
        version: 1 or 2.
    """

    cpu: Path | None
    memory: Path | None
    version: int

    def measure(self, last: Measured) -> Measured:
        """Return what the group has used; `last` again once it is gone."""
        try:
            return Measured(
                cpu_seconds=self._cpu_seconds(), peak_memory_kb=self._peak_kb(), oom_kills=self._oom_kills()
            )
        except (OSError, ValueError, StopIteration):
            return last

    def _cpu_seconds(self) -> float:
        if self.cpu is None:
            return 0.0
        text = self.cpu.read_text()
        return int(text) / 1e9 if self.version == 1 else _field(text, "usage_usec") / 1e6

    def _peak_kb(self) -> int:
        if self.memory is None:
            return 0
        name = "memory.max_usage_in_bytes" if self.version == 1 else "memory.peak"
        return int((self.memory / name).read_text()) // 1024

    def _oom_kills(self) -> int:
        if self.memory is None:
            return 0
        name = "memory.oom_control" if self.version == 1 else "memory.events"
        return _field((self.memory / name).read_text(), "oom_kill")


def of_process(pid: int) -> Cgroup:
    """Return the control group of a process on this host, or one without files where it is not to be found."""
    try:
        lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    except OSError:
        return Cgroup(None, None, 2)
    groups = {
        controller: path for _, names, path in (line.split(":", 2) for line in lines) for controller in names.split(",")
    }
    if "cpuacct" in groups:
        cpu = ROOT / "cpuacct" / groups["cpuacct"].lstrip("/") / "cpuacct.usage"
        return Cgroup(cpu, ROOT / "memory" / groups.get("memory", "").lstrip("/"), 1)
    folder = ROOT / groups.get("", "").lstrip("/")
    return Cgroup(folder / "cpu.stat", folder, 2)


def _field(text: str, name: str) -> int:
    return next(int(line.split()[1]) for line in text.splitlines() if line.split()[0] == name)
