"""What a submission, its judging and a single test may use: enforced from outside, never asked of a box."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a submission may use, enforced from outside its box.

    Attributes:
        cpu_seconds: processor time of one test or call, all its processes together.
        wall_seconds: clock time of one test or call; by default 3 x cpu_seconds + 2.
        memory_mb: memory of a box, its temporary files included.
        processes: processes and threads alive at once in a box.
        output_kb: what one box may print.
        disk_mb: temporary files of a box.
    """

    cpu_seconds: float = 10.0
    wall_seconds: float | None = None
    memory_mb: int = 256
    processes: int = 64
    output_kb: int = 1024
    disk_mb: int = 32

    @property
    def wall(self) -> float:
        """Clock limit in seconds; generous by default, so that a busy host does not fail honest work."""
        return self.wall_seconds if self.wall_seconds is not None else 3 * self.cpu_seconds + 2


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingLimits(Limits):
    """What the pack's own tests and metrics may use, in the proctor's box.

    Attributes:
        cpu_seconds: processor time between two messages of the proctor's.
        wall_seconds: clock time between two; by default 3 x cpu_seconds + 2.
        memory_mb: memory of the proctor's box.
        processes: processes and threads alive at once.
        output_kb: what it may print.
        disk_mb: temporary files, the hidden files included.
    """

    cpu_seconds: float = 60.0
    memory_mb: int = 2048
    processes: int = 128
    disk_mb: int = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Build(Limits):
    """How a submission in C++ or Java is built, once, and what its build may use in a box of its own.

    Attributes:
        cpu_seconds: processor time of the compiler.
        wall_seconds: clock time of it; by default 3 x cpu_seconds + 2.
        memory_mb: memory of the box of the build.
        processes: processes and threads alive at once.
        output_kb: what the box may print; what the compiler says is kept apart.
        disk_mb: sources, temporary files and what is built.
        standard: of C++.
        main: of Java: the class that `program.run` starts, with its package.
        heap_mb: of Java: the heap of the program's JVM.
    """

    cpu_seconds: float = 30.0
    memory_mb: int = 768
    disk_mb: int = 64
    standard: Literal["c++17", "c++20"] = "c++17"
    main: str = "Main"
    heap_mb: int = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class TestLimits:
    """What one test may use, where it differs from its check.

    Memory, processes and disk belong to a box, and so to a check.

    Attributes:
        cpu_seconds: processor time of the test.
        wall_seconds: clock time of the test; by default 3 x cpu_seconds + 2 when cpu_seconds is given here.
        output_kb: what may be printed.
    """

    __test__ = False  # not a test, whatever pytest makes of the name

    cpu_seconds: float | None = None
    wall_seconds: float | None = None
    output_kb: int | None = None

    def within(self, check: Limits) -> Limits:
        """Return the limits of a test of a check with limits `check`."""
        wall = self.wall_seconds if self.cpu_seconds is not None else self.wall_seconds or check.wall_seconds
        return replace(
            check,
            cpu_seconds=self.cpu_seconds or check.cpu_seconds,
            wall_seconds=wall,
            output_kb=self.output_kb or check.output_kb,
        )
