"""The codec: exact plain data there and back, caps on both sides, and no harm from what no honest writer makes."""

from __future__ import annotations

import math
import struct
from collections import Counter, OrderedDict, namedtuple
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.runner import caps, frames, values
from sandbox.runner.caps import BadValue, TooBig
from sandbox.runner.values import Reader, Writer

Point = namedtuple("Point", "x y")  # noqa: PYI024 - a subclass of tuple is what is tried

quick = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def refuse(tree: dict) -> Any:
    raise BadValue(str(tree.get("$"))[:40])


def lent(value: Any) -> dict:
    return {"$": "handle", "v": 1}


def no_lending(value: Any) -> dict:
    pytest.fail(f"{value!r} was not plain")


def there_and_back(value: Any) -> Any:
    """Write a value, carry it in a frame and read it."""
    writer = Writer(no_lending)
    message, blobs = frames.unpack(frames.pack({"value": writer.write(value)}, writer.blobs))
    return Reader(blobs, refuse).read(message["value"])


def read(tree: Any, blobs: list[bytes] | None = None) -> Any:
    """Read a tree as it would come out of a frame."""
    return Reader(blobs or [], refuse).read(tree)


def same(one: Any, other: Any) -> bool:  # noqa: PLR0911 - a case a line
    """Whether two values are of the same type all the way down, and equal, nan and -0.0 included."""
    if type(one) is not type(other):
        return False
    if type(one) is float:
        return struct.pack("d", one) == struct.pack("d", other) or (math.isnan(one) and math.isnan(other))
    if type(one) is complex:
        return same(one.real, other.real) and same(one.imag, other.imag)
    if type(one) in (list, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if type(one) is dict:
        return all(map(same, one.items(), other.items())) and len(one) == len(other)
    if type(one) in (set, frozenset):
        return sorted(map(repr, one)) == sorted(map(repr, other))
    return one == other


texts = st.text(st.characters(exclude_categories=()), max_size=8)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=-(2**300), max_value=2**300),
    st.sampled_from([2**53 - 1, 2**53, -(2**53), 2**63]),
    st.sampled_from([1_000, caps.MAX_INT_BITS - 1]).map(lambda bits: 1 << bits),
    st.floats(),
    st.sampled_from([-0.0, 5e-324, 1.7976931348623157e308]),
    st.complex_numbers(),
    texts,
    st.binary(max_size=8),
    st.builds(range, st.integers(-99, 99), st.integers(-99, 99), st.sampled_from([1, 2, -3])),
)
keys = st.one_of(st.none(), st.booleans(), st.integers(), texts, st.binary(max_size=4), st.tuples(texts, st.integers()))
plain = st.recursive(
    st.one_of(scalars, st.builds(bytearray, st.binary(max_size=4))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(keys, inner, max_size=4),
        st.dictionaries(st.sampled_from(["$", "v", "a"]), inner, max_size=3),
        st.sets(keys, max_size=4),
        st.frozensets(keys, max_size=4),
    ),
    max_leaves=12,
)


@quick
@given(plain)
def test_plain_values_come_back_exactly(value):
    """Every nesting of plain kinds comes back of the same types and equal."""
    assert same(there_and_back(value), value)


