"""What is on the page of an app, as plain data: one record an element, whatever library drew it."""

from __future__ import annotations

import datetime as dt
from typing import Any

Element = dict[str, Any]
Action = dict[str, Any]

_PLAIN = (str, int, float, complex, bytes, bool, type(None))
_ARRAYS = ("numpy", "pandas")


def element(kind: Any, key: Any, label: Any, value: Any, more: dict[str, Any]) -> Element:
    """Return an element: its kind in the library's own word, key and label as far as it has them, value, the rest."""
    return {
        "kind": str(kind),
        "key": str(key or ""),
        "label": str(label or ""),
        "value": plain(value),
        "more": {name: plain(part) for name, part in more.items()},
    }


def same(one: Element, action: Action) -> bool:
    """Whether an element is the one that an action is for: by key and label, as far as these are given."""
    return all(action[name] in ("", one[name]) for name in ("key", "label"))


def plain(value: Any) -> Any:
    """Return a value as it is if it can cross; moments as ISO 8601 texts, and what else there is as its own text."""
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, _PLAIN) or type(value).__module__.partition(".")[0] in _ARRAYS:
        return value
    return str(value)
