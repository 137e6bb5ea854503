"""Stand-ins for hosted services: each in a box of its own, asked by the learner's clients through us.

Theory of operation. The learner's client speaks to a port of its own box; the runner there hands each request on as a
call of a function that we lent (`sandbox/runner/forwarding.py`). So a request is method, target and body, as plain data
under the caps of any answer, and what the service saw of it is told by the service, which shares nothing with the
learner's process. A request can be made by any code in the box: that is what a service is for. What is judged is what
reached it.

A learner can ask for a lot. So many requests, so many bytes, and what a service may keep, are bounded for each test;
so is the processor time of its box, by the engine. Whoever passes one of these is OVER_LIMIT(service), however little
was asked of the box that did the asking. A stand-in that ends by itself is a fault of ours: the engine sees it, and
nothing is decided.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.proctor.inside.bad_answer import BadAnswer, BadReply, Notes
from grader.proctor.inside.channel import Channel, Ended, Measured
from sandbox.runner import frames

MOST_REQUESTS = 500
"""Requests to one service in one test."""
MOST_BYTES = 64 * 2**20
"""Bytes of them."""
LONGEST_TARGET = 64 * 1024

Request = Callable[[str, str, bytes], tuple[int, bytes]]


class StandIn:
    """A service, by the number of its box on the channel.

    Args:
        channel: to the engine, which opens it.
        number: of its box.
        name: of the service.
        notes: what sticks to the test that is running.
    """

    def __init__(self, channel: Channel, number: int, name: str, notes: Notes) -> None:
        self._channel = channel
        self._number = number
        self._notes = notes
        self._asked = self._requests = self._bytes = 0
        channel.tell_soon({"op": "open", "box": number, "part": name})

    def begin(self) -> None:
        """Have it forget everything: a test begins."""
        self._requests = self._bytes = 0
        self._channel.tell_soon({"op": "begin", "box": self._number})
        self._ask({"op": "begin"})

    def close(self) -> None:
        """Have its box thrown away, if it is still there."""
        self._channel.tell_soon({"op": "close", "box": self._number})

    def request(self, method: Any, target: Any, body: Any) -> tuple[int, bytes]:
        """Carry one request of the learner's, and return status and body.

        Raises:
            BadAnswer: it is none, or there were too many.
        """
        if type(method) is not str or type(target) is not str or type(body) is not bytes:
            raise self._notes.stick(BadReply("a request to a service that is none"))
        self._requests += 1
        self._bytes += len(target) + len(body)
        if self._requests > MOST_REQUESTS or self._bytes > MOST_BYTES or len(method) + len(target) > LONGEST_TARGET:
            raise self._too_much("more requests, or longer ones, than a test may send to a service")
        reply, answer = self._ask({"op": "request", "method": method, "target": target}, body)
        return reply["status"], answer

    def seen(self) -> list[dict[str, Any]]:
        """Return what reached it in this test, in order."""
        seen: list[dict[str, Any]] = self._ask({"op": "seen"})[0]["seen"]
        return seen

    def tell(self, **order: Any) -> tuple[dict[str, Any], bytes]:
        """Tell it something of the author's; no learner's code can."""
        return self._ask({"op": "tell", **order})

    def _ask(self, message: dict[str, Any], body: bytes = b"") -> tuple[dict[str, Any], bytes]:
        self._asked += 1
        self._channel.send(self._number, frames.parts({"id": self._asked, **message}, [body] if body else []))
        payload = self._channel.receive(self._number)
        if isinstance(payload, Ended):
            raise self._too_much(f"a service passed a limit of its own: {payload.word} {payload.which}")
        reply, blobs = ({}, []) if isinstance(payload, Measured) else frames.unpack(payload)
        if reply.get("id") != self._asked:
            message_ = "a stand-in answers something else than it was asked"
            raise RuntimeError(message_)
        if "over" in reply:
            raise self._too_much(str(reply["over"]))
        return reply, b"".join(blobs)

    def _too_much(self, detail: str) -> BadAnswer:
        return self._notes.stick(BadAnswer("OVER_LIMIT", detail, which="service"))


class StandIns:
    """The services of one sitting; each has one box, and is new for each test.

    Attributes:
        lent: what goes with every question to a learner's box, by service.
    """

    def __init__(self, channel: Channel, notes: Notes, new_number: Callable[[], int]) -> None:
        self._channel = channel
        self._notes = notes
        self._new_number = new_number
        self._open: dict[str, StandIn] = {}
        self.lent: dict[str, Request] = {}

    def lend(self, name: str) -> StandIn:
        """Return a service that has seen nothing, which the learner's code reaches until it is taken back."""
        if name not in self._open:
            self._open[name] = StandIn(self._channel, self._new_number(), name, self._notes)
        service = self._open[name]
        service.begin()
        self.lent[name] = service.request
        return service

    def take_back(self, name: str) -> None:
        """Let the learner's code reach it no more; one that was asked too much is not used again."""
        self.lent.pop(name, None)
        if name in self._open and any(bad.which == "service" for bad in self._notes.bad):
            self._open.pop(name).close()


@dataclass(frozen=True, slots=True)
class Vector:
    """A vector that a learner has stored.

    Attributes:
        values: its numbers, as 32 bits hold them.
        metadata: what was stored with it.
    """

    values: tuple[float, ...]
    metadata: dict[str, Any] = field(default_factory=dict)


class Pinecone:
    """The fixture `pinecone`: what reached the stand-in for Pinecone in this test."""

    def __init__(self, service: StandIn) -> None:
        self._service = service

    @property
    def requests(self) -> list[dict[str, Any]]:
        """Every request in order, as a dict.

        `op` (create, describe, drop, upsert, update, query, fetch, list, delete), `status`, `namespace`, `ids` (those
        written, asked for or found), and of a query `top_k` and `filter`.
        """
        return self._service.seen()

    @property
    def upserts(self) -> list[dict[str, Any]]:
        """The upserts that were taken."""
        return self._taken("upsert")

    @property
    def queries(self) -> list[dict[str, Any]]:
        """The queries that were answered."""
        return self._taken("query")

    def vectors(self, namespace: str = "") -> dict[str, Vector]:
        """Return what a namespace holds now, by id."""
        told, blob = self._service.tell(namespace=namespace)
        values = array("f", blob)
        size = told["dimension"]
        rows = (tuple(values[at : at + size]) for at in range(0, len(values), size or 1))
        return {
            identity: Vector(row, metadata)
            for identity, metadata, row in zip(told["ids"], told["metadata"], rows, strict=True)
        }

    def _taken(self, operation: str) -> list[dict[str, Any]]:
        return [one for one in self._service.seen() if one["op"] == operation and one["status"] == 200]  # noqa: PLR2004


class Chat:
    """The fixture `chat`: what the stand-in for a chat model says, and what it was sent."""

    def __init__(self, service: StandIn) -> None:
        self._service = service

    def script(self, answers: Sequence[str | tuple[str, str]]) -> None:
        """Say what it answers: a pair (words, answer) wherever the words were sent, else the texts in turn."""
        self._service.tell(script=[one if isinstance(one, str) else list(one) for one in answers])

    @property
    def exchanges(self) -> list[dict[str, Any]]:
        """What was sent and said: `messages`, each with `role` and `content`, and `answer`, None where it had none."""
        return self._service.seen()

    @property
    def prompts(self) -> list[str]:
        """The text of each request, all its messages together, a line between two."""
        return ["\n".join(message["content"] for message in one["messages"]) for one in self._service.seen()]


FIXTURES: dict[str, Callable[[StandIn], Pinecone | Chat]] = {"chat": Chat, "pinecone": Pinecone}
