"""Serves the proctor: what the box of a stand-in runs. One message, one reply, the message's number echoed.

    begin                         forget everything: the next test has a service of its own     -> nothing
    request  method, target; body one HTTP request of the learner's                             -> status; body
    seen                          what reached it since `begin`                                 -> seen
    tell     what the service takes                                                             -> what it says

A reply that has `over` says that the service was asked to keep more than it may, and answers nothing more.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from sandbox.runner import frames

from . import Full
from .chat import Chat
from .pinecone import Pinecone

Service = Pinecone | Chat
Reply = tuple[dict[str, Any], list[bytes]]

SERVICES: dict[str, Callable[[], Service]] = {"chat": Chat, "pinecone": Pinecone}
"""What can be stood in for, by the name that a pack gives it."""


def main(name: str) -> None:
    """Serve until the engine is gone."""
    reading, writing = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    serving = Serving(SERVICES[name])
    while True:
        try:
            message, blobs = frames.unpack(frames.read(reading))
        except EOFError:
            return
        reply, sent = serving.reply(message, b"".join(blobs))
        frames.write(writing, *frames.parts({"id": message["id"], **reply}, sent))


class Serving:
    """One service, and a new one for each test.

    Args:
        make: makes it.
    """

    def __init__(self, make: Callable[[], Service]) -> None:
        self._make = make
        self._service = make()

    def reply(self, message: dict[str, Any], body: bytes) -> Reply:
        """Return what one message is answered with."""
        operation = message["op"]
        if operation == "begin":
            self._service = self._make()
            return {}, []
        if operation == "seen":
            return {"seen": self._service.seen()}, []
        if operation == "tell":
            return self._service.tell(message)
        try:
            status, answer = self._service.answer(message["method"], message["target"], body)
        except Full as full:
            return {"over": str(full)}, []
        return {"status": status}, [answer]
