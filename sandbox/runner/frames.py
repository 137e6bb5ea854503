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
from collections.abc import Sequence
from typing import Any, TypeAlias

MAX_FRAME = 64 * 2**20
MAX_PAYLOAD = MAX_FRAME - 5
"""What a box says or is told at once: five bytes less, for the envelope it travels in between engine and proctor."""
MAX_JSON = 16 * 2**20
MAX_PACKED = 1024
"""Blobs of a message from which on lists of numbers go as texts, so that they take no place of what must be a blob."""
MAX_BLOBS = 4096 + MAX_PACKED
MAX_COMMAS = 2_000_000
"""Values in one JSON text are separated by commas and opened by brackets: counted before parsing, so that a small text
cannot unfold to gigabytes of empty lists."""

_ONE_READ = 2**16
"""What a pipe holds: a frame that is not longer comes in one piece."""
_WORTH_NO_COPY = 2**18
"""A frame of fewer bytes is put together and written at once; of a longer one, each part is written where it is."""

_LENGTH = struct.Struct(">I")
_HEAD = struct.Struct(">IH")

_sum = sum
"""Looked up now: code of the learner's shares this process, and may give the name another meaning."""

Message = dict[str, Any]
Payload: TypeAlias = bytes | memoryview
"""A short one is bytes of its own; a long one stays where it was read to, and its blobs are views of it."""
Blob: TypeAlias = bytes | bytearray | memoryview


class FrameError(Exception):
    """A frame that is malformed, too large or cut short."""


def pack(message: Message, blobs: Sequence[Blob]) -> bytes:
    """Return the payload for `message` and `blobs`.

    Raises:
        FrameError: larger than a frame may be.
    """
    return b"".join(parts(message, blobs))


def parts(message: Message, blobs: Sequence[Blob]) -> list[Blob]:
    """Return the payload as parts to be written one after the other, so that no blob is copied to be sent.

    Raises:
        FrameError: larger than a frame may be.
    """
    text = _ENCODER.encode(message).encode("ascii")
    if len(text) > MAX_JSON or len(blobs) > MAX_BLOBS:
        raise FrameError("message too large")
    lengths = list(map(len, blobs))
    head = _HEAD.pack(len(text), len(blobs)) + b"".join(map(_LENGTH.pack, lengths)) + text
    if len(head) + _sum(lengths) > MAX_PAYLOAD:
        raise FrameError("message too large")
    return [head, *blobs]


def unpack(payload: Payload) -> tuple[Message, list[Payload]]:
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
    blobs: list[Payload] = []
    offset = start + text_length
    for length in lengths:
        blobs.append(payload[offset : offset + length])
        offset += length
    return message, blobs


def _parse(text: Payload) -> Message:
    # A text of fewer characters than that has fewer commas, too.
    if len(text) > MAX_COMMAS and sum(map(bytes(text).count, (b",", b"[", b"{"))) > MAX_COMMAS:
        raise FrameError("too many values")
    try:
        message = _DECODER.decode(str(text, "utf-8"))
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
    if type(message) is not dict:
        raise FrameError("not an object")
    return message


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


# Made once: `json.dumps` and `json.loads` make new ones for each call that has an option. What is encoded are trees
# that we made, which have no circles.
_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False)
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def write(fd: int, *parts: Blob, before: bytes = b"") -> None:
    """Write one frame, whose payload is `parts` together, to a blocking descriptor; frames `before` it at once."""
    length = _sum(map(len, parts))
    whole: tuple[Blob, ...] = (before + _LENGTH.pack(length), *parts)
    if length < _WORTH_NO_COPY:
        whole = (b"".join(whole),)
    for part in whole:
        write_all(fd, part)


def write_all(fd: int, part: Blob) -> None:
    """Write bytes that are whole frames, or the next part of one, to a blocking descriptor."""
    written = os.write(fd, part)
    while written < len(part):
        written += os.write(fd, memoryview(part)[written:])


def read(fd: int) -> Payload:
    """Read one frame from a blocking descriptor; no byte more than the frame is taken.

    A fork shares the descriptor with its parent, so what one of them took ahead would be lost to the other.

    Raises:
        EOFError: the other side is gone.
        FrameError: a length over the cap.
    """
    (length,) = _LENGTH.unpack(_read_exactly(fd, _LENGTH.size))
    if length > MAX_FRAME:
        raise FrameError("frame of a wrong size")
    return _read_exactly(fd, length)


def _read_exactly(fd: int, count: int) -> Payload:
    first = os.read(fd, min(count, _ONE_READ))
    if len(first) == count:
        return first
    whole = memoryview(bytearray(count))
    whole[: len(first)] = first
    done, taken = len(first), len(first)
    while taken:
        taken = os.readv(fd, [whole[done:]])
        done += taken
        if done == count:
            return whole
    raise EOFError