@pytest.mark.parametrize(
    "value",
    [True, 1, 1.0, "1", b"1", bytearray(b"1"), (1,), [1], {1}, frozenset({1}), {1: 1}, range(1), 1j, None,
     np.True_, np.int64(1), np.int8(1), np.float32(1), np.float64(1), np.complex64(1), np.str_("1"), np.bytes_(b"1"),
     np.datetime64("2026-01-01"), np.timedelta64(1, "h")],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_types_are_exact(value):
    """True stays bool, np.int64 stays np.int64: nothing is turned into its neighbour."""
    back = there_and_back(value)
    assert type(back) is type(value)
    assert back == value


@pytest.mark.parametrize("dtype", "b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16 S3 U3 M8[s] m8[D] >i4 >f8".split())
@pytest.mark.parametrize("shape", [(0,), (3,), (2, 3), (), (2, 0, 3)], ids=str)
def test_arrays_come_back_exactly(dtype, shape):
    """Arrays of every plain dtype and shape come back as new, writable arrays of their own."""
    count = math.prod(shape)
    kind = np.dtype(dtype).kind
    numbers = np.arange(count)
    value = (numbers % 2 if kind == "b" else numbers.astype("i8") if kind in "Mm" else numbers).astype(dtype)
    value = value.reshape(shape)
    back = there_and_back(value)
    assert type(back) is np.ndarray
    assert back.dtype == value.dtype
    assert back.shape == value.shape
    assert np.array_equal(back, value)
    assert back.base is None
    assert back.flags.writeable


def test_odd_arrays_come_back():
    """Strided, transposed, read-only and nan arrays come back by value."""
    value = np.arange(12.0).reshape(3, 4)
    value[0, 0] = np.nan
    for array in (value.T, value[::2], value[:, ::-1], np.asfortranarray(value), np.broadcast_to(value, (2, 3, 4))):
        assert np.array_equal(there_and_back(array), array, equal_nan=True)


FRAME = pd.DataFrame(
    {
        "int": [1, 2, 3],
        "float": [1.5, float("nan"), -0.0],
        "bool": [True, False, True],
        "text": ["a", "b", "c"],
        "mixed": pd.Series([1, "a", None], dtype="object"),
        "when": pd.to_datetime(["2026-01-01", "2026-01-02", None]),
        "took": pd.to_timedelta([1, 2, 3], unit="h"),
        "Int64": pd.array([1, None, 3], dtype="Int64"),
        "boolean": pd.array([True, None, False], dtype="boolean"),
        "Float64": pd.array([1.5, None, 3], dtype="Float64"),
        "kind": pd.Categorical(["x", "y", None], categories=["y", "x", "z"], ordered=True),
        "small": pd.Series([1, 2, 3], dtype="int8"),
    }
)
FRAMES = {
    "of every kind": FRAME,
    "with a named index": FRAME.set_index("text"),
    "with an index of dates": FRAME[["int"]].set_index(pd.date_range("2026-01-01", periods=3, name="day")),
    "with a MultiIndex": FRAME.set_index(["int", "text"]),
    "with a MultiIndex of columns": FRAME[["int", "float"]].set_axis(
        pd.MultiIndex.from_tuples([("a", 1), ("a", 2)], names=["one", None]), axis=1
    ),
    "with duplicated columns": FRAME[["int", "float", "int"]].set_axis(["a", "a", "b"], axis=1),
    "with numbered columns": pd.DataFrame([[1, 2], [3, 4]]),
    "without rows": FRAME.iloc[:0],
    "without columns": FRAME[[]],
    "with a gap in its index": FRAME.iloc[[2, 0]],
}


@pytest.mark.parametrize("name", FRAMES)
def test_frames_come_back_exactly(name):
    """DataFrames come back with their dtypes, columns and index."""
    frame = FRAMES[name]
    back = there_and_back(frame)
    pd.testing.assert_frame_equal(back, frame, check_index_type="equiv", check_freq=False, check_exact=True)
    assert list(back.dtypes) == list(frame.dtypes)


@pytest.mark.parametrize("name", FRAME.columns)
def test_series_come_back_exactly(name):
    """Series come back with dtype, index and name."""
    for series in (FRAME[name], FRAME[name].rename(None), FRAME.set_index("text", drop=False)[name].rename(("a", 1))):
        back = there_and_back(series)
        pd.testing.assert_series_equal(back, series, check_exact=True)
        assert type(back) is pd.Series


def test_nothing_is_shared():
    """What comes back shares nothing with what was sent."""
    value = [[1], {"a": [2]}, np.arange(3)]
    back = there_and_back(value)
    back[0].append(9)
    back[2][0] = 9
    assert value[0] == [1]
    assert value[2][0] == 0


class Text(str):
    __slots__ = ()


class Odd:
    pass


@pytest.mark.parametrize(
    "value",
    [Text("a"), Counter("a"), OrderedDict(a=1), Point(1, 2), Odd(), Odd, len, lambda: 1, iter([1]), type("L",
     (list,), {})([1]),
     np.arange(3).view(type("A", (np.ndarray,), {})), np.ma.array([1]), np.array([Odd()]), np.rec.array([(1,)]),
     np.zeros(2, dtype=[("a", "i4")]), type("F", (pd.DataFrame,), {})({"a": [1]}), type("I", (int,), {})(1),
     type("B", (float,), {})(1), math, Ellipsis, NotImplemented, slice(1), memoryview(b"a")],
    ids=lambda value: type(value).__name__ if not isinstance(value, type) else value.__name__,
)  # fmt: skip
def test_what_is_not_plain_is_lent(value):
    """Subclasses and everything else become references, never values."""
    assert Writer(lent).write(value) == {"$": "handle", "v": 1}
    assert Writer(lent).write([value]) == [{"$": "handle", "v": 1}]


# Caps, on both sides.


def nested(depth: int) -> list:
    value: list = []
    for _ in range(depth):
        value = [value]
    return value


def cyclic() -> list:
    value: list = []
    value.append({"a": (value,)})
    return value


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(nested(caps.MAX_DEPTH + 1), id="depth"),
        pytest.param(cyclic(), id="cycle"),
        pytest.param([None] * (caps.MAX_NODES + 1), id="parts"),
        pytest.param(range(caps.MAX_NODES + 1), id="range"),
        pytest.param(range(10**18), id="range of more than a machine can count"),
        pytest.param(1 << (caps.MAX_INT_BITS + 1), id="int"),
        pytest.param(b"x" * (caps.MAX_BYTES + 1), id="bytes"),
        pytest.param("x" * (caps.MAX_BYTES + 1), id="text"),
        pytest.param(np.zeros(caps.MAX_BYTES + 1, "u1"), id="array"),
    ],
)
def test_the_writer_keeps_the_caps(value):
    """A writer refuses what is over a cap."""
    with pytest.raises(TooBig):
        Writer(no_lending).write(value)


