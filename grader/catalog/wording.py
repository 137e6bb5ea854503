"""How a problem in a pack is said: what was found, and the nearest name that would do.

One place, so that every refusal reads alike.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

KeyPath = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_SHOWN = 60
_MOST_LISTED = 12


def dotted(path: KeyPath) -> str:
    """Return `checks.f1.thresholds[1].at`, as an author would say it."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            name = _plain(step) if _BARE.fullmatch(step) else ascii(step[:_LONGEST_SHOWN])
            text += f".{name}" if text else name
    return text


def shown(value: Any) -> str:
    """Return what was found, as the file spells it; long texts are cut and nothing unprintable passes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "an empty list" if not value else "a list"
    if isinstance(value, str):
        return f'"{_plain(value)}"'
    return str(value)


def _plain(text: str) -> str:
    """Return a text as it can be shown."""
    cut = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in cut)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `did you mean "x"?`, or the list of what is known when nothing is near."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if close:
        return f'did you mean "{_plain(close[0])}"?'
    if not names:
        return "there are none"
    rest = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    return "there are " + ", ".join(map(_plain, names[:_MOST_LISTED])) + rest
