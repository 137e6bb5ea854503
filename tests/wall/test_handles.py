"""What Python lets one do with any object, done with a handle: refused, asked of the box, or without a meaning.

`REFUSED` sticks to the test and asks the box nothing; `ASKED` names the questions, of which there are five kinds and no
more; `SILENT` cannot raise and says nothing of the object; `PYTHON` is refused by Python itself with a TypeError, which
fails the test as well.
"""

# ruff: noqa: FLY002, FURB168, FURB171, ICN001, PLW0108, UP032 - each row is one way to ask, told as it is written

from __future__ import annotations

import array
import bisect
import copy
import dataclasses
import datetime
import decimal
import fractions
import functools
import heapq
import inspect
import io
import itertools
import json
import logging
import math
import operator
import os
import pathlib
import pickle
import pprint
import random
import re
import statistics
import struct
import sys
import types
import typing
import weakref
from collections import Counter, abc, deque

import numpy as np
import pandas as pd
import pytest
from fake_channel import ITEMS, FakeChannel

from grader.proctor.inside.bad_answer import NotAValue, Notes
from grader.proctor.inside.box import Box
from grader.proctor.inside.handles import Handle

REFUSED, SILENT, PYTHON = "refused", "silent", "python"
QUESTIONS = {"get", "call", "len", "iter", "next", "item"}
ITERATED = {"iter", "next"}
DICE = random.Random(1)  # noqa: S311 - no secret depends on it


@pytest.fixture
def channel():
    return FakeChannel()


@pytest.fixture
def notes():
    return Notes()


@pytest.fixture
def handle(channel, notes):
    return Handle(Box(channel, 1, notes), 4)


def match_class(handle):
    match handle:
        case int():
            return True
    return False


def match_value(handle):
    match handle:
        case 3:
            return True
    return False


def match_attribute(handle):
    match handle:
        case types.SimpleNamespace(value=3):
            return True
    return False


def match_shapes(handle):
    match handle:
        case [*_]:
            return True
        case {"a": _}:
            return True
        case None:
            return True
    return False


def awaited(handle):
    async def wait():
        return await handle

    wait().send(None)


def with_async(handle):
    async def enter():
        async with handle:
            pass

    enter().send(None)


def for_async(handle):
    async def go():
        async for _ in handle:
            pass

    go().send(None)


def entered(handle):
    with handle:
        pass


def unpacked(handle):
    one, two, three = handle
    return [one, two, three]


def starred(handle):
    first, *rest = handle
    return [first, *rest]


def assigned(name, handle):
    match name:
        case "attribute":
            handle.value = 1
        case "item":
            handle[0] = 1
        case "slice":
            handle[:] = [1]
        case "class":
            handle.__class__ = int
        case "+=":
            handle += 1
        case "del attribute":
            del handle.value
        case "del item":
            del handle[0]


def raised(handle):
    raise handle


def caught(handle):
    try:
        raise ValueError
    except handle:
        pass


def yielded(handle):
    def generate():
        yield from handle

    return list(generate())


def subclassed(handle):
    class Mine(handle):
        pass


BINARY = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "@": operator.matmul, "/": operator.truediv,
    "//": operator.floordiv, "%": operator.mod, "**": operator.pow, "<<": operator.lshift, ">>": operator.rshift,
    "&": operator.and_, "|": operator.or_, "^": operator.xor, "divmod": divmod,
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
IN_PLACE = {
    "+=": operator.iadd, "-=": operator.isub, "*=": operator.imul, "@=": operator.imatmul, "/=": operator.itruediv,
    "//=": operator.ifloordiv, "%=": operator.imod, "**=": operator.ipow, "<<=": operator.ilshift,
    ">>=": operator.irshift, "&=": operator.iand, "|=": operator.ior, "^=": operator.ixor,
}  # fmt: skip

