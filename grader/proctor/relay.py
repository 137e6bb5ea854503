"""The loop between one proctor and the boxes it asks for.

Theory of operation. The proctor asks for boxes by numbers of its own choosing and speaks to them through us; what a box
says goes to the proctor unopened, so that nothing here depends on it but lengths. We open boxes (side by side, ahead of
need), keep every limit from outside, and end them. A box that passes a limit is cut off before anything else is done:
its stream is closed, then it is killed and removed, and the proctor is told how it ended in the words of an outcome.
Everything the proctor itself says beyond this (`open`, `begin`, `look`, `close`) is handed to the sitting.
"""

from __future__ import annotations

import selectors
import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Self

from grader import wire
from grader.errors import AuthorError, EngineError
from grader.model import Limits, Usage
from grader.sandbox.budget import Budget, Ending, ending_of_exit
from grader.sandbox.interface import Box, BoxSpec, Exit, Measured, Sandbox

TICK = 0.02
MAX_OPEN = 8
MAX_BOXES = 2000
MAX_RECEIVED = 160 * 2**20
RUNNER = (
    "/opt/venv/bin/python",
    "-I",
    "-B",
    "-c",
    "import sys; sys.path.insert(0, '/opt/grader'); from grader_runner.main import main; main()",
)


@dataclass(slots=True)
class _Learner:
    """A learner's box under way: being opened, open, or ending."""

    opening: Future[Box]
    limits: Limits
    box: Box | None = None
    budget: Budget | None = None
    waiting: list[bytes] = field(default_factory=list)
    last: Measured = field(default_factory=Measured)
    received: int = 0