@pytest.mark.parametrize(
    ("tree", "blobs"),
    [
        pytest.param(nested(caps.MAX_DEPTH + 1), [], id="depth"),
        pytest.param([None] * (caps.MAX_NODES + 1), [], id="parts"),
        pytest.param({"$": "range", "v": [0, caps.MAX_NODES + 1, 1]}, [], id="range"),
        pytest.param({"$": "range", "v": [0, 2**52, 1]}, [], id="long range"),
        pytest.param({"$": "range", "v": [0, {"$": "int", "v": hex(10**40)}, 1]}, [], id="range of big ints"),
        pytest.param({"$": "int", "v": "0x1" + "0" * (caps.MAX_INT_BITS // 4)}, [], id="int"),
        pytest.param([{"$": "bytes", "b": 0}] * 65, [b"x" * 2**20], id="one blob used many times"),
        pytest.param("x" * (caps.MAX_BYTES + 1), [], id="text"),
        pytest.param(
            [{"$": "array", "dtype": "u1", "shape": [2**20], "b": 0}] * 65, [b"x" * 2**20], id="one blob, many arrays"
        ),
        pytest.param(
            {"$": "set", "v": [{"$": "int", "v": hex(n * (2**61 - 1))} for n in range(9, 5000)]}, [], id="one hash"
        ),
        pytest.param(
            {"$": "dict", "v": [[{"$": "int", "v": hex(n * (2**61 - 1))}, 1] for n in range(9, 5000)]},
            [],
            id="one key hash",
        ),
    ],
)
def test_the_reader_keeps_the_caps(tree, blobs):
    """A reader refuses what is over a cap, whatever the writer claims."""
    with pytest.raises((TooBig, BadValue)):
        read(tree, blobs)


@pytest.mark.parametrize(
    "tree",
    [
        2**53, float("inf"), {"$": "int", "v": 5}, {"$": "int", "v": "x"}, {"$": "int"}, {"$": "float", "v": "1"},
        {"$": "float", "v": []}, {"$": "complex", "v": [1]}, {"$": "complex", "v": ["1", 2]},
        {"$": "complex", "v": [{"$": "int", "v": hex(10**400)}, 0]}, {"$": "range", "v": [0, 1, 0]},
        {"$": "range", "v": [0, True, 1]}, {"$": "range", "v": {}}, {"$": "set", "v": [[1]]}, {"$": "set", "v": "abc"},
        {"$": "dict", "v": [[1]]}, {"$": "dict", "v": [1, 2]}, {"$": "dict", "v": [[[], 1]]}, {"$": "tuple", "v": None},
        {"$": "bytes", "b": 1}, {"$": "bytes", "b": -1}, {"$": "bytes", "b": True}, {"$": "bytes"}, {"$": "nothing"},
        {"$": None}, {"$": ["set"]}, {"$": {}}, {"$": "handle"}, {"$": "callback", "v": 0}, {"$": "array"},
        {"$": "array", "dtype": "O", "shape": [1], "b": 0}, {"$": "array", "dtype": "V8", "shape": [1], "b": 0},
        {"$": "array", "dtype": "i4,i4", "shape": [1], "b": 0}, {"$": "array", "dtype": ["i4"], "shape": [1], "b": 0},
        {"$": "array", "dtype": "i4", "shape": [-1], "b": 0}, {"$": "array", "dtype": "i4", "shape": [2**40], "b": 0},
        {"$": "array", "dtype": "i4", "shape": [True], "b": 0}, {"$": "array", "dtype": "i4", "shape": [0] * 500,
        "b": 0},
        {"$": "array", "dtype": "M8[999999999999999999999s]", "shape": [1], "b": 0}, {"$": "scalar", "dtype": "i4",
        "b": 0},
        {"$": "frame"}, {"$": "frame", "labels": {}, "index": {}, "columns": []}, {"$": "series", "column": 1},
        {"$": "series", "name": [], "index": {"dtype": "str", "values": [], "name": None}, "column": {}},
        {"$": "series", "name": None, "index": {"tuples": [1], "names": [1]}, "column": {"dtype": "Int64",
        "values": ["a"]}},
        {"$": "series", "name": None, "index": {"tuples": [], "names": []}, "column": {"dtype": "Int64", "values": []}},
    ],
    ids=lambda tree: str(tree)[:60],
)  # fmt: skip
def test_the_reader_refuses_what_no_honest_writer_makes(tree):
    """Wrong tags, shapes and types raise BadValue or TooBig and nothing else."""
    with pytest.raises((BadValue, TooBig)):
        read(tree, [b"abc"])


def test_text_that_no_array_can_hold_is_refused_or_harmless():
    """Code points beyond Unicode in an array of texts are refused, or can at least be looked at."""
    tree = {"$": "array", "dtype": "<U1", "shape": [1], "b": 0}
    with pytest.raises((BadValue, TooBig)):
        read(tree, [b"\xff\xff\xff\xff"])


# Whatever comes.

json_trees = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**60), 2**60), st.floats(), st.text(max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=4), inner, max_size=4)),
    max_leaves=10,
)
TAGS = sorted([*values._READ, "array", "scalar", "frame", "series", "handle", "callback"])
DTYPES = st.sampled_from(
    "b1 i4 <i8 f8 c16 U1 S2 M8[ns] M8[0s] m8 object str string boolean Int64 Float64 category UInt8 >U2 O V4".split()
)


