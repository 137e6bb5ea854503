"""A request under way: its id, which no box can guess, and the functions that were lent with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.proctor.inside.handles import Handle, Member, whose
from sandbox.runner.values import Tagged


def new_id() -> str:
    """Return the id of one request: drawn when it is made and never ahead, so that no fork shares one to come."""
    return os.urandom(8).hex()


@dataclass(frozen=True, slots=True)
class Lent:
    """A function that is lent for longer than a call.

    Attributes:
        box: to which.
        number: known by it there.
    """

    box: object
    number: int


class Question:
    """See the module.

    Args:
        box: whose handles may be sent back.
        op: what is asked.
        member: what is called by its name, and has no number yet.
    """

    def __init__(self, box: object, op: str, member: Member | None = None) -> None:
        self.id = new_id()
        self.op = op
        self.member = member
        self.lent: dict[int, Callable[..., Any]] = {}
        self.called = 0
        self._box = box

    def lend(self, value: Any) -> Tagged:
        """Return the reference to send for what is no plain value: a handle of this box, or a function."""
        if type(value) is Handle:
            box, number = whose(value)
            if box is not self._box:
                message = "this object lives in another box; ask for a new one there"
                raise TypeError(message)
            return {"$": "handle", "v": number}
        if type(value) is Lent:
            if value.box is not self._box:
                message = "this function was lent to another box"
                raise TypeError(message)
            return {"$": "callback", "v": value.number, "kept": True}
        if not callable(value):
            message = f"{type(value).__name__} cannot cross to the submission: send plain data, or lend a function"
            raise TypeError(message)
        number = len(self.lent)
        self.lent[number] = value
        return {"$": "callback", "v": number}
