"""The short cuts of the codec: with and without them the same values cross, and the same are refused for the same."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.runner import caps, frames, values
from sandbox.runner.caps import BadValue, Tally, TooBig
from sandbox.runner.values import Reader, Writer

quick = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


class Int(int):
    __slots__ = ()


class Text(str):
    __slots__ = ()


class Double(float):
    __slots__ = ()


def lent(value: Any) -> dict:
    return {"$": "handle", "v": type(value).__name__}


def borrowed(tree: dict) -> Any:
    if tree["$"] != "handle":
        raise BadValue(str(tree["$"])[:40])
    return ("handle", tree.get("v"))


def never(*_: Any) -> bool:
    return False


@contextmanager
def part_by_part() -> Iterator[None]:
    """Switch the short cuts off."""
    with (
        mock.patch.object(Tally, "count_flat", never),
        mock.patch.object(values, "_WORTH_PACKING", math.inf),
    ):
        yield


@contextmanager
def low_caps() -> Iterator[None]:
    """Make caps so low that small values meet them; lists of numbers stay texts, which count differently.

    The short cut is taken for few parts, too.
    """
    with (
        mock.patch.multiple(caps, MAX_DEPTH=3, MAX_NODES=12, MAX_BYTES=20, _FEW=0),
        mock.patch.object(values, "_WORTH_PACKING", math.inf),
    ):
        yield


def written(value: Any) -> tuple[str, Any]:
    """Return the payload that a value makes and the parts it counted, or the refusal."""
    writer = Writer(lent)
    try:
        tree = writer.write(value)
    except (TooBig, BadValue) as refusal:
        return type(refusal).__name__, str(refusal)
    return "parts", (writer.parts, frames.pack({"value": tree}, writer.blobs))


def taken(tree: Any, blobs: list[bytes]) -> tuple[str, Any]:
    """Return what a tree is read as, told apart down to types and signs of zero, and its parts; or the refusal."""
    reader = Reader(blobs, borrowed)
    try:
        value = reader.read(tree)
    except (TooBig, BadValue) as refusal:
        return type(refusal).__name__, str(refusal)
    return repr(value), reader.parts


def arrived(payload: bytes) -> tuple[str, Any]:
    message, blobs = frames.unpack(payload)
    return taken(message["value"], blobs)


texts = st.text(st.characters(exclude_categories=()), max_size=4)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 9),
    st.sampled_from([2**53 - 1, 2**53, 1 - 2**53, -(2**53), 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**400]),
    st.floats(),
    texts,
    st.builds(Int, st.integers(-9, 9)),
    st.builds(Text, texts),
    st.builds(Double, st.floats()),
    st.binary(max_size=3),
    st.complex_numbers(),
    st.builds(object).map(lambda _: len),
)
alike = st.sampled_from(
    [
        st.integers(-9, 9),
        st.integers(-(2**70), 2**70),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(),
        texts,
        st.booleans(),
        st.none(),
        st.booleans() | st.integers(-1, 1),
        st.integers(-9, 9) | st.floats(),
    ]
).flatmap(lambda kind: st.lists(kind, max_size=40) | st.lists(kind, min_size=32, max_size=40))
flat = st.one_of(alike, st.lists(scalars, max_size=5), st.builds(lambda items, last: [*items, last], alike, scalars))
given_values = st.recursive(
    st.one_of(flat, flat.map(tuple), st.dictionaries(texts, scalars, max_size=4), scalars),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["$", "v", "a"]), inner, max_size=3),
    max_leaves=5,
)


@quick
@given(given_values)
def test_what_crosses_is_the_same(value):
    """Whoever takes a short cut, the writer, the reader or both: the same arrives, and counts as many parts."""
    word, short = written(value)
    with part_by_part():
        slow_word, slow = written(value)
    assert word == slow_word
    if word != "parts":
        assert short == slow
        return
    assert short[0] == slow[0]
    seen = [arrived(payload) for _, payload in (short, slow)]
    with part_by_part():
        seen += [arrived(payload) for _, payload in (short, slow)]
    assert seen == [seen[0]] * 4


@quick
@given(given_values)
def test_what_a_writer_refuses_is_the_same(value):
    """At every cap, a writer refuses with the short cut what it refuses without, in the same words."""
    with low_caps():
        short = written(value)
        with part_by_part():
            assert written(value) == short


NUMBERS = ["0", "-0.0", "1e999", "-1e999", "9007199254740991", "9007199254740992", "-9007199254740992", "9" * 400]
json_scalars = st.one_of(
    st.sampled_from([*NUMBERS, "true", "false", "null", "1", "1.0", "1e5", '"\\ud800"', '"ab"', '""']),
    texts.map(json.dumps),
)
json_texts = st.recursive(
    json_scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=6).map(lambda items: "[" + ",".join(items) + "]"),
        st.lists(st.tuples(texts.map(json.dumps) | st.just('"$"'), inner), max_size=4).map(
            lambda pairs: "{" + ",".join(f"{key}:{item}" for key, item in pairs) + "}"  # names may come twice
        ),
        inner.map(lambda item: '{"$":"tuple","v":' + item + "}"),
        inner.map(lambda item: '{"$":"set","v":' + item + "}"),
    ),
    max_leaves=14,
)


@settings(quick, max_examples=600)
@given(json_texts, st.booleans())
def test_what_a_reader_takes_and_refuses_is_the_same(text, low):
    """Whatever JSON a box sends: huge, infinite or nested things in a flat list, bools for ints, names twice."""
    message, _ = frames.unpack(struct.pack(">IH", len(text.encode()) + 10, 0) + b'{"value":' + text.encode() + b"}")
    with low_caps() if low else part_by_part():
        one = taken(message["value"], [])
        with part_by_part():
            other = taken(message["value"], [])
    short = one if low else taken(message["value"], [])
    assert short == other


@given(st.lists(scalars, max_size=6), st.integers(0, 4), st.integers(0, 30))
def test_the_short_cut_says_yes_or_does_nothing(items, depth, text):
    """What it takes is exactly plain and under the caps; of what it does not take, it counts nothing."""
    tally = Tally()
    with low_caps():
        tally.count(0, 8)
        if tally.count_flat(items, depth, text):
            assert {type(item) for item in items} <= {type(None), bool, int, float, str}
            assert all(abs(item) < 2**53 for item in items if type(item) is int)
            assert all(math.isfinite(item) for item in items if type(item) is float)
            assert text + sum(len(item) for item in items if type(item) is str) <= caps.MAX_BYTES
            assert depth <= caps.MAX_DEPTH
            assert tally.parts == 8 + len(items) <= caps.MAX_NODES
        else:
            assert (tally.parts, tally._bytes) == (8, 0)


@pytest.mark.parametrize(
    ("items", "depth", "text", "fits"),
    [
        pytest.param([1] * 4, 3, 0, True, id="as many parts as may be"),
        pytest.param([1] * 5, 3, 0, False, id="a part more"),
        pytest.param([1] * 4, 4, 0, False, id="too deep"),
        pytest.param(["a" * 9, "b" * 8], 3, 3, True, id="as much text as may be"),
        pytest.param(["a" * 9, "b" * 9], 3, 3, False, id="a character more"),
        pytest.param([None, "a" * 9, 1, "b" * 9], 3, 3, False, id="a character more, among others"),
        pytest.param([], 0, 21, False, id="a key too long"),
    ],
)
def test_the_short_cut_keeps_every_cap(items, depth, text, fits):
    tally = Tally()
    with low_caps():
        tally.count(0, 8)
        assert tally.count_flat(items, depth, text) is fits


@pytest.mark.parametrize("tree", [[1] * 9, dict.fromkeys("abcdefgh"), [[1] * 9, dict.fromkeys("abcdefgh")], [], {}])
@pytest.mark.parametrize("cross", [Reader([], borrowed).read, Writer(lent).write], ids=["read", "written"])
def test_what_was_taken_is_a_copy(tree, cross):
    """Lists and dicts that are read share nothing with the tree, nor do trees with what is written."""
    value = cross(tree)
    assert value == tree
    assert value is not tree
    if len(tree) == 2:
        assert value[0] is not tree[0]
        assert value[1] is not tree[1]


# Packed numbers.


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1, -(2**63), -0.0, math.inf, -math.inf, math.nan, 5e-324], ids=repr)
@pytest.mark.parametrize("kind", [list, tuple], ids=lambda kind: kind.__name__)
def test_numbers_of_one_type_are_packed(number, kind):
    writer = Writer(lent)
    value = kind([number] * 40)
    tree = writer.write(value)
    assert writer.blobs == [struct.pack("<q" if type(number) is int else "<d", number) * 40]
    assert repr(Reader(writer.blobs, borrowed).read(tree)) == repr(value)


@pytest.mark.parametrize("odd", [True, Int(1), 2**63, 1.0, Double(1), None, "1", np.int64(1), np.float64(1)], ids=repr)
@pytest.mark.parametrize("place", [0, 20, 40])
def test_numbers_with_one_of_another_type_are_not_packed(odd, place):
    """One bool, one subclass, one that is too large: and nothing of the list is packed."""
    value: list = [1] * 40
    value.insert(place, odd)
    writer = Writer(lent)
    tree = writer.write(value)
    assert type(tree) is list
    assert tree[:place] + tree[place + 1 :] == [1] * 40


@pytest.mark.parametrize(
    "tree",
    [
        {"$": "ints"}, {"$": "ints", "b": 1}, {"$": "ints", "b": -1}, {"$": "ints", "b": True}, {"$": "ints", "b": 0.0},
        {"$": "ints", "b": [0]}, {"$": "floats", "b": {"$": "ints", "b": 0}}, {"$": "floats", "b": None},
        {"$": "tuple", "v": {"$": "tuple", "v": []}}, {"$": "tuple", "v": {"$": ["ints"], "b": 0}},
        {"$": "tuple", "v": {"$": "bytes", "b": 0}}, {"$": "tuple", "v": {"b": 0}},
        {"$": "dict", "v": {"$": "ints", "b": 1}}, {"$": "complex", "v": {"$": "ints", "b": 0}},
    ],
    ids=str,
)  # fmt: skip
def test_packed_numbers_that_no_honest_writer_makes(tree):
    with pytest.raises(BadValue):
        Reader([b"\0" * 16], borrowed).read(tree)


@pytest.mark.parametrize("length", [1, 7, 9, 15])
@pytest.mark.parametrize("tag", ["ints", "floats"])
def test_numbers_cut_short_are_refused(tag, length):
    with pytest.raises(BadValue):
        Reader([b"\0" * length], borrowed).read({"$": tag, "b": 0})


@pytest.mark.parametrize("tag", ["ints", "floats", "tuple"])
def test_one_blob_of_numbers_used_many_times_counts_each_time(tag):
    """A small frame cannot unfold to more parts than the cap."""
    tree = {"$": "tuple", "v": {"$": "ints", "b": 0}} if tag == "tuple" else {"$": tag, "b": 0}
    with pytest.raises(TooBig):
        Reader([b"\0" * 8 * 2**16], borrowed).read([tree] * 40)


@pytest.mark.parametrize("parts", [caps.MAX_NODES - 1, caps.MAX_NODES])
def test_packed_numbers_keep_the_cap_of_parts(parts):
    """Of two million parts the list itself is one: on both sides a list of the others crosses, and no longer one."""
    value = [7] * parts
    tree, blobs = {"$": "ints", "b": 0}, [struct.pack("<q", 7) * parts]
    if parts < caps.MAX_NODES:
        assert Writer(lent).write(value) == tree
        assert Reader(blobs, borrowed).read(tree) == value
        return
    with pytest.raises(TooBig):
        Writer(lent).write(value)
    with pytest.raises(TooBig):
        Reader(blobs, borrowed).read(tree)


def test_packed_numbers_leave_room_for_what_must_be_a_blob():
    """More lists of numbers and arrays than a message may have blobs: lists go as texts before they take a place."""
    value = [[number / 7] * 40 for number in range(frames.MAX_PACKED + 500)] + [b"x"] * 4096
    writer = Writer(lent)
    message, blobs = frames.unpack(frames.pack({"value": writer.write(value)}, writer.blobs))
    assert Reader(blobs, borrowed).read(message["value"]) == value


# Arrays.


@pytest.mark.parametrize("dtype", "b1 i1 i2 i8 u4 f2 f4 f8 f16 c8 c16 S5 U3 M8[s] m8[D] >i4 >f8".split())
@pytest.mark.parametrize("shape", [(2**15,), (128, 256), (2, 0, 2**15)], ids=str)
def test_large_arrays_come_back_exactly(dtype, shape):
    """Arrays that are sent from where they lie come back as new, aligned, writable arrays of their own."""
    numbers = np.arange(math.prod(shape)) % 97
    numbers = numbers % 2 if dtype == "b1" else numbers.astype("i8") if dtype[0] in "Mm" else numbers
    value = numbers.astype(dtype).reshape(shape)
    for array in (value, value.T, value[::2], value[:, ::-1] if value.ndim > 1 else value[::-1]):
        writer = Writer(lent)
        payload = frames.pack({"value": writer.write(array)}, writer.blobs)
        for one in (payload, memoryview(bytearray(payload))):
            message, blobs = frames.unpack(one)
            back = Reader(blobs, borrowed).read(message["value"])
            assert (type(back), back.dtype, back.shape) == (np.ndarray, array.dtype, array.shape)
            assert back.tobytes() == array.tobytes()
            assert back.base is None
            assert back.flags.writeable
            assert back.flags.aligned


def test_a_large_array_is_sent_from_where_it_lies():
    value = np.arange(2**16)
    writer = Writer(lent)
    writer.write(value)
    (blob,) = writer.blobs
    assert np.shares_memory(np.frombuffer(blob, "u1"), value)


def test_bytes_of_a_long_frame_are_bytes_of_their_own():
    """What is read as bytes is bytes, not a view that holds the whole frame."""
    writer = Writer(lent)
    payload = memoryview(bytearray(frames.pack({"value": writer.write([b"ab", bytearray(b"cd")])}, writer.blobs)))
    message, blobs = frames.unpack(payload)
    back = Reader(blobs, borrowed).read(message["value"])
    payload[:] = bytes(len(payload))
    assert back == [b"ab", bytearray(b"cd")]
    assert [type(item) for item in back] == [bytes, bytearray]
