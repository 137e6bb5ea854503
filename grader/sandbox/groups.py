"""Makes control groups for boxes of the embedded sandbox: memory, processes and one processor for all of a box.

Only root may make them. A group is named after the engine's process that made it, so that what a killed engine leaves
can be told from what is in use. It is removed when its box has ended.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.errors import EngineError
from grader.model import Limits
from grader.sandbox.cgroup import ROOT, Cgroup
from grader.sandbox.container import MEGABYTE
from grader.sandbox.owner import Owner, parse, this_process

PATIENCE = 10.0
"""Seconds that killed processes may take to be gone."""
_OURS = "grader"
_VERSION = 1 if (ROOT / "memory").is_dir() else 2
_CONTROLLERS = ("memory", "pids", "cpuacct", "cpu", "freezer") if _VERSION == 1 else ("",)
_NEEDED = {"memory.limit_in_bytes", "memory.max", "pids.max"}


@dataclass(frozen=True, slots=True)
class Group:
    """The control group of one box.

    Attributes:
        owner: the engine's process that made it.
        number: of the box.
    """

    owner: Owner
    number: int

    def __str__(self) -> str:
        """Return the name of its folder."""
        return f"{self.owner} {self.number}".replace(" ", ",").replace("/", "@")

    @property
    def folders(self) -> dict[str, Path]:
        """Where it is, by controller; version 2 has one folder, under the name ""."""
        return {controller: ROOT / controller / _OURS / str(self) for controller in _CONTROLLERS}

    @property
    def joining(self) -> list[str]:
        """The files that a process writes its number to, to be in the group."""
        return [str(folder / "cgroup.procs") for folder in self.folders.values()]

    def make(self, limits: Limits) -> None:
        """Make it, with limits for all its processes together.

        Raises:
            OSError: it cannot be made, or a limit cannot be set.
        """
        for folder in self.folders.values():
            folder.mkdir(parents=True, exist_ok=True)
            _enable(folder.parent)
        try:
            for controller, files in _settings(limits).items():
                for name, value in files.items():
                    path = self.folders[controller] / name
                    if path.exists() or name in _NEEDED:
                        path.write_text(value, encoding="ascii")
        except OSError:
            self.remove()
            raise

    def figures(self) -> Cgroup:
        """Return what it has used."""
        return Cgroup(_VERSION, self.folders)

    def freeze(self, *, yes: bool) -> bool:
        """Stop every process in it, or let them go on; returns whether they are."""
        return Cgroup(_VERSION, self.folders, figures=False).freeze(yes=yes)

    def processes(self) -> list[int]:
        """Return the numbers of the processes in it."""
        with suppress(OSError):
            text = (next(iter(self.folders.values())) / "cgroup.procs").read_text(encoding="ascii")
            return [int(line) for line in text.split()]
        return []

    def kill(self) -> None:
        """End every process in it, and wait until they are gone.

        Raises:
            EngineError: one of them does not end.
        """
        self.freeze(yes=False)  # what is frozen is not killed
        end = time.monotonic() + PATIENCE
        while left := self.processes():
            for process in left:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            if time.monotonic() > end:
                raise EngineError(f"processes of a box do not end: {left}")
            os.sched_yield()

    def remove(self) -> None:
        """Remove it, if it is still there; its processes have ended."""
        for folder in self.folders.values():
            with suppress(OSError):
                folder.rmdir()


def can_be_made() -> bool:
    """Whether this process may make control groups with limits on memory and processes."""
    group = Group(this_process(), 0)
    try:
        group.make(Limits())
    except OSError:
        return False
    group.remove()
    return True


def of_the_dead() -> list[Group]:
    """Return the groups whose engine has ended."""
    root = ROOT / _CONTROLLERS[0] / _OURS
    found = []
    for folder in sorted(root.iterdir()) if root.is_dir() else []:
        *owner_parts, number = folder.name.replace("@", "/").split(",")
        owner = parse(" ".join(owner_parts))
        if folder.is_dir() and owner is not None and owner.dead and number.isdigit():
            found.append(Group(owner, int(number)))
    return found


def _settings(limits: Limits) -> dict[str, dict[str, str]]:
    """Return what is written into which file, by controller."""
    memory, processes = str(limits.memory_mb * MEGABYTE), str(limits.processes)
    if _VERSION == 1:
        return {
            "memory": {"memory.limit_in_bytes": memory, "memory.memsw.limit_in_bytes": memory},
            "pids": {"pids.max": processes},
            "cpu": {"cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "100000"},
        }
    return {
        "": {"memory.max": memory, "memory.swap.max": "0", "pids.max": processes, "cpu.max": "100000 100000"},
    }


def _enable(folder: Path) -> None:
    """Let the groups in `folder` have limits, which version 2 of control groups asks for at each level."""
    for above in (folder.parent, folder) if _VERSION != 1 else ():
        with suppress(OSError):
            (above / "cgroup.subtree_control").write_text("+memory +pids +cpu", encoding="ascii")
