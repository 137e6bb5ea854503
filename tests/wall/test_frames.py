"""Frames on descriptors: whole or not at all, however they come, and not a byte more than a frame is taken."""

from __future__ import annotations

import os
import struct
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader import wire
from grader.proctor.inside.channel import Channel
from sandbox.runner import frames

quick = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)

SIZES = [0, 1, 5, 2**16 - 9, 2**16, 2**16 + 1, 2**18 - 4, 2**18, 2**18 + 1, 3 * 2**20]


@pytest.fixture
def pipe():
    reading, writing = os.pipe()
    yield reading, writing
    for descriptor in (reading, writing):
        try:
            os.close(descriptor)
        except OSError:
            continue


def written_beside(writing: int, *pieces: bytes) -> threading.Thread:
    """Write pieces from another thread, because a pipe holds little, and close the pipe."""

    def write() -> None:
        for piece in pieces:
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(writing, rest) :]
        os.close(writing)

    thread = threading.Thread(target=write)
    thread.start()
    return thread


@pytest.mark.parametrize("size", SIZES)
def test_frames_of_every_size_arrive_whole(pipe, size):
    reading, writing = pipe
    payload = os.urandom(size)
    half = memoryview(payload)[size // 2 :]
    writer = threading.Thread(target=frames.write, args=(writing, payload[: size // 2], b"", half))
    writer.start()
    assert frames.read(reading) == payload
    writer.join()


@pytest.mark.parametrize("size", SIZES)
def test_no_byte_more_than_a_frame_is_taken(pipe, size):
    """A fork shares the descriptor: what follows a frame stays in the pipe for whoever reads next."""
    reading, writing = pipe
    frame = struct.pack(">I", size) + bytes(size)
    writer = written_beside(writing, frame, b"what follows")
    assert frames.read(reading) == bytes(size)
    writer.join()
    assert os.read(reading, 100) == b"what follows"


@pytest.mark.parametrize("at", [0, 1, 3, 4, 5, 2**16, 2**16 + 4, 2**17])
def test_a_frame_that_is_cut_short_is_the_end(pipe, at):
    reading, writing = pipe
    writer = written_beside(writing, (struct.pack(">I", 2**18) + bytes(2**18))[:at])
    with pytest.raises(EOFError):
        frames.read(reading)
    writer.join()


def test_a_length_over_the_cap_is_refused_before_anything_is_kept(pipe):
    reading, writing = pipe
    os.write(writing, struct.pack(">I", frames.MAX_FRAME + 1) + b"rest")
    with pytest.raises(frames.FrameError):
        frames.read(reading)
    assert os.read(reading, 100) == b"rest"


@quick
@given(st.lists(st.integers(1, 2**15), min_size=1, max_size=6), st.integers(0, 2**17))
def test_pieces_make_a_frame(lengths, size):
    """However the bytes of a frame come, it is the same frame."""
    reading, writing = os.pipe()
    frame, pieces = struct.pack(">I", size) + os.urandom(size), []
    rest, turn = frame, 0
    while rest:
        length = lengths[turn % len(lengths)] if len(pieces) < 50 else len(rest)
        pieces.append(rest[:length])
        rest, turn = rest[length:], turn + 1
    writer = written_beside(writing, *pieces)
    assert frames.read(reading) == frame[4:]
    writer.join()
    os.close(reading)


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "latin-1"])
def test_json_is_utf_8(coding):
    """Other encodings of JSON are none of ours: one parser, one spelling."""
    text = '{"a":"ä"}'.encode(coding)
    with pytest.raises(frames.FrameError):
        frames.unpack(struct.pack(">IH", len(text), 0) + text)


def test_parts_are_the_payload():
    blobs = [b"", b"ab", bytearray(b"cd"), memoryview(b"ef")]
    payload = b"".join(frames.parts({"a": 1}, blobs))
    assert payload == frames.pack({"a": 1}, blobs)
    assert frames.unpack(payload) == ({"a": 1}, blobs)


@pytest.mark.parametrize("size", [3, 2**19])
def test_a_channel_gives_bytes_with_orders_and_any_payload_of_a_box(pipe, size):
    """Blobs of orders become files, so they are bytes; what a box says may stay where it was read to."""
    reading, writing = pipe
    order = wire.frame(wire.envelope(wire.CONTROL, 0, wire.pack({"op": "start"}, [bytes(size)])))
    said = wire.frame(wire.envelope(wire.RELAYED, 7, frames.pack({"id": "x"}, [b"y" * size])))
    writer = written_beside(writing, said, order)
    channel = Channel(reading, -1)
    message, blobs = channel.order()
    assert (message, blobs) == ({"op": "start"}, [bytes(size)])
    assert type(blobs[0]) is bytes
    answer, theirs = frames.unpack(channel.receive(7))
    assert (answer, [bytes(blob) for blob in theirs]) == ({"id": "x"}, [b"y" * size])
    writer.join()


# The engine's reader.


@quick
@given(st.lists(st.binary(max_size=40), max_size=6), st.binary(max_size=3), st.lists(st.integers(1, 30), min_size=1))
def test_the_engine_cuts_a_stream_the_same_however_it_comes(payloads, rest, lengths):
    """Payloads come out whole, in order, as bytes; a beginning of one waits."""
    stream, reader, seen, turn = b"".join(map(wire.frame, payloads)) + rest, wire.FrameReader(), [], 0
    while stream:
        length = lengths[turn % len(lengths)]
        seen += reader.feed(stream[:length])
        stream, turn = stream[length:], turn + 1
    assert seen == payloads
    assert all(type(payload) is bytes for payload in seen)
    assert reader.feed(b"\0" * (4 - len(rest)) if not rest else b"") == ([b""] if not rest else [])


@pytest.mark.parametrize("before", [b"", b"\0", wire.frame(b"whole"), wire.frame(b"half")[:-1]], ids=repr)
def test_the_engine_keeps_nothing_of_a_frame_over_the_cap(before):
    reader = wire.FrameReader(max_frame=10)
    announced = (wire.frame(b"half")[-1:] if before.endswith(b"hal") else b"") + struct.pack(">I", 11) + b"x" * 11
    reader.feed(before)
    with pytest.raises(wire.FrameTooLong):
        reader.feed(announced if before != b"\0" else b"\0\0\x0b" + b"x" * 11)
