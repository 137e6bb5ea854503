"""The loop between one proctor and the boxes it asks for.

Theory of operation. The proctor asks for boxes by numbers of its own choosing and speaks to them through us; what a box
says goes to the proctor unopened, so that nothing here depends on it but lengths. We open boxes (side by side, ahead of
need), keep every limit from outside, and end them. A box that passes a limit is cut off before anything else is done:
its stream is closed, then it is killed and removed, and the proctor is told how it ended in the words of an outcome.
What else the proctor says is handed to the sitting.

The proctor has limits too. When it passes one or ends, somebody has to find out whose fault that is, and needs to know
which test was running and whether a box had said anything in it: both are seen here, from outside.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from typing import Any, Self

from grader import wire
from grader.errors import AuthorError, EngineError
from grader.model import Limits, Usage
from grader.sandbox.budget import Budget, Ending
from grader.sandbox.interface import Box, BoxSpec, Exit, Measured, Sandbox
from grader.sandbox.watched import Watched, add, how_it_ended

TICK = 0.02
MAX_OPEN = 8
MAX_BOXES = 2000
BUILD = "build"
"""The part of a box in which a submission is built; every other part is a stand-in."""
_ORDERS = ("open", "begin", "pause", "resume", "measure", "close")
"""What the proctor asks of us for a box, by its number."""
DYING_SECONDS = 0.2
"""A back end that dies lets go of one stream after the other; so long after the proctor's it is known to be dead."""
_LOST = "the sandbox went away while a submission was graded, so nothing was decided"


class JudgingBroke(EngineError):
    """The proctor ended, or used more than it may."""


class ReferenceFailed(AuthorError):
    """The pack's own reference failed where it is measured, which nobody who is judged has a part in."""


