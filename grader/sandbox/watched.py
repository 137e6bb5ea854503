"""A learner's box with its limits: opened in the background, asked, heard, measured, ended.

What it says is counted and handed on unopened.
"""

from __future__ import annotations

import time
from concurrent.futures import Future

from grader.model import Limits, Usage
from grader.sandbox.budget import Budget, Ending, ending_of_exit
from grader.sandbox.hands import Hands
from grader.sandbox.interface import Box, Exit, Measured
from grader.wire import MAX_PAYLOAD, FrameTooLong

MAX_RECEIVED = 160 * 2**20
"""Bytes that a box may send in one test or call; the proctor's own cap lies below it."""


class Watched:
    """One box under way.

    Args:
        opening: the box, once it is open.
        limits: of one test or call in it.

    Attributes:
        limits: the same, whatever a test with limits of its own has meanwhile.
    """

    def __init__(self, opening: Future[Box], limits: Limits) -> None:
        self._opening = opening
        self._limits = self.limits = limits
        self._box: Box | None = None
        self._budget = Budget(limits, time.monotonic())
        self._waiting: list[bytes] = []
        self._measured = Measured()
        self._received = 0
        self._taken = Usage()
        self._at_rest = False

    @property
    def box(self) -> Box | None:
        """The box, or None while it is being opened."""
        return self._box

    def finish_opening(self) -> bool:
        """Take the box over if it has just been opened, and send what was waiting for it.

        Raises:
            EngineError: the back end could not open it.
        """
        if self._box is not None or not self._opening.done():
            return False
        self._box = self._opening.result()
        self._budget = Budget(self._limits, time.monotonic())
        for payload in self._waiting:
            self._box.send(payload)
        return True

    def ask(self, payload: bytes) -> None:
        """Send a payload; its clock runs."""
        if self._box is None:
            self._waiting.append(payload)
        else:
            self._at_rest = False
            self._budget.asked(time.monotonic())
            self._box.send(payload)

    def hear(self) -> tuple[list[bytes], Ending | None]:
        """Return what it has sent, and how it must end for having sent it."""
        assert self._box is not None  # noqa: S101 - only an open box is selected
        try:
            payloads = self._box.receive()
        except FrameTooLong:
            payloads = None
        if payloads is None or any(len(payload) > MAX_PAYLOAD for payload in payloads):
            return [], Ending("BAD_REPLY", "", "announced a frame over the cap")
        self._received += sum(map(len, payloads))
        if self._received > MAX_RECEIVED:
            return [], Ending("BAD_REPLY", "", "sent more than a test may be told")
        if payloads:
            self._at_rest = False
            self._budget.answered(time.monotonic())
            denied = self._budget.denied(self._measure()) if self._box.stirred() else None
            if denied is not None:
                return [], denied
        return payloads, None

    def begin(self, limits: Limits) -> None:
        """Let its limits start anew, for a test that may have its own.

        One that was asked nothing since it was measured has used nothing that is worth a second look; what a thread of
        its own uses meanwhile counts for the test that begins.
        """
        self._budget.begin(time.monotonic(), self._measured if self._at_rest else self._measure(), limits)
        self._received = 0

    def hold(self, *, paused: bool) -> None:
        """Stop all that runs in it, or let it go on; it is held while it owes no answer, so that its clock stands."""
        if self._box is not None:
            (self._box.pause if paused else self._box.resume)()

    def cpu_seconds(self) -> float:
        """Return the processor time that it has used so far."""
        return self._measure().cpu_seconds

    def overrun(self) -> Ending | None:
        """Return how it must end for having passed a limit, or None."""
        if self._box is None:
            return None
        return self._budget.overrun(time.monotonic(), self._measure(), self._box.printed_bytes)

    def end(self, hands: Hands, *, done: bool) -> Future[Exit]:
        """End it in the background.

        Args:
            hands: who does it.
            done: it has done what it was asked to, and nothing was amiss.
        """
        self._measure()
        box = self._box
        if box is None:
            return hands.do(lambda: self._opening.result().end())
        return hands.do(lambda: box.end(done=done))

    def take_usage(self) -> Usage:
        """Return what it has used since this was last asked; shares are of the whole."""
        now = self._used()
        before, self._taken = self._taken, now
        return Usage(
            cpu_ms=now.cpu_ms - before.cpu_ms,
            wall_ms=now.wall_ms - before.wall_ms,
            peak_memory_kb=now.peak_memory_kb,
            output_bytes=now.output_bytes - before.output_bytes,
            boxes=now.boxes - before.boxes,
            cpu_tenths=now.cpu_tenths,
            memory_tenths=now.memory_tenths,
        )

    def _measure(self) -> Measured:
        if self._box is not None:
            self._measured = self._box.measure()
        return self._measured

    def _used(self) -> Usage:
        measured = self._measure()
        self._at_rest = True
        return Usage(
            cpu_ms=int(measured.cpu_seconds * 1000),
            wall_ms=int(self._budget.waited_in_all * 1000),
            peak_memory_kb=measured.peak_memory_kb,
            output_bytes=self._box.printed_bytes if self._box is not None else 0,
            boxes=1,
            cpu_tenths=_tenths(self._budget.top_cpu_share),
            memory_tenths=_tenths(measured.peak_memory_kb / (self._limits.memory_mb * 1024)),
        )


def how_it_ended(ours: Ending | None, seen: Exit) -> Ending:
    """Return the ending: our reason first, then the kernel's word on memory, then the exit code."""
    return ours or ending_of_exit(seen)


def add(one: Usage, other: Usage) -> Usage:
    """Return two usages together."""
    return Usage(
        cpu_ms=one.cpu_ms + other.cpu_ms,
        wall_ms=one.wall_ms + other.wall_ms,
        peak_memory_kb=max(one.peak_memory_kb, other.peak_memory_kb),
        output_bytes=one.output_bytes + other.output_bytes,
        boxes=one.boxes + other.boxes,
        cpu_tenths=max(one.cpu_tenths, other.cpu_tenths),
        memory_tenths=max(one.memory_tenths, other.memory_tenths),
    )


def _tenths(share: float) -> int:
    return min(10, int(share * 10))
