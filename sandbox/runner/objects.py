"""Objects that stay in the box, known outside by a number.

The proctor holds a *handle*: a number, and nothing else of the object. It can ask five things of it (attribute, call,
length, iteration, item), and whether the learner's own `==` holds between two.
"""

from __future__ import annotations

from typing import Any

SUBJECT = 0
"""The number of what was loaded: the module, or the notebook's names."""


class Objects:
    """The table of lent objects of one box."""

    def __init__(self) -> None:
        self._held: list[Any] = [None]

    def hold_subject(self, subject: Any) -> None:
        """Make `subject` the object of number 0."""
        self._held[SUBJECT] = subject

    def lend(self, value: Any) -> dict[str, Any]:
        """Keep `value` and return the reference to send in its place."""
        self._held.append(value)
        return {"$": "handle", "v": len(self._held) - 1}

    def find(self, number: Any) -> Any:
        """Return the object of a number."""
        return self._held[number]
