"""A channel to a box that is not there: records every question and answers it like an honest, dull box."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

from sandbox.runner import frames

HANDLE = {"$": "handle", "v": 7}
PLAIN = {"len": 3, "item": 5, "call": 9, "equal": True}
ITEMS = [3, 1, 2]


class FakeChannel:
    """See the module.

    Attributes:
        asked: the questions, by kind.
        told: what was told to the engine.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.told: list[dict[str, Any]] = []
        self._replies: deque[bytes] = deque()
        self._left = list(ITEMS)

    def tell(self, message: dict[str, Any]) -> None:
        self.told.append(message)

    tell_soon = tell

    def send(self, box: int, parts: Sequence[frames.Blob]) -> None:
        question, _ = frames.unpack(b"".join(parts))
        self.asked.append(question["op"])
        self._replies.append(frames.pack({"id": question["id"], **self._answer(question)}, []))

    def receive(self, box: int) -> bytes:
        return self._replies.popleft()

    def _answer(self, question: dict[str, Any]) -> dict[str, Any]:
        operation = question["op"]
        if operation == "iter":
            self._left = list(ITEMS)
        if operation == "next":
            page, self._left = self._left[: question["count"]], self._left[question["count"] :]
            return {"items": page, "more": bool(page)}
        if operation in ("get", "iter"):
            return {"value": HANDLE}
        return {"value": PLAIN[operation]}
