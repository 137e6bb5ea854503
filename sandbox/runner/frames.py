"""Length-prefixed frames: one JSON text and raw blobs, with caps checked before anything is read or kept.

    frame   = u32 length, payload
    payload = u32 json_length, u16 number_of_blobs, u32 blob_length ..., json, blobs ...

All numbers are big-endian. Both ends of the wall read frames with this file, and each distrusts the other: every length
is checked against what is really there.
"""

from __future__ import annotations

import json
import os
import struct
from typing import Any

MAX_FRAME = 64 * 2**20
MAX_PAYLOAD = MAX_FRAME - 5
"""What a box says or is told at once: five bytes less, for the envelope it travels in between engine and proctor."""
MAX_JSON = 16 * 2**20
MAX_BLOBS = 4096
MAX_COMMAS = 2_000_000
"""Values in one JSON text are separated by commas and opened by brackets: counted before parsing, so that a small text
cannot unfold to gigabytes of empty lists."""

_LENGTH = struct.Struct(">I")
_HEAD = struct.Struct(">IH")

Message = dict[str, Any]


class FrameError(Exception):
    """A frame that is malformed, too large or cut short."""


def pack(message: Message, blobs: list[bytes]) -> bytes:
    """Return the payload for `message` and `blobs`.

    Raises:
        FrameError: larger than a frame may be.
    """
    text = json.dumps(message, separators=(",", ":"), allow_nan=False).encode("ascii")
    if len(text) > MAX_JSON or len(blobs) > MAX_BLOBS:
        raise FrameError("message too large")
    head = _HEAD.pack(len(text), len(blobs)) + b"".join(_LENGTH.pack(len(blob)) for blob in blobs)
    payload = b"".join([head, text, *blobs])
    if len(payload) > MAX_PAYLOAD:
        raise FrameError("message too large")
    return payload


def unpack(payload: bytes) -> tuple[Message, list[bytes]]:
    """Return message and blobs of a payload.

    Raises:
        FrameError: lengths that do not add up, JSON that is not an object, NaN, or too much of anything.
    """
    if len(payload) < _HEAD.size or len(payload) > MAX_PAYLOAD:
        raise FrameError("frame of a wrong size")
    text_length, count = _HEAD.unpack_from(payload)
    start = _HEAD.size + _LENGTH.size * count
    if text_length > MAX_JSON or count > MAX_BLOBS or start + text_length > len(payload):
        raise FrameError("frame of a wrong size")
    lengths = [length for (length,) in _LENGTH.iter_unpack(payload[_HEAD.size : start])]
    if start + text_length + sum(lengths) != len(payload):
        raise FrameError("lengths do not add up")
    message = _parse(payload[start : start + text_length])
    blobs, offset = [], start + text_length
    for length in lengths:
        blobs.append(payload[offset : offset + length])
        offset += length
    return message, blobs


def _parse(text: bytes) -> Message:
    if text.count(b",") + text.count(b"[") + text.count(b"{") > MAX_COMMAS:
        raise FrameError("too many values")
    try:
        message = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
    if type(message) is not dict:
        raise FrameError("not an object")
    return message


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def write(fd: int, payload: bytes) -> None:
    """Write one frame to a blocking descriptor."""
    view = memoryview(_LENGTH.pack(len(payload)) + payload)
    while view:
        view = view[os.write(fd, view) :]


def read(fd: int) -> bytes:
    """Read one frame from a blocking descriptor; no byte more than the frame is taken.

    Raises:
        EOFError: the other side is gone.
        FrameError: a length over the cap.
    """
    (length,) = _LENGTH.unpack(_read_exactly(fd, _LENGTH.size))
    if length > MAX_FRAME:
        raise FrameError("frame of a wrong size")
    return _read_exactly(fd, length)


def _read_exactly(fd: int, count: int) -> bytes:
    chunks = []
    while count:
        chunk = os.read(fd, min(count, 2**20))
        if not chunk:
            raise EOFError
        chunks.append(chunk)
        count -= len(chunk)
    return b"".join(chunks)
