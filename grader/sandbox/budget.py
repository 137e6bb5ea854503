"""The limits of one box, and which of them it has passed. Pure: it is told the time and the measurements.

The clock runs only while the box has been asked and has not answered, so that an author's slow test costs a learner
nothing; CPU time counts always, so that a thread left behind costs its maker.
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
        self._cpu_before = 0.0
        self._oom_before = 0
        self.top_cpu_share = 0.0
        self.waited_in_all = 0.0

    def begin(self, now: float, measured: Measured) -> None:
        """Start anew, for the next test or call."""
        self.answered(now)
        self._waited = 0.0
        self._cpu_before = measured.cpu_seconds
        self._oom_before = measured.oom_kills

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

    def out_of_memory(self, measured: Measured) -> bool:
        """Whether the kernel ended a process of the box since `begin`."""
        return measured.oom_kills > self._oom_before

    def overrun(self, now: float, measured: Measured, printed_bytes: int) -> Ending | None:
        """Return how the box must end, or None while it keeps to its limits."""
        cpu = measured.cpu_seconds - self._cpu_before
        self.top_cpu_share = max(self.top_cpu_share, cpu / self._limits.cpu_seconds)
        if cpu > self._limits.cpu_seconds:
            return Ending("TIMED_OUT", "cpu", f"used more than {self._limits.cpu_seconds} s of CPU")
        waited = self._waited + (now - self._asked_at if self._asked_at is not None else 0.0)
        if waited > self._limits.wall:
            idle = cpu < IDLE_SHARE * self._limits.cpu_seconds
            return Ending("TIMED_OUT", "wall", f"no answer within {self._limits.wall} s", once_more=idle)
        if printed_bytes > self._limits.output_kb * 1024:
            return Ending("OVER_LIMIT", "output", f"printed more than {self._limits.output_kb} kB")
        return None


def ending_of_exit(end: Exit) -> Ending:
    """Return how a box that ended by itself ended: the kernel's word on memory first, then its exit code."""
    if end.oom:
        return Ending("OUT_OF_MEMORY", "", "the kernel ended it for want of memory")
    return Ending("CRASHED", "", "its process ended" if end.code is None else f"its process ended with {end.code}")
