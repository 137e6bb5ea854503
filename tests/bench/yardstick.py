"""What a measure is taken with: processor time of control groups, the clock, and the median.

Theory of operation. Who works is put into a control group of the bench's own before it starts, so that every process it
starts is in it too: the Docker engine with its containerd and shims, the containers, Redis, the workers, and whatever
ours is measured beside. The kernel counts their time whether they still live or not, which no list of processes would.
This process moves itself into a group for as long as it takes to start somebody there; it is in none while it measures.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

ROOT = Path("/sys/fs/cgroup")
VERSION = 1 if (ROOT / "cpuacct").is_dir() else 2
_CONTROLLERS = ("cpuacct", "memory") if VERSION == 1 else ("",)
GROUPS = ("engine", "boxes", "redis", "workers", "reference")
CORES = len(os.sched_getaffinity(0))
_TICK = os.sysconf("SC_CLK_TCK")
_IDLE, _STOLEN, _ALL = (3, 4), 7, 8
"""Columns of /proc/stat: idle and waiting for disks; taken by another machine; as many as are not counted twice."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What had been used at one moment.

    Attributes:
        clock: seconds.
        groups: processor seconds of each group.
        machine: processor seconds of everybody.
    """

    clock: float
    groups: Mapping[str, float]
    machine: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table.

    Attributes:
        what: was measured.
        pack: by which pack, or empty.
        tenancy: of ours, or empty.
        n: how many submissions, or runs.
        cpu_ms: processor time of one, the median of the rounds.
        wall_ms: how long one took, the median, where one was made after the other.
        per_minute: how many were done in a minute on all cores, the median of the rounds.
        parts: processor milliseconds of one by who used them, the median of the rounds.
        others: the share of the machine that others used meanwhile; above a tenth, trust no clock.
        beside: what it is weighed against, by what that is, as it was measured just before and just after it: within a
            run of most of an hour a machine changes its pace by more than some bounds leave.
    """

    what: str
    pack: str = ""
    tenancy: str = ""
    n: int
    cpu_ms: float | None = None
    wall_ms: float | None = None
    per_minute: float | None = None
    parts: Mapping[str, float] = field(default_factory=dict)
    others: float = 0.0
    beside: Mapping[str, Row] = field(default_factory=dict)


