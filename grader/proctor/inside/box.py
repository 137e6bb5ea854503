"""One learner's box, asked and answered.

Theory of operation. Every request carries an id of 64 random bits; the only frames that are taken in answer to it are
those that echo it: its reply, and until that comes calls of functions that were lent with it, or that are lent for
longer because the author said so (`keep`: a generator is asked for items after the call that made it). Anything else, a
reply sent before it was asked for or after it was due included, is a bad reply: it is written down, and the box is
thrown away. What a reply holds is decoded by `values` under caps, into new objects of plain types; nothing in it is
looked up, imported or called but handles (numbers) and callbacks (numbers of functions lent just now).

A box that is *forked* goes on in a child of the loaded process until it is rejoined; the end of that child is told
under the fork's own id, and only counts when it is due or when the box is being waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from time import perf_counter
from types import MappingProxyType
from typing import Any, NoReturn

from grader.proctor.inside import crossing
from grader.proctor.inside.bad_answer import BadAnswer, BadReply, BoxEnded, NotAValue, Notes
from grader.proctor.inside.channel import Channel, Ended, Measured
from grader.proctor.inside.handles import Handle, Member, place_of, whose
from grader.proctor.inside.members import SUBJECT, Members
from grader.proctor.inside.question import Lent, Question, new_id
from sandbox.runner import frames
from sandbox.runner.caps import BadValue
from sandbox.runner.values import Reader, Tagged, Writer

MAX_RECEIVED = 128 * 2**20
MAX_DECODED = 4_000_000
ONE_BY_ONE, LARGEST_PAGE = 8, 1024
"""So many items are pulled one at a time; then a page is as large as what was read already, and never larger."""
KEPT = 2**31
"""The first number of a function that is lent for longer than a call."""
MAX_CALLBACKS = 1_000_000
MAX_DEPTH = 20
_SETTING_UP = ("load", "fork", "build")
NO_SERVICES: Mapping[str, Callable[..., Any]] = MappingProxyType({})

Reply = tuple[dict[str, Any], Reader]


class Box:
    """A box of the learner's, by its number on the channel.

    Attributes:
        notes: what sticks to the test that is running.
        alive: whether it can still be asked.
        traces: the learner's tracebacks, the last few, for authors.

    Args:
        channel: to the engine.
        number: its number on it.
        notes: the attribute.
        services: requests to services that go with every question, for the learner's code to make, by service.
    """

    def __init__(
        self, channel: Channel, number: int, notes: Notes, services: Mapping[str, Callable[..., Any]] = NO_SERVICES
    ) -> None:
        self.notes = notes
        self._services = services
        self.alive = True
        self.traces: list[str] = []
        self._channel = channel
        self._number = number
        self._fork = ""
        self._depth = 0
        self._members = Members()
        self._kept: dict[int, Callable[..., Any]] = {}
        self._kept_in_all = 0
        self._borrowed = 0
        self._lends = True

    # Verbs of the engine and of `boxes`.

    def begin(self) -> None:
        """Let the limits of one test or call start anew, as soon as anything is asked."""
        self._members.looked_at()
        self._channel.tell_soon({"op": "begin", "box": self._number})

    def pause(self) -> None:
        """Have every process of the box stopped, before whatever is sent next."""
        self._channel.tell_soon({"op": "pause", "box": self._number})

    def resume(self) -> None:
        """Have them go on."""
        self._channel.tell_soon({"op": "resume", "box": self._number})

    def cpu_seconds(self) -> float:
        """Return the processor time that the box has used, by the word of whoever runs it."""
        self._channel.tell({"op": "measure", "box": self._number})
        message, _ = self._receive(expect_measure=True)
        return float(message["cpu_seconds"])

    def time_call(self, name: str, args: Sequence[Any]) -> tuple[float, Any]:
        """Call a function of the submission; returns the seconds until its reply was there, and what it gave."""
        seconds, (message, reader) = self._time("call", {"args": list(args), "kwargs": {}}, of=SUBJECT, name=name)
        return seconds, self.read(reader, message, "value")

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

    def refuse(self, detail: str) -> NoReturn:
        """End the box for what it did: FAILED, whatever becomes of the exception."""
        self.close()
        raise self.notes.stick(BadAnswer("FAILED", detail))

    def close(self) -> None:
        """Have the box thrown away."""
        if self.alive:
            self.alive = False
            self._channel.tell({"op": "close", "box": self._number})

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

    def _read_plain(self, reader: Reader, message: dict[str, Any]) -> Any:
        self._lends = False
        try:
            return self.read(reader, message, "value")
        finally:
            self._lends = True

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

    # The five questions that a handle allows, and two comparisons in the box.

    def get(self, of: int, name: str) -> Any:
        """Return an attribute; a member without asking."""
        self._ask_for_unasked()
        member = self._members.look_up(of, name) if self.alive else None
        return self.value("get", of=of, name=name) if member is None else Handle(self, member)

    def call(self, function: Handle, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return what a call gives; the arguments cross as copies."""
        message, reader = self._ask_to_call(function, args, kwargs, {})
        return self.read(reader, message, "value")

    def call_back_and_forth(
        self, function: Handle, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Any, Any, Any, Any]:
        """Call, and return (value, args after it, kwargs after it, number of the argument that is the value)."""
        message, reader = self._ask_to_call(function, args, kwargs, {"back": True})
        value, after, named, same = (self.read(reader, message, part) for part in ("value", "args", "kwargs", "same"))
        if type(after) is not list or type(named) is not dict or not (same is None or type(same) is int):
            self._bad("a malformed reply to a call")
        return value, tuple(after), named, same

    def _ask_to_call(
        self, function: Handle, args: tuple[Any, ...], kwargs: dict[str, Any], parts: dict[str, Any]
    ) -> Reply:
        self._ask_for_unasked(but=place_of(function))
        question = Question(self, "call")
        writer = Writer(question.lend)
        written = {
            "args": writer.write(list(args)),
            "kwargs": writer.write({str(name): value for name, value in kwargs.items()}),
        }
        place = place_of(function)  # a number by now, if it is among its own arguments
        if isinstance(place, Member):
            question.member = place
            parts = {"of": place.of, "name": place.name, **parts}
        else:
            parts = {"of": place, **parts}
        lent = self._lent_services(question) if self._services else {}
        self._send({"id": question.id, "op": "call", **parts, **written, **lent}, writer.blobs)
        return self.finish(question)

    def length(self, of: int) -> int:
        """Return `len`, which the box may answer with any non-negative int."""
        value = self.value("len", of=of)
        if type(value) is not int or value < 0:
            self._bad("a length that is none")
        return value

    def item(self, of: int, key: Any) -> Any:
        """Return an item."""
        return self.value("item", {"key": key}, of=of)

    def iterate(self, of: int, limit: int) -> Iterator[Any]:
        """Return an iterator that pulls items, a page at a time. See `pull`."""
        iterator = self.value("iter", of=of)
        if type(iterator) is not Handle:
            self._bad("an iterator that is none")
        return self.pull(whose(iterator)[1], limit)

    def pull(self, of: int, limit: int) -> Iterator[Any]:
        """Yield at most `limit` items of an iterator in the box.

        The box is never further ahead than it was read: the first items come one by one, then twice as many each time.
        An exception comes after the items that came before it.
        """
        pulled = 0
        while pulled < limit:
            count = 1 if pulled < ONE_BY_ONE else min(pulled, LARGEST_PAGE, limit - pulled)
            items, more, broke = self._page(of, count)
            pulled += len(items)
            yield from items
            if broke is not None:
                self._raise(broke)
            if not more:
                return
        if limit > 1:
            self._bad("an iteration without end")

    def _page(self, of: int, count: int) -> tuple[list[Any], bool, Any]:
        """Ask for the next items; returns them, whether there may be more, and what broke it off."""
        message, reader = self.ask("next", of=of, count=count)
        trees, more, broke = message.get("items"), message.get("more"), message.get("broke")
        if type(trees) is not list or type(more) is not bool or len(trees) > count or (more and not trees):
            self._bad("a malformed page of items")
        return [self.read(reader, {"item": tree}, "item") for tree in trees], more, broke

    def keep(self, function: Callable[..., Any]) -> Lent:
        """Lend a function for longer than a call, until `let_go`."""
        lent = Lent(self, KEPT + self._kept_in_all)
        self._kept_in_all += 1
        self._kept[lent.number] = function
        return lent

    def let_go(self, lent: Lent) -> None:
        """Take back what was lent: to call it from now on is a bad reply."""
        self._kept.pop(lent.number, None)

    def equal(self, one: Handle, other: Handle) -> bool:
        """Ask the learner's own `==`: the box's word."""
        (_, left), (_, right) = whose(one), whose(other)
        return self.value("equal", of=left, other=right) is True

    def observe(self, state: int, step: str, observation: Any) -> Any:
        """Return the answer to one observation of a stream; both are plain data.

        Raises:
            TypeError: the observation is none.
            NotAValue: the answer is none.
        """
        question = Question(self, "observe")
        writer = Writer(_lend_nothing)
        written = writer.write(observation)
        self._send(
            {"id": question.id, "op": "observe", "of": state, "name": step, "observation": written}, writer.blobs
        )
        message, reader = self.finish(question)
        before = self._borrowed
        answer = self.read(reader, message, "value")
        if self._borrowed != before:
            raise self.notes.stick(NotAValue("as the answer to an observation"))
        return answer

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

    def _lent_services(self, question: Question) -> dict[str, Any]:
        return {"services": {name: question.lend(request)["v"] for name, request in self._services.items()}}

    # One answer.

    def _send(self, message: dict[str, Any], blobs: Sequence[frames.Blob]) -> None:
        if not self.alive:
            raise self.notes.stick(BoxEnded("CRASHED", "the box has ended"))
        self._channel.send(self._number, frames.parts(message, blobs))

    def _receive(
        self, *, expect_end: bool = False, expect_measure: bool = False
    ) -> tuple[dict[str, Any], Sequence[frames.Payload]]:
        payload = self._channel.receive(self._number)
        if isinstance(payload, Measured):
            return {"cpu_seconds": payload.cpu_seconds}, ()
        if isinstance(payload, Ended):
            self.alive = False
            raise self.notes.stick(
                BoxEnded(payload.word, payload.detail, which=payload.which, once_more=payload.once_more)
            )
        if expect_measure:
            self._refuse_unasked({})
        self.notes.received += len(payload)
        if self.notes.received > MAX_RECEIVED:
            self._bad("more than a test may be told")
        try:
            message, blobs = frames.unpack(payload)
        except frames.FrameError as error:
            self._bad(f"a malformed frame: {error}")
        if self._fork and message.get("id") == self._fork and "ended" in message and not expect_end:
            self._fork_ended(message["ended"])
        return message, blobs

    def _fork_ended(self, code: Any) -> NoReturn:
        self._fork = ""
        raise self.notes.stick(BoxEnded("CRASHED", f"its process ended by itself ({code!r})"[:80]))

    def _bad(self, detail: str) -> NoReturn:
        self.close()
        raise self.notes.stick(BadReply(detail))

    def _refuse_unasked(self, _message: dict[str, Any]) -> NoReturn:
        self._bad("a reply that nobody asked for")

    def _raise(self, description: Any) -> NoReturn:
        error = crossing.revive(description)
        if error is None:
            self._bad("a malformed exception")
        self.traces[:] = [*self.traces[-4:], crossing.trace(description)]
        self.notes.crossed.append(error)
        raise error

    def _take_number(self, member: Member, number: Any) -> None:
        if type(number) is not int or number < 0:
            self._bad("a malformed number")
        member.number = number

    def _borrow(self, tree: Tagged) -> Handle:
        number = tree.get("v")
        if not self._lends or tree["$"] != "handle" or type(number) is not int or number < 0:
            raise BadValue(str(tree["$"])[:40])
        self._members.tell(number, tree)
        self._borrowed += 1
        return Handle(self, number)

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


def _lend_nothing(value: Any) -> NoReturn:
    message = f"{type(value).__name__} cannot be an observation of a stream: send plain data"
    raise TypeError(message)
