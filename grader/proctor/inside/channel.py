"""Frames between proctor and engine. Boxes are numbers on it; the engine relays what is sent to them.

    frame    = u32 length, envelope
    envelope = u8 kind, u32 box, body        kind 0: control, a message of our own; kind 1: relayed, a box's payload

Reads block, and take whatever comes first: what is for another box waits in its inbox.
"""

from __future__ import annotations

import struct
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.runner import frames

CONTROL, RELAYED = 0, 1
_HEAD = struct.Struct(">BI")
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Ended:
    """The engine's word on how a box ended.

    Attributes:
        word: an outcome word.
        which: the limit, if it was one.
        detail: for authors.
        once_more: worth one more try.
    """

    word: str
    which: str
    detail: str
    once_more: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """The engine's word on what a box has used.

    Attributes:
        cpu_seconds: processor time, all its processes together.
    """

    cpu_seconds: float


Heard = frames.Payload | Ended | Measured


class Channel:
    """The conversation with the engine, over two descriptors."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = reading
        self._writing = writing
        self._held = b""
        self._orders: deque[tuple[dict[str, Any], list[bytes]]] = deque()
        self._inboxes: defaultdict[int, deque[Heard]] = defaultdict(deque)

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message to the engine."""
        self._write(_HEAD.pack(CONTROL, 0), *frames.parts(message, []))

    def tell_soon(self, message: dict[str, Any]) -> None:
        """Send a message with whatever is sent next, or before anything is waited for."""
        payload = _HEAD.pack(CONTROL, 0) + frames.pack(message, [])
        self._held += _LENGTH.pack(len(payload)) + payload

    def send(self, box: int, parts: Sequence[frames.Blob]) -> None:
        """Send a payload, which may be in parts, to a box."""
        self._write(_HEAD.pack(RELAYED, box), *parts)

    def order(self) -> tuple[dict[str, Any], list[bytes]]:
        """Return the engine's next order.

        Raises:
            EOFError: the engine is gone.
        """
        while not self._orders:
            self._take()
        return self._orders.popleft()

    def receive(self, box: int) -> Heard:
        """Return the next payload of a box, or the engine's word on it."""
        while not self._inboxes[box]:
            self._take()
        return self._inboxes[box].popleft()

    def _write(self, *parts: frames.Blob) -> None:
        held, self._held = self._held, b""
        frames.write(self._writing, *parts, before=held)

    def _take(self) -> None:
        if self._held:
            frames.write_all(self._writing, self._held)
            self._held = b""
        envelope = frames.read(self._reading)
        kind, box = _HEAD.unpack_from(envelope)
        body = envelope[_HEAD.size :]
        if kind == RELAYED:
            self._inboxes[box].append(body)
            return
        message, blobs = frames.unpack(body)
        if message["op"] == "ended":
            ended = Ended(message["word"], message["which"], message["detail"], message["once_more"])
            self._inboxes[message["box"]].append(ended)
        elif message["op"] == "measured":
            self._inboxes[message["box"]].append(Measured(float(message["cpu_seconds"])))
        else:
            self._orders.append((message, list(map(bytes, blobs))))