TABLE = [
    *((f"h {name} 1", lambda h, do=do: do(h, 1), REFUSED) for name, do in BINARY.items()),
    *((f"1 {name} h", lambda h, do=do: do(1, h), REFUSED) for name, do in BINARY.items()),
    *((f"h {name} h", lambda h, do=do: do(h, h), REFUSED) for name, do in BINARY.items()),
    *((f"h {name} 1", lambda h, do=do: do(h, 1), REFUSED) for name, do in IN_PLACE.items()),
    # one operand
    ("-h", operator.neg, REFUSED),
    ("+h", operator.pos, REFUSED),
    ("~h", operator.invert, REFUSED),
    ("not h", operator.not_, REFUSED),
    ("h and 1", lambda h: h and 1, REFUSED),
    ("1 if h else 2", lambda h: 1 if h else 2, REFUSED),
    ("bool(h)", bool, REFUSED),
    ("all([h])", lambda h: all([h]), REFUSED),
    ("any([h])", lambda h: any([h]), REFUSED),
    ("filter(None, [h])", lambda h: list(filter(None, [h])), REFUSED),
    ("abs(h)", abs, REFUSED),
    ("round(h)", round, REFUSED),
    ("round(h, 2)", lambda h: round(h, 2), REFUSED),
    ("math.trunc(h)", math.trunc, REFUSED),
    ("math.floor(h)", math.floor, REFUSED),
    ("math.ceil(h)", math.ceil, REFUSED),
    ("math.sqrt(h)", math.sqrt, REFUSED),
    ("math.isclose(h, 1)", lambda h: math.isclose(h, 1), REFUSED),
    ("math.isnan(h)", math.isnan, REFUSED),
    # membership and comparison by others
    ("1 in h", lambda h: 1 in h, REFUSED),
    ("1 not in h", lambda h: 1 not in h, REFUSED),
    ("h in [1]", lambda h: h in [1], REFUSED),
    ("h in {1}", lambda h: h in {1}, REFUSED),
    ("h in {1: 2}", lambda h: h in {1: 2}, REFUSED),
    ("[h] == [1]", lambda h: [h] == [1], REFUSED),
    ("(1, h) == (1, 2)", lambda h: (1, h) == (1, 2), REFUSED),
    ("{'a': h} == {'a': 1}", lambda h: {"a": h} == {"a": 1}, REFUSED),
    ("[1].index(h)", lambda h: [1].index(h), REFUSED),
    ("[1].count(h)", lambda h: [1].count(h), REFUSED),
    ("operator.countOf(h, 1)", lambda h: operator.countOf(h, 1), ITERATED),
    ("'' == h", lambda h: h == "", REFUSED),
    ("None == h", lambda h: h == None, REFUSED),  # noqa: E711 - as authors write it
    ("pytest.approx(1.0) == h", lambda h: pytest.approx(1.0) == h, REFUSED),
    ("h == pytest.approx(1.0)", lambda h: h == pytest.approx(1.0), REFUSED),
    ("pytest.approx(h)", pytest.approx, REFUSED),
    ("max(h, 1)", lambda h: max(h, 1), REFUSED),
    ("min([1, h])", lambda h: min([1, h]), REFUSED),
    ("sorted([h, h])", lambda h: sorted([h, h]), REFUSED),
    ("[h, h].sort()", lambda h: [h, h].sort(), REFUSED),
    ("bisect.bisect([1], h)", lambda h: bisect.bisect([1], h), REFUSED),
    ("heapq.heapify([h, h])", lambda h: heapq.heapify([h, h]), REFUSED),
    # conversions
    ("int(h)", int, REFUSED),
    ("float(h)", float, REFUSED),
    ("complex(h)", complex, REFUSED),
    ("str(h)", str, REFUSED),
    ("bytes(h)", bytes, REFUSED),
    ("bytearray(h)", bytearray, REFUSED),
    ("format(h)", format, REFUSED),
    ("f'{h}'", lambda h: f"{h}", REFUSED),
    ("f'{h!s}'", lambda h: f"{h!s}", REFUSED),
    ("f'{h:>9}'", lambda h: f"{h:>9}", REFUSED),
    ("'{}'.format(h)", lambda h: "{}".format(h), REFUSED),
    ("'{.a!r}'.format(h)", lambda h: "{.a!r}".format(h), {"get"}),
    ("'%s' % h", lambda h: "%s" % h, REFUSED),  # noqa: UP031 - another way in
    ("'%d' % h", lambda h: "%d" % h, REFUSED),  # noqa: UP031 - another way in
    ("print(h)", lambda h: print(h, file=io.StringIO()), REFUSED),
    ("logging", lambda h: logging.LogRecord("a", 1, "b", 1, "%s", (h,), None).getMessage(), REFUSED),
    ("hash(h)", hash, REFUSED),
    ("{h}", lambda h: {h}, REFUSED),
    ("{h: 1}", lambda h: {h: 1}, REFUSED),
    ("frozenset([h])", lambda h: frozenset([h]), REFUSED),
    ("Counter([h])", lambda h: Counter([h]), REFUSED),
    ("functools.cache", lambda h: functools.cache(lambda _one: 1)(h), REFUSED),
    ("[1, 2][h]", lambda h: [1, 2][h], REFUSED),
    ("'ab'[h]", lambda h: "ab"[h], REFUSED),
    ("[1, 2][h:]", lambda h: [1, 2][h:], REFUSED),
    ("range(h)", range, REFUSED),
    ("'a' * h", lambda h: "a" * h, REFUSED),
    ("hex(h)", hex, REFUSED),
    ("bin(h)", bin, REFUSED),
    ("chr(h)", chr, REFUSED),
    ("ord(h)", ord, PYTHON),
    ("operator.index(h)", operator.index, REFUSED),
    ("os.fspath(h)", os.fspath, REFUSED),
    ("open(h)", open, REFUSED),
    ("pathlib.Path(h)", pathlib.Path, REFUSED),
    ("memoryview(h)", memoryview, PYTHON),
    ("struct.pack('i', h)", lambda h: struct.pack("i", h), REFUSED),
    ("array('i', [h])", lambda h: array.array("i", [h]), REFUSED),
    ("Decimal(h)", decimal.Decimal, PYTHON),
    ("Fraction(h)", fractions.Fraction, REFUSED),
    ("timedelta(h)", datetime.timedelta, PYTHON),
    ("re.match('a', h)", lambda h: re.match("a", h), PYTHON),
    ("''.join([h])", lambda h: "".join([h]), PYTHON),
    # what it is
    ("isinstance(h, int)", lambda h: isinstance(h, int), REFUSED),
    ("isinstance(h, (str, list))", lambda h: isinstance(h, (str, list)), REFUSED),
    ("isinstance(h, int | str)", lambda h: isinstance(h, int | str), REFUSED),
    ("isinstance(h, abc.Sequence)", lambda h: isinstance(h, abc.Sequence), REFUSED),
    ("isinstance(h, abc.Callable)", lambda h: isinstance(h, abc.Callable), REFUSED),
    ("isinstance(h, typing.SupportsInt)", lambda h: isinstance(h, typing.SupportsInt), REFUSED),
    ("isinstance(h, type(None))", lambda h: isinstance(h, type(None)), REFUSED),
    ("isinstance(1, h)", lambda h: isinstance(1, h), REFUSED),
    ("issubclass(h, int)", lambda h: issubclass(h, int), REFUSED),
    ("issubclass(int, h)", lambda h: issubclass(int, h), REFUSED),
    ("isinstance(h, object)", lambda h: isinstance(h, object), SILENT),
    ("h.__class__", lambda h: h.__class__, REFUSED),
    ("h.__dict__", lambda h: h.__dict__, REFUSED),
    ("h.__doc__", lambda h: h.__wrapped__, REFUSED),
    ("h.__name__", lambda h: h.__name__, {"get"}),
    ("vars(h)", vars, REFUSED),
    ("dir(h)", dir, REFUSED),
    ("inspect.signature(h)", inspect.signature, REFUSED),
    ("inspect.isclass(h)", inspect.isclass, REFUSED),
    ("match class", match_class, REFUSED),
    ("match value", match_value, REFUSED),
    ("match attribute", match_attribute, REFUSED),
    ("match [...], {...}, None", match_shapes, SILENT),
    ("class Mine(h)", subclassed, REFUSED),
    ("dataclasses.asdict(h)", dataclasses.asdict, PYTHON),
    ("dataclasses.is_dataclass(h)", dataclasses.is_dataclass, REFUSED),
    # copies
    ("copy.copy(h)", copy.copy, REFUSED),
    ("copy.deepcopy(h)", copy.deepcopy, REFUSED),
    ("copy.deepcopy([h])", lambda h: copy.deepcopy([h]), REFUSED),
    ("pickle.dumps(h)", pickle.dumps, REFUSED),
    ("pickle.dumps([h])", lambda h: pickle.dumps([h]), REFUSED),
    ("json.dumps(h)", json.dumps, REFUSED),
    ("json.dumps({'a': h})", lambda h: json.dumps({"a": h}), REFUSED),
    ("json.dumps(h, indent=1)", lambda h: json.dumps(h, indent=1), REFUSED),
    # changing it
    *((f"set: {name}", functools.partial(assigned, name), REFUSED)
      for name in ("attribute", "item", "slice", "class", "+=", "del attribute", "del item")),
    ("setattr(h, 'a', 1)", lambda h: setattr(h, "a", 1), REFUSED),
    ("delattr(h, 'a')", lambda h: delattr(h, "a"), REFUSED),
    ("random.shuffle(h)", lambda h: DICE.shuffle(h), {"len", "item"}),
    # protocols
    ("with h", entered, REFUSED),
    ("async with h", with_async, REFUSED),
    ("async for in h", for_async, REFUSED),
    ("await h", awaited, REFUSED),
    ("reversed(h)", reversed, REFUSED),
    ("raise h", raised, PYTHON),
    ("except h", caught, PYTHON),
    ("weakref.ref(h)", weakref.ref, PYTHON),
    ("eval(h)", eval, PYTHON),
    ("sum([h])", lambda h: sum([h]), REFUSED),
    ("reduce(add, [h, h])", lambda h: functools.reduce(operator.add, [h, h]), REFUSED),
    ("statistics.mean([h])", lambda h: statistics.mean([h]), {"get", "call"}),
    # numpy and pandas
    ("np.asarray(h)", np.asarray, REFUSED),
    ("np.array([h, 1])", lambda h: np.array([h, 1]), REFUSED),
    ("np.float64(h)", np.float64, REFUSED),
    ("np.int64(h)", np.int64, REFUSED),
    ("np.add(h, 1)", lambda h: np.add(h, 1), REFUSED),
    ("np.arange(3) + h", lambda h: np.arange(3) + h, REFUSED),
    ("np.arange(3) == h", lambda h: np.arange(3) == h, REFUSED),
    ("h == np.arange(3)", lambda h: h == np.arange(3), REFUSED),
    ("np.float64(1) == h", lambda h: np.float64(1) == h, REFUSED),
    ("np.array_equal(h, [1])", lambda h: np.array_equal(h, [1]), REFUSED),
    ("np.allclose(h, 1)", lambda h: np.allclose(h, 1), REFUSED),
    ("np.testing.assert_allclose", lambda h: np.testing.assert_allclose(h, 1), REFUSED),
    ("np.testing.assert_array_equal", lambda h: np.testing.assert_array_equal(np.arange(3), h), REFUSED),
    ("np.sum(h)", np.sum, REFUSED),
    ("np.mean(h)", np.mean, REFUSED),
    ("np.isnan(h)", np.isnan, REFUSED),
    ("np.isscalar(h)", np.isscalar, REFUSED),
    ("np.zeros(3)[h]", lambda h: np.zeros(3)[h], REFUSED),
    ("pd.Series(h)", pd.Series, REFUSED),
    ("pd.DataFrame(h)", pd.DataFrame, REFUSED),
    ("pd.DataFrame({'a': h})", lambda h: pd.DataFrame({"a": h}), REFUSED),
    ("pd.isna(h)", pd.isna, {"get"}),
    ("pd.to_datetime(h)", pd.to_datetime, REFUSED),
    ("pd.Series([1]) == h", lambda h: pd.Series([1]) == h, REFUSED),
    ("pd.testing.assert_frame_equal", lambda h: pd.testing.assert_frame_equal(h, pd.DataFrame()), REFUSED),
    ("pd.DataFrame().equals(h)", lambda h: pd.DataFrame().equals(h), REFUSED),
    # the five questions
    ("h.name", lambda h: h.name, {"get"}),
    ("getattr(h, 'name', 1)", lambda h: getattr(h, "name", 1), {"get"}),
    ("hasattr(h, 'name')", lambda h: hasattr(h, "name"), {"get"}),
    ("operator.attrgetter", operator.attrgetter("name"), {"get"}),
    ("h._private", lambda h: h._private, {"get"}),
    ("h()", lambda h: h(), {"call"}),
    ("h(1, a=[2])", lambda h: h(1, a=[2]), {"call"}),
    ("h.name(1)", lambda h: h.name(1), {"get", "call"}),
    ("operator.call", lambda h: functools.partial(h, 1)(), {"call"}),
    ("len(h)", len, {"len"}),
    ("operator.length_hint(h)", operator.length_hint, {"len"}),
    ("h[0]", lambda h: h[0], {"item"}),
    ("h['a']", lambda h: h["a"], {"item"}),
    ("h[1:2]", lambda h: h[(1, 2)], {"item"}),
    ("operator.itemgetter", operator.itemgetter(0), {"item"}),
    ("random.choice(h)", DICE.choice, {"len", "item"}),
    ("iter(h)", iter, {"iter"}),
    ("next(iter(h))", lambda h: next(iter(h)), ITERATED),
    ("next(h)", next, {"next"}),
    ("for in h", lambda h: [item for item in h], ITERATED),  # noqa: C416 - the loop itself
    ("yield from h", yielded, ITERATED),
    ("one, two, three = h", unpacked, ITERATED),
    ("first, *rest = h", starred, ITERATED),
    ("[*h]", lambda h: [*h], ITERATED | {"len"}),
    ("print(*h)", lambda h: print(*h, file=io.StringIO()), ITERATED | {"len"}),
    ("list(h)", list, ITERATED | {"len"}),
    ("tuple(h)", tuple, ITERATED | {"len"}),
    ("set(h)", set, ITERATED),
    ("frozenset(h)", frozenset, ITERATED),
    ("deque(h)", deque, ITERATED),
    ("sorted(h)", sorted, ITERATED | {"len"}),
    ("sum(h)", sum, ITERATED),
    ("max(h)", max, ITERATED),
    ("all(h)", all, ITERATED),
    ("enumerate(h)", lambda h: list(enumerate(h)), ITERATED),
    ("zip(h, h)", lambda h: list(zip(h, [1, 2, 3], strict=True)), ITERATED),
    ("map(str, h)", lambda h: list(map(str, h)), ITERATED),
    ("itertools.chain(h)", lambda h: list(itertools.chain(h)), ITERATED),
    ("math.fsum(h)", math.fsum, ITERATED),
    ("array('i', h)", lambda h: array.array("i", h), ITERATED),
    ("statistics.mean(h)", statistics.mean, ITERATED),
    ("[].extend(h)", lambda h: [].extend(h), ITERATED | {"len"}),
    # without a meaning
    ("h is h", lambda h: h is h, SILENT),  # noqa: PLR0124 - that is the question
    ("h is None", lambda h: h is None, SILENT),
    ("type(h)", type, SILENT),
    ("id(h)", id, SILENT),
    ("callable(h)", callable, SILENT),
    ("repr(h)", repr, SILENT),
    ("ascii(h)", ascii, SILENT),
    ("f'{h!r}'", lambda h: f"{h!r}", SILENT),
    ("pprint.pformat([h])", lambda h: pprint.pformat([h]), SILENT),
    ("[h] and (h,)", lambda h: [h] and (h,), SILENT),
    ("sys.getsizeof(h)", sys.getsizeof, SILENT),
]  # fmt: skip


