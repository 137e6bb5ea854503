"""Frames as the engine sees them: lengths, and messages between it and the proctor.

    frame    = u32 length, payload
    envelope = u8 kind, u32 box, body            what the proctor's stream carries
    message  = u32 json_length, u16 blobs, u32 blob_length ..., json, blobs ...

The engine relays what boxes say without opening it; it reads lengths, and the JSON of its own conversation with the
proctor. It imports nothing of the untrusted side, which has a reader of its own (`sandbox/runner/frames.py`).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any

from grader.errors import EngineError

MAX_FRAME = 64 * 2**20
CONTROL, RELAYED = 0, 1

_LENGTH = struct.Struct(">I")
_ENVELOPE = struct.Struct(">BI")
_HEAD = struct.Struct(">IH")

MAX_PAYLOAD = MAX_FRAME - _ENVELOPE.size
"""What a box may say at once, so that its envelope holds it."""

Message = dict[str, Any]


class FrameTooLong(Exception):
    """A stream announced a frame over the cap."""


class FrameReader:
    """Cuts a stream into payloads, as bytes come."""

    def __init__(self, *, max_frame: int = MAX_FRAME) -> None:
        self._pending = bytearray()
        self._max_frame = max_frame

    def feed(self, received: bytes) -> list[bytes]:
        """Take bytes and return the payloads that are now complete.

        Raises:
            FrameTooLong: before any of such a frame is kept.
        """
        if not self._pending and len(received) > _LENGTH.size:
            (length,) = _LENGTH.unpack_from(received)
            if len(received) == _LENGTH.size + length <= self._max_frame:  # one whole frame, as most are
                return [received[_LENGTH.size :]]
        if self._pending:
            self._pending += received
        stream = self._pending or received
        payloads, start = [], 0
        with memoryview(stream) as view:
            while len(view) >= start + _LENGTH.size:
                (length,) = _LENGTH.unpack_from(view, start)
                if length > self._max_frame:
                    raise FrameTooLong
                end = start + _LENGTH.size + length
                if len(view) < end:
                    break
                payloads.append(bytes(view[start + _LENGTH.size : end]))
                start = end
        if self._pending:
            del self._pending[:start]
        else:
            self._pending += received[start:]
        return payloads


def frame(payload: bytes) -> bytes:
    """Return `payload` with its length before it."""
    return _LENGTH.pack(len(payload)) + payload


def envelope(kind: int, box: int, body: bytes) -> bytes:
    """Return the payload that carries `body` to the proctor."""
    return _ENVELOPE.pack(kind, box) + body


def open_envelope(payload: bytes) -> tuple[int, int, bytes]:
    """Return kind, box and body of an envelope.

    Raises:
        EngineError: too short to be one.
    """
    if len(payload) < _ENVELOPE.size:
        message = "the proctor sent something that is no envelope"
        raise EngineError(message)
    kind, box = _ENVELOPE.unpack_from(payload)
    return kind, box, payload[_ENVELOPE.size :]


def pack(message: Message, blobs: Sequence[bytes] = ()) -> bytes:
    """Return a message of ours as bytes."""
    text = json.dumps(message, separators=(",", ":")).encode()
    head = _HEAD.pack(len(text), len(blobs)) + b"".join(_LENGTH.pack(len(blob)) for blob in blobs)
    return b"".join([head, text, *blobs])


def unpack(body: bytes) -> Message:
    """Return a message of the proctor's, which carries no blobs.

    Raises:
        EngineError: not a message.
    """
    try:
        length, blobs = _HEAD.unpack_from(body)
        message = json.loads(body[_HEAD.size : _HEAD.size + length].decode())
    except (struct.error, ValueError, RecursionError) as error:
        text = "the proctor sent something that is no message"
        raise EngineError(text) from error
    if not isinstance(message, dict) or blobs:
        text = "the proctor sent something that is no message"
        raise EngineError(text)
    return message
