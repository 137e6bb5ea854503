"""JSON of a stranger, read so that it can mean one thing only.

Two programs that read the same bytes differently are the oldest hole in signed JSON: the one that checks sees another
document than the one that shows. So whatever readers are known to disagree on is refused: members named twice, numbers
that are no small integer, NaN, half a surrogate pair. Size and depth are bounded before anything costs time.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import rfc8785

from grader.credential.refusal import Refused

MAX_BYTES = 512 * 1024
"""A certificate has 5 to 10 KB; a status list that compresses not at all, 175 KB for a million entries."""
MAX_DEPTH = 24
"""Objects and arrays within each other; a certificate has 7."""
MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader reads alike (RFC 8785, section 3.2.2.3 and appendix D)."""

_MAX_DIGITS = 17


def read_object(content: bytes) -> dict[str, Any]:
    """Return the JSON object that the bytes are.

    Raises:
        Refused: too large or deep, not UTF-8, not JSON, no object, or ambiguous.
    """
    if len(content) > MAX_BYTES:
        raise Refused(f"the file has {len(content)} bytes; a credential has at most {MAX_BYTES}")
    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_no_float,
            parse_int=_integer,
            parse_constant=_no_float,
        )
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise Refused(f"the JSON is nested deeper than {MAX_DEPTH} levels") from None
    except UnicodeError:
        raise Refused("the file is not UTF-8, or escapes half a surrogate pair") from None
    except ValueError as error:
        raise Refused(f"the file is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise Refused("the JSON is no object")
    _check_depth(value)
    return value


def canonical(value: Any) -> bytes:
    """Return the canonical JSON of `value` (JCS, RFC 8785)."""
    return rfc8785.dumps(value)


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        counted = Counter(name for name, _ in members)
        twice = next(name for name, times in counted.items() if times > 1)
        raise Refused(f"the member {twice[:60]!r} occurs twice in one object")
    return found


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS or abs(int(digits)) > MAX_INTEGER:
        raise Refused(f"the number {digits[:20]}… is larger than every JSON reader can hold exactly")
    return int(digits)


def _no_float(text: str) -> None:
    raise Refused(f"the number {text[:20]} is no integer; credentials write such numbers as text")


def _check_depth(value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise Refused(f"the JSON is nested deeper than {MAX_DEPTH} levels")
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
