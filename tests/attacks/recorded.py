"""A back end that notes what becomes of learners' boxes: when each was first asked, when it was gone, and what is left.

It changes nothing and hands everything on. Used to time the end of bombs.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.sandbox.interface import BoxSpec, Exit, Sandbox


@dataclass
class Life:
    """What was seen of one box.

    Attributes:
        asked: when the first thing was sent to it, by the steady clock.
        ended: when it had been ended.
        processes: the host's numbers of its processes, just before its end.
        groups: the control groups they were in.
        others: what else was in those: the processes of a cell, which stays.
    """

    asked: float = 0.0
    ended: float = 0.0
    processes: set[int] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    others: set[int] = field(default_factory=set)

    @property
    def seconds(self) -> float:
        """From the first question to the end."""
        return self.ended - self.asked

    @property
    def left(self) -> list[str]:
        """What is still there of it: processes by number or by control group, files by the name of the group."""
        names = {group.rpartition("/")[2] for group in self.groups if len(group) > 1 and not self.others}
        there = [str(number) for number in self.processes if Path(f"/proc/{number}").exists()]
        there += [f"{number} in its group" for number in self._strangers()]
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8")
        there += [f"a mount of {name}" for name in names if name in mounts]
        folders = ("containers", "image/overlay2/layerdb/mounts")
        return there + [f"{folder}/{name}" for name in names for folder in folders if _in_docker(folder, name).exists()]

    def _strangers(self) -> set[int]:
        """Return what is in its groups and was not: but for the one box that a cell opens for whoever comes next.

        That is a child of the cell's own process, which no process of a box ever becomes, and has one child itself.
        """
        strangers = _in_groups(self.groups) - self.others
        first = {number for number in strangers - self.processes if _parent(number) in self.others}
        waiting = first | {number for number in strangers - self.processes if _parent(number) in first}
        return strangers if len(waiting) > 2 else strangers - waiting


class Recorded:
    """A back end, watched.

    Args:
        sandbox: the real one.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.lives: list[Life] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sandbox, name)

    def open(self, spec: BoxSpec) -> Any:
        """Open a box; note what becomes of it if it is a learner's."""
        box = self._sandbox.open(spec)
        if spec.role != "learner":
            return box
        # before it is asked anything: what comes into its groups later is its own, however fast it forks
        inside = set(box.processes())
        groups = {group for number in inside for group in _groups(str(number))}
        self.lives.append(Life(others=_in_groups(groups) - inside))
        return RecordedBox(box, self.lives[-1])


class RecordedBox:
    """A box, watched."""

    def __init__(self, box: Any, life: Life) -> None:
        self._box = box
        self._life = life

    def __getattr__(self, name: str) -> Any:
        return getattr(self._box, name)

    def send(self, payload: bytes) -> None:
        """Hand on, and note when it was first asked."""
        self._life.asked = self._life.asked or time.monotonic()
        self._box.send(payload)

    def end(self, *, done: bool = False) -> Exit:
        """Note what is there, hand on, and note the time."""
        self._life.processes = set(self._box.processes())
        for number in self._life.processes:
            self._life.groups |= _groups(str(number))
        end = self._box.end(done=done)
        self._life.ended = time.monotonic()
        return end


def _in_groups(groups: set[str]) -> set[int]:
    """Return the processes that are in one of these control groups."""
    return {int(path.name) for path in Path("/proc").glob("[0-9]*") if groups & _groups(path.name)}


def _parent(process: int) -> int:
    """Return the process over one, as the host numbers it; 0 for one that has gone."""
    with suppress(OSError):
        return int(Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    return 0


def _groups(process: str) -> set[str]:
    """Return the control groups of a process that are not shared by all."""
    with suppress(OSError):
        lines = Path(f"/proc/{process}/cgroup").read_text(encoding="utf-8").splitlines()
        return {path for path in (line.split(":", 2)[2] for line in lines) if "docker" in path or "grader" in path}
    return set()


def _in_docker(folder: str, name: str) -> Path:
    return Path("/var/lib/docker") / folder / name
