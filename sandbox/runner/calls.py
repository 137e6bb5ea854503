"""Calls of a program's functions, through the public adapter that is compiled into it (`sandbox/adapters/`).

The adapter only carries values. It reads requests on descriptor 3 and writes replies on 4; it decides nothing, and
whoever shares its process can write replies of their own, which are answers like any other. All numbers are
little-endian.

    frame   = u32 length, u64 number of the request, body        both ways; a reply has the number of its request
    request = text path, u32 count, values ...                    "gemm"; "LruCache" makes one; "LruCache.of"
            | object, text name, u32 count, values ...            a method of an object that stays in the program
    reply   = 'v' value | 'x' text builtin, text name, text       `builtin` is the Python exception it is most like
    value   = 'n' | 't' | 'f' | 'i' i64 | 'd' f64 | text | 'b' u32 bytes | 'l' u32 values ...
            | 'I' u32 i64s ... | 'D' u32 f64s ... | object        the two before: flat lists of one kind
    text    = 's' u32 bytes in UTF-8        object = 'o' u64

The process is started by the first call, so that each fork of the runner has one of its own. When it ends, this process
ends the same way (`program`).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Sequence
from typing import Any, cast

from .caps import MAX_DEPTH, MAX_NODES, BadValue
from .program import Program, end_with

REQUESTS, REPLIES = 3, 4
MOST_BYTES = 64 * 2**20
"""Of one frame."""
_HEAD = struct.Struct("<IQ")
_LARGEST = 2**63
_LIKE: dict[str, type[Exception]] = {
    kind.__name__: kind
    for kind in (
        ArithmeticError, AttributeError, Exception, IndexError, KeyError, LookupError, MemoryError, NotImplementedError,
        OverflowError, RecursionError, RuntimeError, TypeError, ValueError, ZeroDivisionError,
    )
}  # fmt: skip
"""What a learner's exception can be most like."""


class Subject:
    """What is asked about: any name is a function of the program, which is asked for when it is called."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def __getattr__(self, name: str) -> Named:
        _refuse_private(name)
        return Named(self._calls, name)


class Named:
    """A function, a class or, with a dot, a static method of one."""

    def __init__(self, calls: Calls, path: str) -> None:
        self._calls = calls
        self._path = path

    def __getattr__(self, name: str) -> Named:
        _refuse_private(name)
        return Named(self._calls, f"{self._path}.{name}")

    def __call__(self, *args: Any) -> Any:
        """Call it; arguments have no names in these languages."""
        return self._calls.ask(_text(self._path), args)


class Thing:
    """An object that stays in the program, known by a number."""

    def __init__(self, calls: Calls, number: int) -> None:
        self._calls = calls
        self._number = number

    def __getattr__(self, name: str) -> Callable[..., Any]:
        _refuse_private(name)
        return _Method(self._calls, self._number, name)


class _Method:
    def __init__(self, calls: Calls, number: int, name: str) -> None:
        self._calls = calls
        self._start = b"o" + struct.pack("<Q", number) + _text(name)

    def __call__(self, *args: Any) -> Any:
        return self._calls.ask(self._start, args)


class Calls:
    """The conversation with one process.

    Args:
        program: what is started when something is asked for the first time.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._process = 0
        self._asked = 0
        self._writing = self._reading = -1

    def ask(self, start: bytes, args: Sequence[Any]) -> Any:
        """Return what a call gives.

        Raises:
            Exception: what the program threw, as the builtin it is most like.
            BadValue: a reply that no honest adapter writes.
            TypeError: an argument that cannot cross to a program.
        """
        body = b"".join((start, struct.pack("<I", len(args)), *(_written(self, arg, 0) for arg in args)))
        if not self._process:
            self._begin()
        self._asked += 1
        self._write(_HEAD.pack(len(body) + 8, self._asked) + body)
        length, number = _HEAD.unpack(self._read(_HEAD.size))
        if number != self._asked or not 9 <= length <= MOST_BYTES:  # noqa: PLR2004 - a number and a letter
            raise BadValue("a reply of the adapter that nobody asked for")
        return _Reply(self, self._read(length - 8)).value()

    def _begin(self) -> None:
        (asking, self._writing), (self._reading, replying) = os.pipe(), os.pipe()
        nothing = os.open(os.devnull, os.O_RDONLY)
        self._process = self._program.start({0: nothing, 1: 2, REQUESTS: asking, REPLIES: replying})
        for descriptor in (nothing, asking, replying):
            os.close(descriptor)

    def _write(self, content: bytes) -> None:
        left = memoryview(content)
        try:
            while left:
                left = left[os.write(self._writing, left) :]
        except BrokenPipeError:
            self._end()

    def _read(self, count: int) -> bytes:
        content = bytearray()
        while len(content) < count:
            part = os.read(self._reading, min(count - len(content), 2**20))
            if not part:
                self._end()
            content += part
        return bytes(content)

    def _end(self) -> None:
        end_with(os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1]))