def columns(inner: st.SearchStrategy) -> st.SearchStrategy:
    """Return columns and indexes that are nearly right."""
    array = st.fixed_dictionaries(
        {"dtype": DTYPES, "shape": st.lists(st.integers(-1, 9), max_size=2), "b": st.integers(-1, 3)}
    )
    return st.one_of(
        inner,
        st.fixed_dictionaries({"array": array}, optional={"name": inner}),
        st.fixed_dictionaries(
            {"dtype": DTYPES, "values": st.one_of(inner, st.lists(inner, max_size=3))},
            optional={"name": inner, "categories": st.lists(inner, max_size=3), "ordered": inner},
        ),
        st.fixed_dictionaries({"tuples": st.lists(inner, max_size=3), "names": st.lists(inner, max_size=3)}),
    )


tagged_trees = st.recursive(
    json_trees,
    lambda inner: st.fixed_dictionaries(
        {"$": st.sampled_from(TAGS)},
        optional={
            "v": st.one_of(
                inner, st.lists(inner, max_size=4), st.lists(st.lists(inner, min_size=2, max_size=2), max_size=3)
            ),
            "b": st.integers(-1, 3),
            "dtype": DTYPES,
            "shape": st.lists(st.integers(-1, 4), max_size=3),
            "name": inner,
            **{part: columns(inner) for part in ("index", "labels", "column")},
            "columns": st.lists(columns(inner), max_size=2),
        },
    ),
    max_leaves=8,
)


