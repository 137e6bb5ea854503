"""Exact plain data across the wall, rebuilt on the other side; never pickle.

Plain are None, bool, int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict, range, numpy arrays
and scalars, DataFrame and Series, each of exactly that type: a subclass may carry behaviour, so it is no value. What is
not plain is *lent*: the side that holds it keeps it and sends a reference instead (an object of the learner's becomes a
handle outside; a function of the author's becomes a callback inside). How, is told by the two functions that a `Writer`
and a `Reader` are given, which is all in which the two sides differ.

JSON carries None, bool, small int, finite float, str, list and dict with plain string keys as they are; everything
else is `{"$": tag, ...}`. A long list of nothing but ints or nothing but floats is a blob of eight bytes each: making
and parsing texts of numbers is slow, and every eight bytes are some number, so there is nothing in it to distrust but
its length. What a value unfolds to is counted on both sides (`caps`).
"""

from __future__ import annotations

import math
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from . import arrays
from .caps import MAX_INT_BITS, SMALL_INT, BadValue, Tally, TooBig
from .frames import MAX_PACKED, Blob

MAX_SAME_HASH = 1000
_WORTH_PACKING = 32
_PACKED = {int: ("ints", "q"), float: ("floats", "d")}
"""How a list of one type is packed: its tag, and the code of `struct` for one number of eight bytes."""

Tagged = dict[str, Any]


class Writer(Tally):
    """Turns values into JSON-ready trees and blobs. One writer makes one message.

    Args:
        lend: called with what is not plain; returns the tagged reference to send in its place.
    """

    def __init__(self, lend: Callable[[Any], Tagged]) -> None:
        super().__init__()
        self.blobs: list[Blob] = []
        self._lend = lend

    def write(self, value: Any, depth: int = 0) -> Any:
        """Return the tree for `value`.

        Raises:
            TooBig: over a cap; a cyclic value is too deep.
        """
        self.count(depth)
        if value is None or value is True or value is False:
            return value
        kind = type(value)
        scalar = _WRITE_SCALAR.get(kind)
        if scalar is not None:
            return scalar(self, value)
        container = _WRITE_CONTAINER.get(kind)
        if container is not None:
            return container(self, value, depth + 1)
        tree = arrays.write(self, value, depth + 1)
        return tree if tree is not None else self._lend(value)

    def blob(self, content: Blob) -> int:
        """Keep `content` as a blob and return its number."""
        self.count_bytes(len(content))
        self.blobs.append(content)
        return len(self.blobs) - 1

    def _int(self, value: int) -> Any:
        if -SMALL_INT < value < SMALL_INT:
            return value
        if value.bit_length() > MAX_INT_BITS:
            raise TooBig("an integer of too many digits")
        return {"$": "int", "v": hex(value)}

    def _float(self, value: float) -> Any:
        return value if math.isfinite(value) else {"$": "float", "v": repr(value)}

    def _complex(self, value: complex) -> Tagged:
        return {"$": "complex", "v": [self._float(value.real), self._float(value.imag)]}

    def _str(self, value: str) -> str:
        self.count_bytes(len(value))
        return value

    def _range(self, value: range) -> Tagged:
        if max(abs(value.start), abs(value.stop), abs(value.step)) >= SMALL_INT:
            raise TooBig("a range too long")
        self.count(0, len(value))
        return {"$": "range", "v": [value.start, value.stop, value.step]}

    def _list(self, value: Iterable[Any], depth: int) -> Any:
        items = list(value)
        if len(items) >= _WORTH_PACKING and (packed := self._pack(items, depth)) is not None:
            return packed
        if self.count_flat(items, depth):
            return items
        return [self.write(item, depth) for item in items]

    def _pack(self, items: list[Any], depth: int) -> Tagged | None:
        """Return a list of numbers of one type as a blob, or None if it is something else."""
        tag, code = _PACKED.get(type(items[0]), ("", ""))
        if not tag or len(set(map(type, items))) > 1 or len(self.blobs) >= MAX_PACKED:
            return None
        try:
            content = struct.pack(f"<{len(items)}{code}", *items)
        except struct.error:  # an int of more than eight bytes
            return None
        self.count(depth, len(items))
        return {"$": tag, "b": self.blob(content)}

    def _dict(self, value: dict[Any, Any], depth: int) -> Any:
        if "$" not in value and set(map(type, value)) <= {str}:
            if self.count_flat(value.values(), depth, sum(map(len, value))):
                return value.copy()
            return {self._str(key): self.write(item, depth) for key, item in value.items()}
        pairs = [[self.write(key, depth), self.write(item, depth)] for key, item in value.items()]
        return {"$": "dict", "v": pairs}


