"""One way to write a record as bytes, so that a digest means the same everywhere.

Canonical JSON: sorted keys, no spaces, UTF-8, no floats (a metric travels as the decimal text it was rounded to, points
as an exact fraction). What `plain` returns is also what `--json` prints: the page and the wire say the same.

For texts and keys of printable ASCII and whole numbers below 2**53 these are exactly the bytes of RFC 8785; other
letters are escaped here and are not there. The ledger, which is read by other programs, allows no others.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any

_ALREADY = frozenset({str, int, bool, type(None)})
"""The types of most of what a record holds."""
_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, check_circular=False)
"""It need not look for circles: what `plain` returns is new, and has none."""


def plain(value: Any) -> Any:
    """Return `value` as None, bool, int, str, list and dict.

    Records become dicts by field name, fractions `"3/4"` (or `"2"` where whole), enums their value.

    Raises:
        TypeError: a float, bytes, a set, a key that is no text, or anything else without one exact spelling.
    """
    kind: Any = type(value)
    if kind in _ALREADY or (isinstance(value, int | str) and not isinstance(value, Enum)):
        return value
    if (names := _names(kind)) is not None:
        return {name: plain(getattr(value, name)) for name in names}
    if kind is Fraction:
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: plain(item) for key, item in value.items()}
    message = f"{type(value).__name__} has no canonical form"
    raise TypeError(message)


@cache
def _names(kind: Any) -> tuple[str, ...] | None:
    """Return the names of a record's fields, by its type; None for what is no record."""
    return tuple(field.name for field in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else None


def encode(value: Any) -> bytes:
    """Return the canonical JSON of `value` as UTF-8 bytes."""
    return _WRITER.encode(plain(value)).encode()


def digest(value: Any) -> str:
    """Return `sha256:<hex>` of the canonical JSON of `value`."""
    return digest_bytes(encode(value))


def digest_bytes(content: bytes) -> str:
    """Return `sha256:<hex>` of raw bytes."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def digest_tree(files: Mapping[str, bytes]) -> str:
    """Return the digest of a set of files: names and contents, whatever the order, times or modes."""
    return digest({path: digest_bytes(content) for path, content in files.items()})