class Relay:
    """One proctor and its boxes.

    Args:
        sandbox: the back end.
        proctor: the open box of the proctor.
        proctor_limits: its limits; the clock is for one silence between two of its messages.
        spec: what a learner's box is.
        parts: what a box is in which no submission is run, by name: `build`, and the stand-ins for services.

    Attributes:
        spec: what the next box will be.
        limits_of: limits of tests that have their own, by test.
        running: the test that is running, or empty.
        box_spoke: a box has said something since the test before it was judged, or the check began.
        printed: the tail of what the last box printed.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        proctor: Box,
        proctor_limits: Limits,
        spec: BoxSpec,
        parts: Mapping[str, BoxSpec] | None = None,
    ) -> None:
        self._sandbox = sandbox
        self._proctor = proctor
        self._proctor_budget = Budget(proctor_limits, time.monotonic())
        self.spec = spec
        self._parts = parts or {}
        self._part_of: dict[int, str] = {}
        self.limits_of: Mapping[str, Limits] = {}
        self.running = ""
        self.box_spoke = False
        self.printed = ""
        self._boxes: dict[int, Watched] = {}
        self._seen: set[int] = set()
        self._uncounted: set[int] = set()
        self._looked_at = self._proctor_seen_at = 0.0
        self._proctor_seen = Measured()
        self._used = Usage()
        self._messages: list[wire.Message] = []
        self._opening: set[int] = set()
        self._behind: dict[int, Box] = {}
        self._poll = select.epoll()
        self._hearing: dict[int, Callable[[], None]] = {}
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)  # noqa: FBT003 - the standard library's own
        self._woken.setblocking(False)  # noqa: FBT003 - the standard library's own
        self._hear_from(self._woken.fileno(), self._was_woken)
        self._hear_from(proctor.fileno(), self._hear_proctor)

    def __enter__(self) -> Self:
        """Relay until the block ends."""
        return self

    def __exit__(self, kind: object, *_exception: object) -> None:
        """End every box, whatever happened; nobody waits for it (`Sandbox.leftovers` does)."""
        for number in list(self._boxes):
            self._throw_away(number, done=kind is None)
        self._sandbox.hands.do(lambda: self._proctor.end(done=kind is None))
        self._poll.close()
        self._wake.close()
        self._woken.close()

    def begin(self, spec: BoxSpec, limits_of: Mapping[str, Limits]) -> None:
        """Begin a check: boxes are `spec` from now on, and these tests have limits of their own."""
        self.spec, self.limits_of = spec, limits_of
        self._now_no_test()

    def tell(self, message: wire.Message, blobs: list[bytes] | None = None) -> None:
        """Send a message to the proctor."""
        self._to_proctor(wire.envelope(wire.CONTROL, 0, wire.pack(message, blobs or [])))

    def hear(self) -> wire.Message:
        """Return the proctor's next message, relaying until it comes.

        Raises:
            JudgingBroke: the proctor ended, or used more than its limits.
            EngineError: a box could not be opened, or the proctor says what it must not.
            AuthorError: the proctor said that the pack is wrong.
        """
        while not self._messages:
            self._turn()
        return self._messages.pop(0)

    def take_usage(self) -> Usage:
        """Return what learners' boxes used since the last call, those still open included."""
        for number, box in self._boxes.items():
            if number not in self._uncounted:
                self._used = add(self._used, box.take_usage())
        used, self._used = self._used, Usage()
        return used

    # One turn of the loop.

    def _turn(self) -> None:
        for descriptor, _events in self._poll.poll(TICK):
            if descriptor in self._hearing:  # it may have gone in this very turn
                self._hearing[descriptor]()
        if self._opening:
            self._take_over_opened()
        if self._behind:
            self._send_more()
        self._keep_limits()

    def _hear_from(self, descriptor: int, hear: Callable[[], None]) -> None:
        self._hearing[descriptor] = hear
        self._poll.register(descriptor, select.EPOLLIN)

    def _was_woken(self) -> None:
        with suppress(BlockingIOError):
            self._woken.recv(4096)

    def _take_over_opened(self) -> None:
        for number in list(self._opening):
            watched = self._boxes[number]
            if watched.finish_opening() and watched.box is not None:
                self._opening.discard(number)
                self._hear_from(watched.box.fileno(), partial(self._hear_box, number))
                self._see_to(watched.box)

    def _see_to(self, box: Box) -> None:
        """Wait for room in a stream that did not take all that it was to be sent."""
        if box.sending and box.fileno() not in self._behind:
            self._behind[box.fileno()] = box
            self._poll.modify(box.fileno(), select.EPOLLIN | select.EPOLLOUT)

    def _send_more(self) -> None:
        for descriptor, box in list(self._behind.items()):
            box.flush()
            if not box.sending:
                del self._behind[descriptor]
                self._poll.modify(descriptor, select.EPOLLIN)

    def _keep_limits(self) -> None:
        now = time.monotonic()
        if now - self._looked_at < TICK:
            return
        self._looked_at = now
        for number, box in list(self._boxes.items()):
            overrun = box.overrun()
            if overrun is not None:
                self._cut_off(number, overrun)
        over = self._proctor_budget.overrun(now, self._proctor.measure(), self._proctor.printed_bytes)
        if over is not None:
            raise JudgingBroke("judging used more than it may, and nothing was decided", hidden=over.detail)

    # The proctor.

    def _proctor_used(self) -> Measured:
        """Return what it has used, as seen a moment ago: it says a lot, and its limits are wide."""
        now = time.monotonic()
        if now - self._proctor_seen_at > TICK:
            self._proctor_seen_at, self._proctor_seen = now, self._proctor.measure()
        return self._proctor_seen

    def _to_proctor(self, payload: bytes) -> None:
        self._proctor_budget.asked(time.monotonic())
        self._proctor.send(payload)
        if self._proctor.sending:
            self._see_to(self._proctor)

    def _hear_proctor(self) -> None:
        try:
            payloads = self._proctor.receive()
        except wire.FrameTooLong as error:
            message = "the proctor sent a frame that is too long"
            raise EngineError(message) from error
        if payloads:
            self._proctor_budget.begin(time.monotonic(), self._proctor_used())
        for payload in payloads:
            kind, number, body = wire.open_envelope(payload)
            if kind == wire.CONTROL:
                self._obey(wire.unpack(body))
            elif number in self._boxes:
                watched = self._boxes[number]
                watched.ask(body)
                if watched.box is not None and watched.box.sending:
                    self._see_to(watched.box)
        if self._proctor.closed and not self._messages:
            if self._proctor.lost(DYING_SECONDS):
                raise EngineError(_LOST)
            raise JudgingBroke(
                "the proctor ended before it was done: judging broke off, and nothing was decided",
                hidden=self._proctor.printed.decode("utf-8", "replace"),
            )

    def _obey(self, message: wire.Message) -> None:
        operation, number = message.get("op"), message.get("box")
        if operation in ("author_error", "reference_failed"):
            raise _what_the_pack_broke(message)
        if operation == "running":
            self.running = str(message.get("id"))
        elif operation not in _ORDERS:
            if operation == "item":  # its cost ends here, whenever the sitting gets to read it
                message["usage"] = self.take_usage()
                self._now_no_test()
            self._messages.append(message)
        elif type(number) is not int:
            text = f"the proctor asked to {operation} no box"
            raise EngineError(text)
        elif operation == "open":
            self._open(number, message.get("part"), of_reference=message.get("of") == "reference")
        elif operation == "close":
            self._throw_away(number, done=True)
        elif number in self._boxes:  # of one that has ended that was told when it did
            self._see_to_order(operation, number)

    def _see_to_order(self, operation: str, number: int) -> None:
        box = self._boxes[number]
        if operation == "begin":
            own = number in self._part_of
            box.begin(box.limits if own else self.limits_of.get(self.running, self.spec.limits))
        elif operation == "measure":
            self.tell({"op": "measured", "box": number, "cpu_seconds": repr(box.cpu_seconds())})
        else:
            box.hold(paused=operation == "pause")

    def _now_no_test(self) -> None:
        self.running, self.box_spoke = "", False

    # Its boxes.

    def _open(self, number: int, part: Any, *, of_reference: bool) -> None:
        if number in self._seen or len(self._boxes) >= MAX_OPEN or len(self._seen) >= MAX_BOXES:
            text = f"the proctor asked for box {number} twice, for more than {MAX_OPEN} at once or {MAX_BOXES} in all"
            raise EngineError(text)
        if part and part not in self._parts:
            name = str(part)[:50]
            raise AuthorError(
                "a hidden test of this assignment asks for a service that the assignment does not name, which is no "
                f'fault of yours: expected services = ["{name}"] in assignment.toml'
            )
        self._seen.add(number)
        spec = self.spec
        if part:
            spec = self._parts[part]
            self._part_of[number] = part
        if of_reference or self._is_stand_in(number):  # what ours costs is no usage of the learner's
            self._uncounted.add(number)
        opening = self._sandbox.hands.do(lambda: self._sandbox.open(spec))
        self._boxes[number] = Watched(opening, spec.limits)
        self._opening.add(number)
        opening.add_done_callback(lambda _opened: self._wake_up())

    def _is_stand_in(self, number: int) -> bool:
        return self._part_of.get(number, BUILD) != BUILD

    def _wake_up(self) -> None:
        with suppress(OSError):
            self._wake.send(b"!")

    def _hear_box(self, number: int) -> None:
        box = self._boxes[number]
        payloads, ending = box.hear()
        self.box_spoke = self.box_spoke or (bool(payloads) and not self._is_stand_in(number))
        for payload in payloads:
            self._to_proctor(wire.envelope(wire.RELAYED, number, payload))
        if ending is not None or (box.box is not None and box.box.closed):
            self._cut_off(number, ending)

    def _cut_off(self, number: int, ours: Ending | None) -> None:
        """End a box and tell the proctor how.

        Raises:
            EngineError: it was the back end that ended.
        """
        box = self._boxes[number].box
        ending = how_it_ended(ours, self._end(number, done=False).result())
        if box is not None and box.lost():
            raise EngineError(_LOST)
        if self._is_stand_in(number) and ours is None:
            message = "a stand-in for a service ended by itself, so nothing was decided"
            raise EngineError(message, hidden=f"{ending.detail}: {self.printed[-4000:]}")
        self.tell({"op": "ended", "box": number, **asdict(ending)})

    def _throw_away(self, number: int, *, done: bool) -> None:
        if number in self._boxes:
            self._end(number, done=done)

    def _end(self, number: int, *, done: bool) -> Future[Exit]:
        watched = self._boxes.pop(number)
        self._opening.discard(number)
        if number not in self._uncounted:
            self._used = add(self._used, watched.take_usage())
        if watched.box is not None:
            descriptor = watched.box.fileno()
            self._poll.unregister(descriptor)
            self._behind.pop(descriptor, None)
            del self._hearing[descriptor]
            self.printed = watched.box.printed.decode("utf-8", "replace") or self.printed
        return watched.end(self._sandbox.hands, done=done)


def _what_the_pack_broke(message: wire.Message) -> AuthorError | EngineError:
    """Return what the proctor's word on the pack's own files comes to."""
    hidden = str(message.get("text"))[:8000]
    if message["op"] == "author_error":
        return AuthorError(
            "the hidden files of this assignment do not work, which is no fault of yours; "
            "whoever holds the pack is told more by `grader check`",
            hidden=hidden,
        )
    if message.get("busy") is True:
        return EngineError("the machine was too busy to measure the reference, so nothing was decided", hidden=hidden)
    return ReferenceFailed(
        "the reference of this assignment does not work, which is no fault of yours; "
        "whoever holds the pack is told more by `grader check`",
        hidden=hidden,
    )
