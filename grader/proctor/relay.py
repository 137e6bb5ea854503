"""The loop between one proctor and the boxes it asks for.

Theory of operation. The proctor asks for boxes by numbers of its own choosing and speaks to them through us; what a box
says goes to the proctor unopened, so that nothing here depends on it but lengths. We open boxes, keep every limit from
outside, and end them (`boxes`). What else the proctor says is handed to the sitting.

The proctor has limits too. When it passes one or ends, somebody has to find out whose fault that is, and needs to know
which test was running and whether a box had said anything in it: both are seen here, from outside.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Self

from grader import wire
from grader.errors import EngineError
from grader.model import Limits
from grader.proctor.boxes import Boxes
from grader.proctor.faults import LOST, JudgingBroke, what_the_pack_broke
from grader.proctor.polling import Poll
from grader.sandbox.budget import Budget, Ending
from grader.sandbox.interface import Box, BoxSpec, Measured, Sandbox

TICK = 0.02
_ORDERS = ("open", "begin", "pause", "resume", "measure", "close")
"""What the proctor asks of us for a box, by its number."""
DYING_SECONDS = 0.2
"""A back end that dies lets go of one stream after the other; so long after the proctor's it is known to be dead."""


class Relay:
    """One proctor and its boxes.

    Args:
        sandbox: the back end.
        proctor: the open box of the proctor.
        proctor_limits: its limits; the clock is for one silence between two of its messages.
        spec: what a learner's box is.
        parts: what a box is in which no submission is run, by name: `build`, and the stand-ins for services.

    Attributes:
        boxes: those that the proctor asked for.
        running: the test that is running, or empty.
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
        self._limits_of: Mapping[str, Limits] = {}
        self.running = ""
        self._looked_at = self._proctor_seen_at = 0.0
        self._proctor_seen = Measured()
        self._messages: list[wire.Message] = []
        self._poll = Poll()
        self._poll.hear_from(proctor.fileno(), self._hear_proctor)
        self.boxes = Boxes(sandbox, self._poll, self, spec, parts or {})

    def __enter__(self) -> Self:
        """Relay until the block ends."""
        return self

    def __exit__(self, kind: object, *_exception: object) -> None:
        """End every box, whatever happened; nobody waits for it (`Sandbox.leftovers` does)."""
        self.boxes.close_all(done=kind is None)
        self._sandbox.hands.do(lambda: self._proctor.end(done=kind is None))
        self._poll.close()

    def begin(self, spec: BoxSpec, limits_of: Mapping[str, Limits]) -> None:
        """Begin a check: boxes are `spec` from now on, and these tests have limits of their own."""
        self.boxes.spec, self._limits_of = spec, limits_of
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

    def box_said(self, number: int, payload: bytes) -> None:
        """Hand on what a box said."""
        self._to_proctor(wire.envelope(wire.RELAYED, number, payload))

    def box_ended(self, number: int, ending: Ending) -> None:
        """Tell the proctor how a box ended."""
        self.tell({"op": "ended", "box": number, **asdict(ending)})

    def _turn(self) -> None:
        self._poll.wait(TICK)
        self.boxes.take_over_opened()
        self._poll.send_more()
        self._keep_limits()

    def _keep_limits(self) -> None:
        now = time.monotonic()
        if now - self._looked_at < TICK:
            return
        self._looked_at = now
        self.boxes.keep_limits()
        over = self._proctor_budget.overrun(now, self._proctor.measure(), self._proctor.printed_bytes)
        if over is not None:
            raise JudgingBroke("judging used more than it may, and nothing was decided", hidden=over.detail)

    def _proctor_used(self) -> Measured:
        """Return what it has used, as seen a moment ago: it says a lot, and its limits are wide."""
        now = time.monotonic()
        if now - self._proctor_seen_at > TICK:
            self._proctor_seen_at, self._proctor_seen = now, self._proctor.measure()
        return self._proctor_seen

    def _to_proctor(self, payload: bytes) -> None:
        self._proctor_budget.asked(time.monotonic())
        self._proctor.send(payload)
        self._poll.see_to(self._proctor)

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
            elif number in self.boxes:
                self.boxes.ask(number, body)
        if self._proctor.closed and not self._messages:
            if self._proctor.lost(DYING_SECONDS):
                raise EngineError(LOST)
            raise JudgingBroke(
                "the proctor ended before it was done: judging broke off, and nothing was decided",
                hidden=self._proctor.printed.decode("utf-8", "replace"),
            )

    def _obey(self, message: wire.Message) -> None:
        operation, number = message.get("op"), message.get("box")
        if operation in ("author_error", "reference_failed"):
            raise what_the_pack_broke(message)
        if operation == "running":
            self.running = str(message.get("id"))
        elif operation not in _ORDERS:
            if operation == "item":  # its cost ends here, whenever the sitting gets to read it
                message["usage"] = self.boxes.take_usage()
                self._now_no_test()
            self._messages.append(message)
        elif type(number) is not int:
            text = f"the proctor asked to {operation} no box"
            raise EngineError(text)
        elif operation == "open":
            self.boxes.open(number, message.get("part"), of_reference=message.get("of") == "reference")
        elif operation == "close":
            self.boxes.close(number, done=True)
        elif number in self.boxes:  # of one that has ended that was told when it did
            self._see_to_order(operation, number)

    def _see_to_order(self, operation: str, number: int) -> None:
        if operation == "begin":
            self.boxes.begin(number, self._limits_of.get(self.running, self.boxes.spec.limits))
        elif operation == "measure":
            self.tell({"op": "measured", "box": number, "cpu_seconds": repr(self.boxes.cpu_seconds(number))})
        else:
            self.boxes.hold(number, paused=operation == "pause")

    def _now_no_test(self) -> None:
        self.running, self.boxes.spoke = "", False
