"""Objects that stay in the box, known outside by a number.

The proctor holds a *handle*: a number, and nothing else of the object. It can ask five things of it (attribute, call,
length, iteration, item), and whether the learner's own `==` holds between two.

With a number go the names of the object's *members*: attributes that can only be lent, being functions or classes of a
module, or methods of an object. Whoever knows them need not ask for `stack.push` to call it. A name is told for as long
as it holds: with every reply goes which ones no longer do.
"""

from __future__ import annotations

from types import FunctionType, ModuleType
from typing import Any

SUBJECT = 0
"""The number of what was loaded: the module, or the notebook's names."""
MOST_NAMES = 64
"""Members of one object, at most, that are told; the last ones, for imports stand first."""
_MOST_TOLD = 8
"""Objects of which members are told: to look at each of them again costs something with every reply."""
_ORDINARY: Any = object.__getattribute__
_HEAP_TYPE = 1 << 9
"""Flag of a class that is made by a `class` statement (Include/object.h)."""


class Objects:
    """The table of lent objects of one box."""

    def __init__(self) -> None:
        self._held: list[Any] = [None]
        self._told: dict[int, list[str]] = {}

    def hold_subject(self, subject: Any) -> list[str]:
        """Make `subject` the object of number 0, and return the names of its members."""
        self._held[SUBJECT] = subject
        return self._tell(SUBJECT)

    def keep(self, value: Any) -> int:
        """Keep `value` and return its number."""
        self._held.append(value)
        return len(self._held) - 1

    def lend(self, value: Any) -> dict[str, Any]:
        """Keep `value` and return the reference to send in its place."""
        number = self.keep(value)
        names = self._tell(number)
        return {"$": "handle", "v": number, "names": names} if names else {"$": "handle", "v": number}

    def find(self, number: Any) -> Any:
        """Return the object of a number."""
        return self._held[number]

    def gone(self) -> dict[str, Any]:
        """Return what was told and holds no longer, as the part of a message; it is told no more.

        The part is called `gone` and holds pairs of number and name; there is none if all of it holds.
        """
        found: list[list[Any]] = []
        for number, names in self._told.items():
            value = self._held[number]
            gone = [name for name in names if not _is_member(value, name)]
            for name in gone:
                names.remove(name)
                found.append([number, name])
        return {"gone": found} if found else {}

    def _tell(self, number: int) -> list[str]:
        value = self._held[number]
        names = _members(value) if len(self._told) < _MOST_TOLD else []
        if names:
            self._told[number] = list(names)
        return names


def _members(value: Any) -> list[str]:
    kind = type(value)
    if kind is ModuleType:
        names = list(value.__dict__)
    elif issubclass(kind, type) or not kind.__flags__ & _HEAP_TYPE:
        return []
    else:
        names = [name for base in reversed(kind.__mro__) for name in base.__dict__]
    return [name for name in dict.fromkeys(names) if name[:1] != "_" and _is_member(value, name)][-MOST_NAMES:]


def _is_member(value: Any, name: str) -> bool:
    """Whether an attribute can only be lent, as far as is seen without running any code of the learner's."""
    kind = type(value)
    if kind is ModuleType:
        return callable(value.__dict__.get(name))
    if kind.__getattribute__ is not _ORDINARY or name in _own(value):
        return False
    for base in kind.__mro__:
        if name in base.__dict__:
            return type(base.__dict__[name]) is FunctionType
    return False


def _own(value: Any) -> dict[str, Any]:
    try:
        own: dict[str, Any] = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return own
