"""A box of the learner's: the questions that a handle allows, and what else is asked of an object in it.

How a question is asked and answered is in `conversation`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from grader.proctor.inside.bad_answer import NotAValue
from grader.proctor.inside.conversation import Conversation, Reply
from grader.proctor.inside.handles import Handle, Member, place_of, whose
from grader.proctor.inside.members import SUBJECT
from grader.proctor.inside.question import Question
from sandbox.runner.values import Writer

ONE_BY_ONE, LARGEST_PAGE = 8, 1024
"""So many items are pulled one at a time; then a page is as large as what was read already, and never larger."""


class Box(Conversation):
    """See the module."""

    def handle(self, place: int | Member) -> Handle:
        """Return what stands for an object of the box."""
        return Handle(self, place)

    def time_call(self, name: str, args: Sequence[Any]) -> tuple[float, Any]:
        """Call a function of the submission; returns the seconds until its reply was there, and what it gave."""
        seconds, (message, reader) = self._time("call", {"args": list(args), "kwargs": {}}, of=SUBJECT, name=name)
        return seconds, self.read(reader, message, "value")

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


def _lend_nothing(value: Any) -> NoReturn:
    message = f"{type(value).__name__} cannot be an observation of a stream: send plain data"
    raise TypeError(message)