def _refuse_private(name: str) -> None:
    if name.startswith("_"):
        raise AttributeError(name)


def _text(text: str) -> bytes:
    content = text.encode("utf-8", "surrogatepass")
    return b"s" + struct.pack("<I", len(content)) + content


def _written(calls: Calls, value: Any, depth: int) -> bytes:
    """Return a value as it is written."""
    kind = type(value)
    if kind is list or kind is tuple:
        return _list(calls, value, depth + 1)
    if kind is int and -_LARGEST <= value < _LARGEST:
        return struct.pack("<cq", b"i", value)
    if kind is Thing and value._calls is calls:
        return struct.pack("<cQ", b"o", value._number)
    if kind in _WRITTEN:
        return _WRITTEN[kind](value)
    raise TypeError(
        f"{kind.__name__} cannot cross to a program: send None, bool, int of 64 bits, float, str, bytes, list"
    )


_WRITTEN: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda _: b"n",
    bool: lambda value: b"t" if value else b"f",
    float: lambda value: struct.pack("<cd", b"d", value),
    str: _text,
    bytes: lambda value: b"b" + struct.pack("<I", len(value)) + value,
}


def _list(calls: Calls, items: Sequence[Any], depth: int) -> bytes:
    if depth > MAX_DEPTH:
        raise TypeError("nested too deeply")
    kinds = set(map(type, items))
    if kinds == {float}:
        return b"D" + struct.pack(f"<I{len(items)}d", len(items), *items)
    if kinds == {int} and -_LARGEST <= min(items) <= max(items) < _LARGEST:
        return b"I" + struct.pack(f"<I{len(items)}q", len(items), *items)
    return b"l" + struct.pack("<I", len(items)) + b"".join(_written(calls, item, depth) for item in items)


class _Reply:
    """Reads one reply, once."""

    def __init__(self, calls: Calls, content: bytes) -> None:
        self._calls = calls
        self._content = content
        self._at = 0
        self._parts = 0

    def value(self) -> Any:
        """Return what it holds, or raise it."""
        kind = self._take(1)
        if kind == b"x":
            like, name, text = (self._value(0) for _ in range(3))
            if type(name) is not str or like not in _LIKE or self._at != len(self._content):
                raise BadValue("a malformed exception of the adapter")
            raise cast("Exception", type(name[:100] or "Exception", (_LIKE[like],), {})(text))
        value = self._value(0) if kind == b"v" else None
        if kind != b"v" or self._at != len(self._content):
            raise BadValue("a malformed reply of the adapter")
        return value

    def _value(self, depth: int) -> Any:
        kind = self._take(1)
        self._count(depth, 1)
        if kind in _CONSTANT:
            return _CONSTANT[kind]
        if kind in _FIXED:
            return self._unpack(_FIXED[kind])[0]
        if kind == b"o":
            return Thing(self._calls, self._unpack("Q")[0])
        if kind not in _COUNTED:
            raise BadValue("a malformed value of the adapter")
        return self._counted(kind, self._unpack("I")[0], depth)

    def _counted(self, kind: bytes, count: int, depth: int) -> Any:
        if kind == b"s":
            return self._take(count).decode("utf-8", "replace")
        if kind == b"b":
            return self._take(count)
        self._count(depth, count)
        if kind in _FLAT:
            return list(self._unpack(f"{count}{_FLAT[kind]}"))
        return [self._value(depth + 1) for _ in range(count)]

    def _count(self, depth: int, parts: int) -> None:
        self._parts += parts
        if depth > MAX_DEPTH or self._parts > 2 * MAX_NODES:
            raise BadValue("a value of the adapter that is too large")

    def _unpack(self, code: str) -> tuple[Any, ...]:
        return struct.unpack(f"<{code}", self._take(struct.calcsize(f"<{code}")))

    def _take(self, count: int) -> bytes:
        self._at += count
        if self._at > len(self._content):
            raise BadValue("a reply of the adapter that is cut short")
        return self._content[self._at - count : self._at]


_CONSTANT: dict[bytes, Any] = {b"n": None, b"t": True, b"f": False}
_FIXED = {b"i": "q", b"d": "d"}
_FLAT = {b"I": "q", b"D": "d"}
_COUNTED = {b"s", b"b", b"l", *_FLAT}
