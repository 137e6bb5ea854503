"""Exceptions as they cross: described by names and text on the way out, a builtin one on the way in."""

from __future__ import annotations

import sys
from typing import Any

MAX_TEXT = 2000


def describe(error: BaseException) -> dict[str, Any]:
    """Return what crosses of an exception: its class's name, the builtin names it derives from, its text."""
    try:
        text = str(error)[:MAX_TEXT]
    except BaseException:
        text = ""
    bases = [base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins"]
    return {"type": type(error).__name__[:100], "bases": bases[:20], "text": text}


def builtin_error(name: str) -> Exception:
    """Return what a function that was lent raised, as far as it is known here: an exception of that builtin name."""
    kind = getattr(sys.modules["builtins"], name, Exception)
    return kind("raised by the function that was lent") if issubclass(kind, Exception) else Exception(name)