@pytest.mark.parametrize(("do", "outcome"), [pytest.param(do, to, id=name) for name, do, to in TABLE])
def test_table(do, outcome, handle, channel, notes):
    """Each row has the outcome that the table names, and asks the box only what it may."""
    error = None
    try:
        do(handle)
    except BaseException as raised:  # noqa: BLE001 - NotAValue is none of Exception's
        error = raised
    assert set(channel.asked) <= QUESTIONS
    assert not channel.told
    if outcome is REFUSED:
        assert type(error) is NotAValue
        assert notes.bad[-1] is error
        assert channel.asked == []
    elif outcome is PYTHON:
        assert type(error) is TypeError
        assert not notes.bad
        assert channel.asked == []
    elif outcome is SILENT:
        assert error is None
        assert not notes.bad
        assert channel.asked == []
    else:
        assert channel.asked
        assert set(channel.asked) == outcome
        assert error is None or type(error) in (NotAValue, TypeError)


def test_the_table_is_whole():
    """There are at least 90 rows, each of its own name."""
    names = [name for name, _, _ in TABLE]
    assert len(names) >= 90
    assert len(names) == len(set(names))


def test_answers_are_the_box_s(handle):
    """What the five questions give is what the box said."""
    assert len(handle) == 3
    assert list(handle) == ITEMS
    assert handle[0] == 5
    assert handle() == 9
    assert type(handle.anything) is Handle


def test_repr_is_constant(handle, channel):
    """The repr is ours, and the same for all objects."""
    assert repr(handle) == repr(handle.other) == "<object in the box>"
    assert channel.asked == ["get"]


def test_no_dunder_is_missing(handle, channel):
    """No special method that Python knows is left to `object` where it could answer for the learner's object."""
    harmless = {
        "__class__", "__doc__", "__getattribute__", "__getattr__", "__init__", "__init_subclass__", "__module__",
        "__new__", "__repr__", "__sizeof__", "__slots__", "__subclasshook__", "__annotations__", "__weakref__",
        "__call__", "__len__", "__getitem__", "__iter__", "__next__", "__static_attributes__", "__firstlineno__",
    }  # fmt: skip
    inherited = [name for name in dir(object) if name not in harmless and name not in vars(Handle)]
    assert inherited == []
    assert channel.asked == []
