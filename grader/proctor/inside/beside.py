"""The learner's side and the reference's, each in a box of its own on the same host, asked the same in turns.

Theory of operation. A clock is only worth believing when nobody who is measured holds it, so time is taken here, from
the moment a request leaves to the moment its reply is there, and processor time by whoever runs the boxes. Machines are
fast and slow, busy and idle; so the learner is measured beside the pack's own reference, and only the ratio counts.
Whoever waits for the other's turn is stopped from outside, with all that it left running: nobody can slow the other
down, or use the other's time to think. Requests are drawn one after the other and never twice, so that there is nothing
to remember, and each answer is held against the reference's: a fast wrong answer is a wrong answer.

What goes wrong on the reference's side is never the learner's fault: it ends the judging (`ReferenceFailed`).

A side is asked by `Side.ask`, one request and one reply. How it is asked is a function of its box: `calling` a function
with arguments, or `serving` a request of a web service. Both are timed from the moment what was written leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NoReturn

from grader.proctor.inside import data
from grader.proctor.inside.box import Box
from grader.proctor.inside.boxes import Boxes
from grader.proctor.inside.data import PackError
from grader.proctor.inside.handles import Handle
from grader.proctor.inside.metric import WrongAnswers
from grader.proctor.inside.service import Response, Service, encoded

Agrees = Callable[[Any, Any, Any], bool]
Ask = Callable[[Box, Sequence[Any]], tuple[float, Any]]
"""Asks a box, and gives the seconds until its reply was there, and what it was."""


class ReferenceFailed(PackError):
    """The reference raised, ended or was too slow where it is to be measured.

    Attributes:
        busy: its clock ran out while it had hardly computed, so it is the machine's fault and not the pack's.
    """

    def __init__(self, detail: str, *, busy: bool = False) -> None:
        super().__init__(f"examples/reference, which the submission is measured beside: {detail}")
        self.busy = busy


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one request.

    Attributes:
        seconds: until its reply was there, by our clock.
        answer: the reply, decoded.
    """

    seconds: float
    answer: Any


def calling(function: str) -> Ask:
    """Return what calls a function by name; a request is its arguments."""
    return lambda box, args: box.time_call(function, args)


def serving(box: Box, request: Sequence[Any]) -> tuple[float, Response]:
    """Send a request of a web service: method, path and perhaps options, as `service.request` takes them."""
    return Service(box).time(as_it_crosses(request))


def as_it_crosses(request: Sequence[Any]) -> dict[str, Any]:
    """Return a request of a web service as `service.request` would send it.

    Raises:
        ValueError: it is none.
        TypeError: it is none.
    """
    method, path, *options = request
    return encoded(method, path, **dict(*options))


class Side:
    """A loaded box, and how it is asked.

    Args:
        boxes: of the side.
        ask: asks one.
    """

    def __init__(self, boxes: Boxes, ask: Ask) -> None:
        self._boxes = boxes
        self._ask = ask
        self._box = boxes.fresh()

    def ask(self, args: Sequence[Any]) -> Reply:
        """Ask, with limits that begin anew."""
        self._boxes.notes.clear()
        self._box.begin()
        return Reply(*self._ask(self._box, args))

    def cpu_seconds(self) -> float:
        """Return the processor time that its box has used, measured from outside."""
        return self._box.cpu_seconds()

    def refuse(self, detail: str) -> NoReturn:
        """End the box for what it did, which sticks."""
        self._box.refuse(detail)

    def pause(self) -> None:
        """Have all of its box stopped, before anything else is asked."""
        self._box.pause()

    def resume(self) -> None:
        """Have it go on."""
        self._box.resume()

    def close(self) -> None:
        """Throw its box away."""
        self._box.close()


class Reference(Side):
    """The reference's side: whatever stops it is told as the pack's fault."""

    def __init__(self, boxes: Boxes, ask: Ask) -> None:
        with _of_the_pack(boxes):
            super().__init__(boxes, ask)

    def ask(self, args: Sequence[Any]) -> Reply:
        """Ask it.

        Raises:
            ReferenceFailed: it gives no answer.
        """
        with _of_the_pack(self._boxes):
            reply = super().ask(args)
        if type(reply.answer) is Response and reply.answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ReferenceFailed(f"it answers {args!r:.200} with status {reply.answer.status}")
        return reply


@contextmanager
def both(learners: Boxes, reference: Boxes, ask: Ask) -> Iterator[tuple[Side, Side]]:
    """Lend the learner's side and the reference's, loaded; both boxes are thrown away after it."""
    theirs = Reference(reference, ask)
    try:
        mine = Side(learners, ask)
        try:
            yield mine, theirs
        finally:
            mine.close()
    finally:
        theirs.close()


def agreement(file: str, name: str) -> Agrees:
    """Return what says whether an answer is right: the author's function, or plain equality of type and value.

    Two responses are equal when status and body are: headers name versions and moments.

    Raises:
        PackError: there is no such function.
    """
    return data.hidden_function(file, name) if name else _equal


def hold_against(agrees: Agrees, asked: Any, answer: Any, right: Any) -> None:
    """See to it that an answer is right.

    Raises:
        WrongAnswers: it is not, or the author's function trips over it and not over the right one.
        PackError: that function says that the right answer is wrong, or raises on it.
    """
    if type(answer) is Handle:
        raise WrongAnswers("answers", "an answer came as an object, not as a value")
    try:
        fine = bool(agrees(asked, answer, right))
    except Exception as error:
        if not _right_is_right(agrees, asked, right):
            raise PackError("what compares answers says that the reference's own is wrong") from error
        raise WrongAnswers("answers", f"an answer that cannot be compared: {error!r}"[:500]) from error
    if not fine:
        raise WrongAnswers("answers", f"{answer!r:.200} where {right!r:.200} is right")


def _right_is_right(agrees: Agrees, asked: Any, right: Any) -> bool:
    try:
        return bool(agrees(asked, right, right))
    except Exception as error:
        raise PackError(f"what compares answers raised {error!r} on the right one: set `agrees`") from error


def _equal(_asked: Any, answer: Any, right: Any) -> bool:
    if type(answer) is Response and type(right) is Response:
        return (answer.status, answer.content) == (right.status, right.content)
    return type(answer) is type(right) and bool(answer == right)


@contextmanager
def _of_the_pack(boxes: Boxes) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        bad = boxes.notes.bad[0] if boxes.notes.bad else None
        detail = f"{bad.word} {bad.detail}" if bad else repr(error)
        raise ReferenceFailed(detail[:2000], busy=bool(bad and bad.once_more)) from error
