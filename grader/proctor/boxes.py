"""The boxes of one sitting: opened side by side as they are asked for, kept within their limits, ended.

Theory of operation. They go by numbers that the proctor chose, each once. What one says is handed on unopened. A box
that passes a limit is cut off before anything else is done: its stream is closed, then it is killed and removed, and
only then the proctor is told how it ended, in the words of an outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from functools import partial
from typing import Protocol

from grader.errors import AuthorError, EngineError
from grader.model import Limits, Usage
from grader.proctor.faults import LOST
from grader.proctor.polling import Poll
from grader.sandbox.budget import Ending
from grader.sandbox.interface import BoxSpec, Exit, Sandbox
from grader.sandbox.watched import Watched, add, how_it_ended

MAX_OPEN = 8
MAX_BOXES = 2000
BUILD = "build"
"""The part of a box in which a submission is built; every other part is a stand-in."""


class Listener(Protocol):
    """Who is told what boxes say, and how they ended."""

    def box_said(self, number: int, payload: bytes) -> None:
        """Take a payload of a box."""

    def box_ended(self, number: int, ending: Ending) -> None:
        """Take how a box ended that nobody had asked to end."""


class Boxes:
    """See the module.

    Args:
        sandbox: the back end.
        poll: what waits for their streams.
        listener: is told of them.
        spec: what a learner's box is.
        parts: what a box is in which no submission is run, by name: `build`, and the stand-ins for services.

    Attributes:
        spec: what the next box will be.
        spoke: one of the learner's has said something since this was last set to False.
        printed: the tail of what the last box printed.
    """

    def __init__(
        self, sandbox: Sandbox, poll: Poll, listener: Listener, spec: BoxSpec, parts: Mapping[str, BoxSpec]
    ) -> None:
        self.spec = spec
        self.spoke = False
        self.printed = ""
        self._sandbox = sandbox
        self._poll = poll
        self._listener = listener
        self._parts = parts
        self._part_of: dict[int, str] = {}
        self._open: dict[int, Watched] = {}
        self._opening: set[int] = set()
        self._seen: set[int] = set()
        self._uncounted: set[int] = set()
        self._used = Usage()

    def __contains__(self, number: object) -> bool:
        return number in self._open

    def open(self, number: int, part: str | None, *, of_reference: bool) -> None:
        """Begin to open a box.

        Raises:
            EngineError: under a number that there was, or one more than there may be.
            AuthorError: of a part that the assignment does not name.
        """
        if number in self._seen or len(self._open) >= MAX_OPEN or len(self._seen) >= MAX_BOXES:
            text = f"the proctor asked for box {number} twice, for more than {MAX_OPEN} at once or {MAX_BOXES} in all"
            raise EngineError(text)
        if part and part not in self._parts:
            raise AuthorError(
                "a hidden test of this assignment asks for a service that the assignment does not name, which is no "
                f'fault of yours: expected services = ["{str(part)[:50]}"] in assignment.toml'
            )
        self._seen.add(number)
        spec = self.spec
        if part:
            spec = self._parts[part]
            self._part_of[number] = part
        if of_reference or self._is_stand_in(number):  # what ours costs is no usage of the learner's
            self._uncounted.add(number)
        opening = self._sandbox.hands.do(lambda: self._sandbox.open(spec))
        self._open[number] = Watched(opening, spec.limits)
        self._opening.add(number)
        opening.add_done_callback(lambda _opened: self._poll.wake())

    def take_over_opened(self) -> None:
        """Go on with those that have been opened since.

        Raises:
            EngineError: the back end could not open one.
        """
        for number in list(self._opening):
            watched = self._open[number]
            if watched.finish_opening() and watched.box is not None:
                self._opening.discard(number)
                self._poll.hear_from(watched.box.fileno(), partial(self._hear, number))
                self._poll.see_to(watched.box)

    def ask(self, number: int, payload: bytes) -> None:
        """Send a payload to a box, now or when it is open."""
        watched = self._open[number]
        watched.ask(payload)
        if watched.box is not None:
            self._poll.see_to(watched.box)

    def begin(self, number: int, limits: Limits) -> None:
        """Let the limits of one test or call start anew; the box of a part has its own, whatever the test's are."""
        watched = self._open[number]
        watched.begin(watched.limits if number in self._part_of else limits)

    def hold(self, number: int, *, paused: bool) -> None:
        """Stop every process of a box, or have them go on."""
        self._open[number].hold(paused=paused)

    def cpu_seconds(self, number: int) -> float:
        """Return the processor time that a box has used."""
        return self._open[number].cpu_seconds()

    def keep_limits(self) -> None:
        """Cut off whoever is over a limit."""
        for number, box in list(self._open.items()):
            overrun = box.overrun()
            if overrun is not None:
                self._cut_off(number, overrun)

    def take_usage(self) -> Usage:
        """Return what learners' boxes used since the last call, those still open included."""
        for number, box in self._open.items():
            if number not in self._uncounted:
                self._used = add(self._used, box.take_usage())
        used, self._used = self._used, Usage()
        return used

    def close(self, number: int, *, done: bool) -> None:
        """End a box; nobody waits for it. One that has ended may be closed again."""
        if number in self._open:
            self._end(number, done=done)

    def close_all(self, *, done: bool) -> None:
        """End every box."""
        for number in list(self._open):
            self._end(number, done=done)

    def _is_stand_in(self, number: int) -> bool:
        return self._part_of.get(number, BUILD) != BUILD

    def _hear(self, number: int) -> None:
        box = self._open[number]
        payloads, ending = box.hear()
        self.spoke = self.spoke or (bool(payloads) and not self._is_stand_in(number))
        for payload in payloads:
            self._listener.box_said(number, payload)
        if ending is not None or (box.box is not None and box.box.closed):
            self._cut_off(number, ending)

    def _cut_off(self, number: int, ours: Ending | None) -> None:
        """End a box and tell how.

        Raises:
            EngineError: it was the back end that ended.
        """
        box = self._open[number].box
        ending = how_it_ended(ours, self._end(number, done=False).result())
        if box is not None and box.lost():
            raise EngineError(LOST)
        if self._is_stand_in(number) and ours is None:
            message = "a stand-in for a service ended by itself, so nothing was decided"
            raise EngineError(message, hidden=f"{ending.detail}: {self.printed[-4000:]}")
        self._listener.box_ended(number, ending)

    def _end(self, number: int, *, done: bool) -> Future[Exit]:
        watched = self._open.pop(number)
        self._opening.discard(number)
        if number not in self._uncounted:
            self._used = add(self._used, watched.take_usage())
        if watched.box is not None:
            self._poll.forget(watched.box.fileno())
            self.printed = watched.box.printed.decode("utf-8", "replace") or self.printed
        return watched.end(self._sandbox.hands, done=done)