@settings(quick, max_examples=600)
@given(tagged_trees, st.lists(st.binary(max_size=40), max_size=3))
@pytest.mark.filterwarnings("ignore")
def test_random_trees_raise_nothing_else(tree, blobs):
    """Whatever tree comes, a reader gives a value or raises BadValue or TooBig."""
    try:
        value = read(tree, blobs)
    except (BadValue, TooBig):
        return
    Writer(lent).write(value)


@quick
@given(st.binary(max_size=200))
def test_random_bytes_are_frame_errors(payload):
    """Random bytes are a FrameError, never another exception."""
    with pytest.raises(frames.FrameError):
        frames.unpack(payload)


@settings(quick, max_examples=300)
@given(json_trees, st.lists(st.binary(max_size=9), max_size=3), st.data())
def test_damaged_frames_are_frame_errors(tree, blobs, data):
    """A frame with one byte changed, added or lost is a message or a FrameError."""
    try:
        payload = bytearray(frames.pack({"value": tree}, blobs))
    except ValueError:
        return
    at = data.draw(st.integers(0, len(payload) - 1))
    if data.draw(st.booleans()):
        payload[at] = data.draw(st.integers(0, 255))
    else:
        del payload[at:]
    try:
        message, _ = frames.unpack(bytes(payload))
    except frames.FrameError:
        return
    assert type(message) is dict


@pytest.mark.parametrize(
    "text",
    [b"[]", b"1", b"null", b'{"a":NaN}', b'{"a":Infinity}', b"[" * 10**6, b'{"a":' * 10**5, b'{"a":"\xff"}', b"", b"{",
     b'{"a":' + b"9" * 5000 + b"}", b'{"a":[' + b"[]," * 10**6 + b"[]]}"],
    ids=lambda text: repr(text[:12]),
)  # fmt: skip
def test_json_that_is_no_message(text):
    """JSON that is no object, not finite, too deep, too wide or no JSON at all is a FrameError."""
    payload = struct.pack(">IH", len(text), 0) + text
    with pytest.raises(frames.FrameError):
        frames.unpack(payload)


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"\0\0\0\2\0", struct.pack(">IH", 2**32 - 1, 0) + b"{}", struct.pack(">IH", 2, 65535) + b"{}",
        struct.pack(">IHI", 2, 1, 5) + b"{}abc", struct.pack(">IHI", 2, 1, 2**32 - 1) + b"{}",
        struct.pack(">IH", 2, 0) + b"{}x",
    ],
    ids=repr,
)  # fmt: skip
def test_lengths_that_do_not_add_up(payload):
    """Lengths that say another thing than what is there are a FrameError."""
    with pytest.raises(frames.FrameError):
        frames.unpack(payload)


def test_pack_refuses_what_unpack_would():
    """Nothing larger than a frame may be is made."""
    with pytest.raises(frames.FrameError):
        frames.pack({"a": "x" * (frames.MAX_JSON + 1)}, [])
    with pytest.raises(frames.FrameError):
        frames.pack({}, [b""] * (frames.MAX_BLOBS + 1))
