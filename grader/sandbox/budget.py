"""The limits of one box, and which of them it has passed. Pure: it is told the time and the measurements.

The clock runs only while the box has been asked and has not answered, so that an author's slow test costs a learner
nothing; CPU time counts always, so that a thread left behind costs its maker. What the kernel denied a box (memory,
another process, room for a file) decides the test in which it happened, whatever the box went on to say.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.model import Limits
from grader.sandbox.interface import Exit, Measured

IDLE_SHARE = 0.5
"""A clock that ran out with less than this share of the CPU limit used is tried once more."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a box ended, in the words of an outcome.

    Attributes:
        word: outcome word.
        which: the limit, for TIMED_OUT and OVER_LIMIT.
        detail: for authors.
        once_more: worth one more try before it is a verdict.
    """

    word: str
    which: str = ""
    detail: str = ""
    once_more: bool = False


OUT_OF_MEMORY = Ending("OUT_OF_MEMORY", "", "the kernel ended one of its processes for want of memory")


class Budget:
    """What a box may still use in the test or call that is under way.

    Args:
        limits: of one test or call.
        now: seconds of a steady clock.
    """

    def __init__(self, limits: Limits, now: float) -> None:
        self._limits = limits
        self._asked_at: float | None = now
        self._waited = 0.0
        self._before = Measured()
        self.top_cpu_share = 0.0
        self.waited_in_all = 0.0

    def begin(self, now: float, measured: Measured, limits: Limits | None = None) -> None:
        """Start anew, for the next test or call, perhaps with limits of its own."""
        self.answered(now)
        self._limits = limits or self._limits
        self._waited = 0.0
        self._before = measured

    def asked(self, now: float) -> None:
        """The box has been sent something: its clock runs."""
        if self._asked_at is None:
            self._asked_at = now

    def answered(self, now: float) -> None:
        """The box has sent something: its clock stands."""
        if self._asked_at is not None:
            self._waited += now - self._asked_at
            self.waited_in_all += now - self._asked_at
        self._asked_at = None

    def denied(self, measured: Measured) -> Ending | None:
        """Return how the box must end for what the kernel had to deny it since `begin`, or None."""
        if measured.oom_kills > self._before.oom_kills:
            return OUT_OF_MEMORY
        if measured.refused_forks > self._before.refused_forks:
            return Ending("OVER_LIMIT", "processes", f"asked for more than {self._limits.processes} processes")
        if measured.full:
            return Ending("OVER_LIMIT", measured.full, "filled one of its writable places")
        return None

    def overrun(self, now: float, measured: Measured, printed_bytes: int) -> Ending | None:
        """Return how the box must end, or None while it keeps to its limits."""
        cpu = measured.cpu_seconds - self._before.cpu_seconds
        self.top_cpu_share = max(self.top_cpu_share, cpu / self._limits.cpu_seconds)
        if cpu > self._limits.cpu_seconds:
            return Ending("TIMED_OUT", "cpu", f"used more than {self._limits.cpu_seconds} s of CPU")
        waited = self._waited + (now - self._asked_at if self._asked_at is not None else 0.0)
        if waited > self._limits.wall:
            idle = cpu < IDLE_SHARE * self._limits.cpu_seconds
            return Ending("TIMED_OUT", "wall", f"no answer within {self._limits.wall} s", once_more=idle)
        if printed_bytes > self._limits.output_kb * 1024:
            return Ending("OVER_LIMIT", "output", f"printed more than {self._limits.output_kb} kB")
        return self.denied(measured)


def ending_of_exit(end: Exit) -> Ending:
    """Return how a box that ended by itself ended: the kernel's word on memory first, then its exit code."""
    if end.oom:
        return OUT_OF_MEMORY
    return Ending("CRASHED", "", "its process ended" if end.code is None else f"its process ended with {end.code}")