_WRITE_SCALAR: dict[type, Callable[[Writer, Any], Any]] = {
    int: Writer._int,
    float: Writer._float,
    complex: Writer._complex,
    str: Writer._str,
    range: Writer._range,
    bytes: lambda writer, value: {"$": "bytes", "b": writer.blob(value)},
    bytearray: lambda writer, value: {"$": "bytearray", "b": writer.blob(value)},
}
_WRITE_CONTAINER: dict[type, Callable[[Writer, Any, int], Any]] = {
    list: Writer._list,
    dict: Writer._dict,
    tuple: lambda writer, value, depth: {"$": "tuple", "v": writer._list(value, depth)},
    set: lambda writer, value, depth: {"$": "set", "v": writer._list(value, depth)},
    frozenset: lambda writer, value, depth: {"$": "frozenset", "v": writer._list(value, depth)},
}


class Reader(Tally):
    """Rebuilds values from a tree and blobs. One reader takes one message.

    Args:
        blobs: the blobs that came with the tree.
        borrow: called with a tagged reference; returns what stands for it here, or raises BadValue.
    """

    def __init__(self, blobs: Sequence[Blob], borrow: Callable[[Tagged], Any]) -> None:
        super().__init__()
        self._blobs = blobs
        self._borrow = borrow

    def read(self, tree: Any, depth: int = 0) -> Any:
        """Return the value of `tree`.

        Raises:
            BadValue: a tag, shape or type that no honest writer makes.
            TooBig: unfolds to more than the caps allow.
        """
        self.count(depth)
        kind = type(tree)
        if tree is None or kind is bool:
            return tree
        if kind is int or kind is float:
            return self._number(tree)
        if kind is str:
            return self._text(tree)
        if kind is list:
            return self._list(tree, depth + 1)
        if kind is not dict:
            raise BadValue(kind.__name__)
        if "$" not in tree:
            return self._plain_dict(tree, depth + 1)
        return self._tagged(tree, depth + 1)

    def blob(self, number: Any) -> Blob:
        """Return a blob by number; its bytes count each time it is used."""
        if type(number) is not int or not 0 <= number < len(self._blobs):
            raise BadValue("blob")
        content = self._blobs[number]
        self.count_bytes(len(content))
        return content

    def _list(self, items: list[Any], depth: int) -> list[Any]:
        """Return what a list of the tree holds. A flat one that the count took is what it should be, and is copied."""
        if self.count_flat(items, depth):
            return items.copy()
        return [self.read(item, depth) for item in items]

    def _plain_dict(self, tree: dict[str, Any], depth: int) -> dict[str, Any]:
        if self.count_flat(tree.values(), depth, sum(map(len, tree))):
            return tree.copy()
        return {self._text(key): self.read(item, depth) for key, item in tree.items()}

    def _number(self, value: float) -> float:
        if type(value) is int and not -SMALL_INT < value < SMALL_INT:
            raise BadValue("int")
        if not math.isfinite(value):
            raise BadValue("float")
        return value

    def _text(self, value: str) -> str:
        self.count_bytes(len(value))
        return value

    def _tagged(self, tree: Tagged, depth: int) -> Any:
        tag = tree["$"]
        read = _READ.get(tag) if type(tag) is str else None
        if read is not None:
            return read(self, tree, depth)
        if type(tag) is str and tag in arrays.TAGS:
            return arrays.read(self, tree, depth)
        return self._borrow(tree)

    def _items(self, tree: Tagged, depth: int) -> list[Any]:
        items = tree.get("v")
        if type(items) is list:
            return self._list(items, depth)
        if type(items) is dict and items.get("$") in ("ints", "floats"):
            return self._unpack(items, depth, "q" if items["$"] == "ints" else "d")
        raise BadValue("items")

    def _unpack(self, tree: Tagged, depth: int, code: str) -> list[Any]:
        content = self.blob(tree.get("b"))
        length, rest = divmod(len(content), 8)
        if rest:
            raise BadValue("numbers cut short")
        self.count(depth, length)
        return list(struct.unpack(f"<{length}{code}", content))

    def _int(self, tree: Tagged, _depth: int) -> int:
        text = tree.get("v")
        if type(text) is not str or len(text) > MAX_INT_BITS // 4 + 4:
            raise BadValue("int")
        try:
            value = int(text, 16)
        except ValueError as error:
            raise BadValue("int") from error
        if value.bit_length() > MAX_INT_BITS:
            raise TooBig("an integer of too many digits")
        return value

    def _float(self, tree: Tagged, _depth: int) -> float:
        text = tree.get("v")
        if text not in ("inf", "-inf", "nan"):
            raise BadValue("float")
        return float(text)

    def _complex(self, tree: Tagged, depth: int) -> complex:
        parts = self._items(tree, depth)
        if len(parts) != 2 or not all(type(part) is float for part in parts):  # noqa: PLR2004 - real and imaginary
            raise BadValue("complex")
        return complex(*parts)

    def _range(self, tree: Tagged, depth: int) -> range:
        parts = self._items(tree, depth)
        if len(parts) != 3 or not all(type(part) is int and abs(part) < SMALL_INT for part in parts) or parts[2] == 0:  # noqa: PLR2004 - start, stop, step
            raise BadValue("range")
        value = range(*parts)
        self.count(depth, len(value))
        return value

    def _hashable(self, items: list[Any], kind: type) -> Any:
        try:
            self._refuse_collisions([pair[0] for pair in items] if kind is dict else items)
            return kind(items)
        except TypeError as error:
            raise BadValue(kind.__name__) from error

    def _refuse_collisions(self, keys: list[Any]) -> None:
        """Refuse keys made to share one hash: a set of n of them takes n * n steps to build, an honest one n."""
        if len(keys) > MAX_SAME_HASH and max(Counter(map(hash, keys)).values()) > MAX_SAME_HASH:
            raise TooBig("keys made to collide")

    def _dict(self, tree: Tagged, depth: int) -> dict[Any, Any]:
        pairs = self._items(tree, depth)
        if not all(type(pair) is list and len(pair) == 2 for pair in pairs):  # noqa: PLR2004 - key and value
            raise BadValue("dict")
        return self._hashable(pairs, dict)  # type: ignore[no-any-return]  # a dict by construction


_READ: dict[str, Callable[[Reader, Tagged, int], Any]] = {
    "int": Reader._int,
    "float": Reader._float,
    "complex": Reader._complex,
    "range": Reader._range,
    "dict": Reader._dict,
    "ints": lambda reader, tree, depth: reader._unpack(tree, depth, "q"),
    "floats": lambda reader, tree, depth: reader._unpack(tree, depth, "d"),
    "tuple": lambda reader, tree, depth: tuple(reader._items(tree, depth)),
    "set": lambda reader, tree, depth: reader._hashable(reader._items(tree, depth), set),
    "frozenset": lambda reader, tree, depth: reader._hashable(reader._items(tree, depth), frozenset),
    "bytes": lambda reader, tree, _depth: bytes(reader.blob(tree.get("b"))),
    "bytearray": lambda reader, tree, _depth: bytearray(reader.blob(tree.get("b"))),
}