class Relay:
    """One proctor and its boxes.

    Args:
        sandbox: the back end.
        proctor: the open box of the proctor.
        proctor_limits: its limits; the CPU limit is for one silence between two of its messages.
        spec: what a learner's box is.
    """

    def __init__(self, sandbox: Sandbox, proctor: Box, proctor_limits: Limits, spec: BoxSpec) -> None:
        self._sandbox = sandbox
        self._proctor = proctor
        self._proctor_budget = Budget(proctor_limits, time.monotonic())
        self._spec = spec
        self.limits = spec.limits
        self.printed = ""
        self._learners: dict[int, _Learner] = {}
        self._ended: set[int] = set()
        self._endings: list[Future[Exit]] = []
        self._used = Usage()
        self._messages: list[wire.Message] = []
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="boxes")
        self._selector = selectors.DefaultSelector()
        self._wake, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._selector.register(proctor.fileno(), selectors.EVENT_READ)

    def __enter__(self) -> Self:
        """Relay until the block ends."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """End every box, whatever happened, and wait until nothing is left."""
        for number in list(self._learners):
            self._throw_away(number)
        self._endings.append(self._pool.submit(self._proctor.end))
        self._pool.shutdown(wait=True)
        self._selector.close()
        self._wake.close()
        self._woken.close()
        for ending in self._endings:
            ending.result()

    def tell(self, message: wire.Message, blobs: list[bytes] | None = None) -> None:
        """Send a message to the proctor."""
        self._to_proctor(wire.envelope(wire.CONTROL, 0, wire.pack(message, blobs or [])))

    def hear(self) -> wire.Message:
        """Return the proctor's next message, relaying until it comes.

        Raises:
            EngineError: the proctor ended, or used more than its limits.
            AuthorError: it said that the pack is wrong.
        """
        while not self._messages:
            self._turn()
        return self._messages.pop(0)

    def take_usage(self) -> Usage:
        """Return what was used since the last call, boxes that are still open included, and start anew."""
        for learner in self._learners.values():
            self._count(learner)
        used, self._used = self._used, Usage()
        return used

    # One turn of the loop.

    def _turn(self) -> None:
        self._watch_writes()
        for key, _events in self._selector.select(TICK):
            if key.fd == self._woken.fileno():
                self._drain_wakes()
            elif key.data is None:
                self._hear_proctor()
            elif key.data in self._learners:
                self._hear_learner(key.data)
        self._finish_opening()
        self._flush()
        self._keep_limits()

    def _watch_writes(self) -> None:
        boxes: list[tuple[int | None, Box]] = [(None, self._proctor)]
        boxes += [(number, learner.box) for number, learner in self._learners.items() if learner.box is not None]
        for number, box in boxes:
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if box.sending else 0)
            self._selector.modify(box.fileno(), events, number)

    def _drain_wakes(self) -> None:
        try:
            self._woken.recv(4096)
        except BlockingIOError:
            return

    def _flush(self) -> None:
        self._proctor.flush()
        for learner in self._learners.values():
            if learner.box is not None:
                learner.box.flush()

    # The proctor's side.

    def _to_proctor(self, payload: bytes) -> None:
        self._proctor_budget.asked(time.monotonic())
        self._proctor.send(payload)

    def _hear_proctor(self) -> None:
        try:
            payloads = self._proctor.receive()
        except wire.FrameTooLong as error:
            message = "the proctor sent a frame that is too long"
            raise EngineError(message) from error
        if payloads:
            self._proctor_budget.begin(time.monotonic(), Measured())
        for payload in payloads:
            kind, number, body = wire.open_envelope(payload)
            if kind == wire.RELAYED:
                self._to_learner(number, body)
            else:
                self._obey(wire.unpack(body))
        if self._proctor.closed:
            self._proctor_is_gone()

    def _proctor_is_gone(self) -> None:
        self.printed = self._proctor.printed.decode("utf-8", "replace")
        if not self._messages:
            message = f"the proctor ended before it was done; it last printed:\n{self.printed[-1500:]}"
            raise EngineError(message)

    def _obey(self, message: wire.Message) -> None:
        operation, number = message.get("op"), message.get("box")
        if operation == "author_error":
            raise AuthorError(str(message.get("text"))[:4000])
        if operation not in ("open", "begin", "look", "close"):
            self._messages.append(message)
            return
        if type(number) is not int:
            text = f"the proctor asked to {operation} no box"
            raise EngineError(text)
        if operation == "open":
            self._open(number)
        elif operation == "close":
            self._throw_away(number)
        elif number in self._learners:
            self._look_at(operation, number, self._learners[number])
        elif operation == "look":
            self.tell({"op": "seen", "box": number, "oom": False})

    def _look_at(self, operation: str, number: int, learner: _Learner) -> None:
        if learner.box is None or learner.budget is None:
            return
        learner.last = learner.box.measure()
        if operation == "begin":
            learner.budget.begin(time.monotonic(), learner.last)
            learner.received = 0
        else:
            self.tell({"op": "seen", "box": number, "oom": learner.budget.out_of_memory(learner.last)})

    # The boxes' side.

    def _open(self, number: int) -> None:
        if number in self._learners or number in self._ended or len(self._learners) >= MAX_OPEN:
            text = f"the proctor asked for box {number} twice, or for more than {MAX_OPEN} at once"
            raise EngineError(text)
        if len(self._ended) >= MAX_BOXES:
            text = f"the proctor asked for more than {MAX_BOXES} boxes"
            raise EngineError(text)
        opening = self._pool.submit(self._sandbox.open, self._spec_now())
        opening.add_done_callback(lambda _opened: self._wake_up())
        self._learners[number] = _Learner(opening, self.limits)

    def _spec_now(self) -> BoxSpec:
        spec = self._spec
        return BoxSpec(
            family=spec.family,
            command=spec.command,
            limits=self.limits,
            deadline_seconds=spec.deadline_seconds,
            role=spec.role,
        )

    def _wake_up(self) -> None:
        try:
            self._wake.send(b"!")
        except OSError:
            return

    def _finish_opening(self) -> None:
        for number, learner in self._learners.items():
            if learner.box is None and learner.opening.done():
                learner.box = learner.opening.result()
                learner.budget = Budget(learner.limits, time.monotonic())
                self._selector.register(learner.box.fileno(), selectors.EVENT_READ, number)
                for payload in learner.waiting:
                    learner.box.send(payload)

    def _to_learner(self, number: int, body: bytes) -> None:
        learner = self._learners.get(number)
        if learner is None:
            return
        if learner.box is None or learner.budget is None:
            learner.waiting.append(body)
            return
        learner.budget.asked(time.monotonic())
        learner.box.send(body)

    def _hear_learner(self, number: int) -> None:
        learner = self._learners[number]
        if learner.box is None or learner.budget is None:
            return
        try:
            payloads = learner.box.receive()
        except wire.FrameTooLong:
            self._cut_off(number, Ending("BAD_REPLY", "", "announced a frame over the cap"))
            return
        learner.received += sum(map(len, payloads))
        if learner.received > MAX_RECEIVED:
            self._cut_off(number, Ending("BAD_REPLY", "", "sent more than a test may be told"))
            return
        for payload in payloads:
            learner.budget.answered(time.monotonic())
            self._to_proctor(wire.envelope(wire.RELAYED, number, payload))
        if learner.box.closed:
            learner.last = learner.box.measure()
            self._cut_off(number, None)

    def _keep_limits(self) -> None:
        now = time.monotonic()
        for number, learner in list(self._learners.items()):
            if learner.box is None or learner.budget is None:
                continue
            learner.last = learner.box.measure()
            overrun = learner.budget.overrun(now, learner.last, learner.box.printed_bytes)
            if overrun is not None:
                self._cut_off(number, overrun)
        over = self._proctor_budget.overrun(now, Measured(), self._proctor.printed_bytes)
        if over is not None:
            message = f"judging took too long or printed too much: {over.detail}"
            raise EngineError(message)

    # Endings.

    def _cut_off(self, number: int, ours: Ending | None) -> None:
        """End a box and tell the proctor how: our reason first, then the kernel's, then its exit code."""
        learner = self._learners[number]
        if learner.box is None:
            return
        exit_seen = self._end(number).result()
        ending = ours or ending_of_exit(exit_seen)
        self.tell(
            {
                "op": "ended",
                "box": number,
                "word": ending.word,
                "which": ending.which,
                "detail": ending.detail,
                "once_more": ending.once_more,
            }
        )

    def _throw_away(self, number: int) -> None:
        if number in self._learners:
            self._endings.append(self._end(number))

    def _end(self, number: int) -> Future[Exit]:
        learner = self._learners.pop(number)
        self._ended.add(number)
        if learner.box is None:
            return self._pool.submit(lambda: learner.opening.result().end())
        self._selector.unregister(learner.box.fileno())
        self._count(learner)
        self.printed = learner.box.printed.decode("utf-8", "replace") or self.printed
        return self._pool.submit(learner.box.end)

    def _count(self, learner: _Learner) -> None:
        if learner.box is None or learner.budget is None:
            return
        measured = learner.box.measure()
        top = learner.limits.memory_mb * 1024
        self._used = Usage(
            cpu_ms=self._used.cpu_ms + int(measured.cpu_seconds * 1000),
            wall_ms=self._used.wall_ms + int(learner.budget.waited_in_all * 1000),
            peak_memory_kb=max(self._used.peak_memory_kb, measured.peak_memory_kb),
            output_bytes=self._used.output_bytes + learner.box.printed_bytes,
            boxes=self._used.boxes + 1,
            cpu_tenths=max(self._used.cpu_tenths, _tenths(learner.budget.top_cpu_share)),
            memory_tenths=max(self._used.memory_tenths, _tenths(measured.peak_memory_kb / top)),
        )


def _tenths(share: float) -> int:
    return min(10, int(share * 10))
