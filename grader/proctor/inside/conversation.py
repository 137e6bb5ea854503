"""Questions to one box and their answers.

Theory of operation. Every request carries an id of 64 random bits; the only frames that are taken in answer to it are
those that echo it: its reply, and until that comes calls of functions that were lent with it, or that are lent for
longer because the author said so (`keep`: a generator is asked for items after the call that made it). Anything else, a
reply sent before it was asked for or after it was due included, is a bad reply. What a reply holds is decoded by
`values` under caps, into new objects of plain types; nothing in it is looked up, imported or called but handles
(numbers) and callbacks (numbers of functions lent just now).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from time import perf_counter
from types import MappingProxyType
from typing import Any, NoReturn

from grader.proctor.inside import crossing
from grader.proctor.inside.bad_answer import BadAnswer, Notes
from grader.proctor.inside.channel import Channel
from grader.proctor.inside.handles import Handle, Member, whose
from grader.proctor.inside.line import Line
from grader.proctor.inside.members import Members
from grader.proctor.inside.question import Lent, Question, new_id
from sandbox.runner import frames
from sandbox.runner.caps import BadValue
from sandbox.runner.values import Reader, Tagged, Writer

MAX_DECODED = 4_000_000
KEPT = 2**31
"""The first number of a function that is lent for longer than a call."""
MAX_CALLBACKS = 1_000_000
MAX_DEPTH = 20
_SETTING_UP = ("load", "fork", "build")
NO_SERVICES: Mapping[str, Callable[..., Any]] = MappingProxyType({})

Reply = tuple[dict[str, Any], Reader]


class Conversation(Line, ABC):
    """See the module.

    Args:
        channel: to the engine.
        number: of the box on it.
        notes: what sticks to the test that is running.
        services: requests to services that go with every question, for the learner's code to make, by service.
    """

    def __init__(
        self, channel: Channel, number: int, notes: Notes, services: Mapping[str, Callable[..., Any]] = NO_SERVICES
    ) -> None:
        super().__init__(channel, number, notes)
        self._services = services
        self._depth = 0
        self._members = Members()
        self._kept: dict[int, Callable[..., Any]] = {}
        self._kept_in_all = 0
        self._borrowed = 0

    @abstractmethod
    def handle(self, place: int | Member) -> Handle:
        """Return what stands for an object of the box."""

    def begin(self) -> None:
        """Let the limits of one test or call start anew, as soon as anything is asked."""
        self._members.looked_at()
        super().begin()

    # A question, and what came of it.

    def start(self, op: str, values: dict[str, Any] | None = None, **parts: Any) -> Question:
        """Send a request without waiting for its reply."""
        question, message, blobs = self._write(op, values or {}, parts)
        self._send(message, blobs)
        return question

    def _write(
        self, op: str, values: dict[str, Any], parts: dict[str, Any]
    ) -> tuple[Question, dict[str, Any], Sequence[frames.Blob]]:
        """Return a question and the message that asks it, which is yet to be sent."""
        self._ask_for_unasked()
        question = Question(self, op)
        writer = Writer(question.lend)
        written = {name: writer.write(value) for name, value in values.items()}
        lent = self._lent_services(question) if self._services and op not in _SETTING_UP else {}
        return question, {"id": question.id, "op": op, **parts, **written, **lent}, writer.blobs

    def ask(self, op: str, values: dict[str, Any] | None = None, **parts: Any) -> Reply:
        """Send a request and return its reply, decoded by the reader that comes with it."""
        return self.finish(self.start(op, values, **parts))

    def finish(self, question: Question) -> Reply:
        """Wait for the reply to `question`.

        Raises:
            BadAnswer: the box answered badly or ended.
            BaseException: the learner's own exception, made anew.
        """
        while True:
            message, blobs = self._receive()
            if message.get("id") != question.id:
                self._refuse_unasked(message)
            if "gone" in message:
                self._take_back(message["gone"])
            if "callback" in message:
                self._call_back(question, message, blobs)
                continue
            self.notes.asked += question.op not in _SETTING_UP
            if question.member is not None and "got" in message:
                self._take_number(question.member, message["got"])
            if "raised" in message:
                self._raise(message["raised"])
            if "bad" in message:
                self._bad(f"a value that cannot cross: {message['bad']}"[:200])
            return message, Reader(blobs, self._borrow)

    def value(self, op: str, values: dict[str, Any] | None = None, **parts: Any) -> Any:
        """Ask, and return the one value of the reply."""
        message, reader = self.ask(op, values, **parts)
        return self.read(reader, message, "value")

    def plain(self, op: str, values: dict[str, Any] | None = None, **parts: Any) -> Any:
        """Ask, and return the one value of the reply, in which an object of the box is a bad reply."""
        message, reader = self.ask(op, values, **parts)
        return self._read_plain(reader, message)

    def time_plain(self, op: str, values: dict[str, Any], **parts: Any) -> tuple[float, Any]:
        """Ask as `plain` does; returns the seconds until the reply was there, and its value."""
        seconds, (message, reader) = self._time(op, values, **parts)
        return seconds, self._read_plain(reader, message)

    def _time(self, op: str, values: dict[str, Any], **parts: Any) -> tuple[float, Reply]:
        question, message, blobs = self._write(op, values, parts)
        started = perf_counter()
        self._send(message, blobs)
        reply = self.finish(question)
        return perf_counter() - started, reply

    def read(self, reader: Reader, message: dict[str, Any], part: str) -> Any:
        """Return a part of a reply, decoded."""
        before = reader.parts
        try:
            value = reader.read(message[part])
        except Exception as error:  # noqa: BLE001 - whatever decoding trips over is a bad reply, never the author's to catch
            self._bad(f"a malformed value: {error!r}"[:200])
        self.notes.decoded += reader.parts - before
        if self.notes.decoded > MAX_DECODED:
            self._bad("more parts than a test may be told")
        return value

    def _read_plain(self, reader: Reader, message: dict[str, Any]) -> Any:
        before = self._borrowed
        value = self.read(reader, message, "value")
        if self._borrowed != before:
            self._bad("an object where a value is due")
        return value

    def _raise(self, description: Any) -> NoReturn:
        error = crossing.revive(description)
        if error is None:
            self._bad("a malformed exception")
        self.notes.crossed.append(error)
        raise error

    def _borrow(self, tree: Tagged) -> Handle:
        number = tree.get("v")
        if tree["$"] != "handle" or type(number) is not int or number < 0:
            raise BadValue(str(tree["$"])[:40])
        self._members.tell(number, tree)
        self._borrowed += 1
        return self.handle(number)

    # Functions that are lent.

    def keep(self, function: Callable[..., Any]) -> Lent:
        """Lend a function for longer than a call, until `let_go`."""
        lent = Lent(self, KEPT + self._kept_in_all)
        self._kept_in_all += 1
        self._kept[lent.number] = function
        return lent

    def let_go(self, lent: Lent) -> None:
        """Take back what was lent: to call it from now on is a bad reply."""
        self._kept.pop(lent.number, None)

    def _lent_services(self, question: Question) -> dict[str, Any]:
        return {"services": {name: question.lend(request)["v"] for name, request in self._services.items()}}

    def _call_back(self, question: Question, message: dict[str, Any], blobs: Sequence[frames.Payload]) -> None:
        number, reader = message["callback"], Reader(blobs, self._borrow)
        function = {**self._kept, **question.lent}.get(number) if type(number) is int else None
        question.called += 1
        if function is None or question.called > MAX_CALLBACKS or self._depth >= MAX_DEPTH:
            self._bad("a call of a function that was not lent, or too many")
        args, kwargs = self.read(reader, message, "args"), self.read(reader, message, "kwargs")
        if type(args) is not list or type(kwargs) is not dict:
            self._bad("a malformed call of a function that was lent")
        self._depth += 1
        try:
            answer: dict[str, Any] = {"value": function(*args, **kwargs)}
        except Exception as error:  # noqa: BLE001 - the author's function may raise; only the type goes back
            answer = {"raised": type(error).__name__}
        except BadAnswer:
            self.close()
            raise
        finally:
            self._depth -= 1
        writer = Writer(question.lend)
        if "value" in answer:
            answer = {"value": writer.write(answer["value"])}
        self._send({"id": question.id, "answer": number, **answer}, writer.blobs)

    # Members.

    def find(self, member: Member) -> int:
        """Ask for a member, and return its number."""
        thing = self.value("get", of=member.of, name=member.name)
        if type(thing) is not Handle:
            self._bad("a member that is a value")
        number = member.number = whose(thing)[1]
        return number

    def confirm(self) -> None:
        """Ask for what a test did no more than look at: what was told at first is no answer to it."""
        member = self._members.looked_at()
        if member is not None and self.alive and not self.notes.asked:
            with suppress(BadAnswer):  # written down, which is all it takes
                self.find(member)

    def _ask_for_unasked(self, but: int | Member | None = None) -> None:
        member = self._members.unasked()
        if member is not None and member is not but:
            self.find(member)

    def _take_number(self, member: Member, number: Any) -> None:
        if type(number) is not int or number < 0:
            self._bad("a malformed number")
        member.number = number

    def _take_back(self, gone: Any) -> None:
        try:
            self._members.take_back(gone)
        except (TypeError, ValueError):
            self._bad("malformed names")

    # Loading, and forks.

    def finish_loading(self, question: Question) -> None:
        """Wait until the submission is loaded."""
        message, reader = self.finish(question)
        try:
            self._members.load(self.read(reader, message, "names"))
        except BadValue:
            self._bad("malformed names")

    def fork(self, key: int) -> None:
        """Go on in a child of the loaded process."""
        self._members.as_loaded()
        question = self.start("fork", key=key)
        self._fork = question.id
        self.finish(question)

    def rejoin(self) -> None:
        """End the child. What it sent and nobody asked for is a bad reply now."""
        if not self.alive or not self._fork:
            return
        self._send({"id": new_id(), "op": "done"}, [])
        message, _ = self._receive(expect_end=True)
        if message.get("id") != self._fork or "ended" not in message:
            self._refuse_unasked(message)
        self._fork = ""
        self._members.as_loaded()