class Yardstick:
    """Control groups of this run, made when it is entered and removed after."""

    def __init__(self) -> None:
        self.name = f"grader-bench-{os.getpid()}"
        self._home = _places_of(os.getpid())

    def __enter__(self) -> Self:
        """Make the groups.

        Raises:
            PermissionError: this is not root.
        """
        for group in GROUPS:
            for controller in _CONTROLLERS:
                (ROOT / controller / self.name / group).mkdir(parents=True, exist_ok=True)
                if VERSION != 1:
                    _enable(ROOT / self.name)
        return self

    def __exit__(self, *_exception: object) -> None:
        """Remove them; what is still in one of them stays where it is."""
        # a Docker engine makes the group of its boxes in every controller
        for top in [ROOT / self.name, *ROOT.glob(f"*/{self.name}")]:
            for folder in sorted((path for path in top.rglob("*") if path.is_dir()), reverse=True):
                with suppress(OSError):
                    folder.rmdir()
            with suppress(OSError):
                top.rmdir()

    @contextmanager
    def within(self, group: str) -> Iterator[None]:
        """Start processes in a group."""
        self._move(dict.fromkeys(_CONTROLLERS, f"{self.name}/{group}"))
        try:
            yield
        finally:
            self._move(self._home)

    def folder(self, group: str, controller: str) -> Path:
        """Return where the kernel keeps the figures of a group."""
        return ROOT / (controller if VERSION == 1 else "") / self.name / group

    def read(self) -> Reading:
        """Return what has been used until now."""
        return Reading(time.perf_counter(), {group: self.cpu(group) for group in GROUPS}, _machine())

    def run(self, command: Sequence[str], **options: object) -> Row:
        """Run a command as a reference; returns what it took, without what it took this process to start it."""
        with self.within("reference"):
            before, own = self.read(), time.process_time()
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL, **options)
            own, after = 1000 * (time.process_time() - own), self.read()
        row = per_submission("", [(before, after)], 1)
        parts = {**row.parts, "reference": row.parts["reference"] - own}
        return Row(what="", n=1, cpu_ms=row.cpu_ms - own, wall_ms=1000 * (after.clock - before.clock), parts=parts)

    def cpu(self, group: str) -> float:
        """Return the processor seconds of a group, or of one in it."""
        if VERSION == 1:
            return int(self.folder(group, "cpuacct").joinpath("cpuacct.usage").read_text(encoding="ascii")) / 1e9
        lines = self.folder(group, "").joinpath("cpu.stat").read_text(encoding="ascii").splitlines()
        return int(dict(line.split() for line in lines)["usage_usec"]) / 1e6

    def _move(self, places: Mapping[str, str]) -> None:
        for controller, place in places.items():
            (ROOT / controller / place / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")


def per_submission(
    what: str, rounds: Sequence[tuple[Reading, Reading]], each: int, *, besides: Mapping[str, float] | None = None
) -> Row:
    """Return what one of `each` submissions took in each of the rounds, medians.

    Args:
        what: was measured.
        rounds: readings before and after each.
        each: submissions in a round.
        besides: processor milliseconds of one that no group counts, by who used them.
    """
    used = [{g: 1000 * (after.groups[g] - before.groups[g]) / each for g in GROUPS} for before, after in rounds]
    clocks = [after.clock - before.clock for before, after in rounds]
    more = dict(besides or {})
    parts = {group: statistics.median(one[group] for one in used) for group in GROUPS} | more
    ours = sum(sum(one.values()) for one in used) * each / 1000
    busy = sum(after.machine - before.machine for before, after in rounds)
    return Row(
        what=what,
        n=each * len(rounds),
        cpu_ms=statistics.median(sum(one.values()) for one in used) + sum(more.values()),
        per_minute=statistics.median(60 * each / clock for clock in clocks),
        parts={name: figure for name, figure in parts.items() if figure >= 0.005},
        others=max(0.0, (busy - ours) / (CORES * sum(clocks))),
    )


def between(before: Row, after: Row) -> Row:
    """Return what lies between two measurements of the same."""

    def mean(one: float | None, other: float | None) -> float | None:
        return None if one is None or other is None else (one + other) / 2

    return replace(
        after,
        n=before.n + after.n,
        cpu_ms=mean(before.cpu_ms, after.cpu_ms),
        wall_ms=mean(before.wall_ms, after.wall_ms),
        per_minute=mean(before.per_minute, after.per_minute),
    )


def repeated(measure: Callable[[int], Row], count: int) -> tuple[float, float, dict[str, float]]:
    """Return medians of processor time, clock and parts over so many runs, after one that is not counted."""
    rows = [measure(number) for number in range(1 + count)][1:]
    parts = {name: statistics.median(row.parts.get(name, 0.0) for row in rows) for name in rows[0].parts}
    return _median(row.cpu_ms for row in rows), _median(row.wall_ms for row in rows), parts


def _median(figures: Iterator[float | None]) -> float:
    return statistics.median(figure for figure in figures if figure is not None)


def _machine() -> float:
    """Return processor seconds of everybody on this machine."""
    columns = [int(one) for one in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1 : 1 + _ALL]]
    return (sum(columns) - sum(columns[place] for place in _IDLE) - columns[_STOLEN]) / _TICK


def _places_of(pid: int) -> dict[str, str]:
    """Return where a process is, by controller."""
    lines = Path(f"/proc/{pid}/cgroup").read_text(encoding="ascii").splitlines()
    places = {one: path for _, names, path in (line.split(":", 2) for line in lines) for one in names.split(",")}
    return {controller: places[controller].lstrip("/") for controller in _CONTROLLERS}


def _enable(folder: Path) -> None:
    for above in (folder.parent, folder):
        with suppress(OSError):
            (above / "cgroup.subtree_control").write_text("+memory +cpu", encoding="ascii")
