"""What is known by name of the objects of one box.

Members (`sandbox.runner.objects`) are the box's word, as all it says: told with a handle, taken back with a reply. The
handle of one is made here without asking. As soon as anything else is asked, its number is, too, so that what a name
stands for is what it stood for when it was looked up; only a call of it goes with the name.
"""

from __future__ import annotations

from typing import Any
from weakref import ReferenceType, ref

from grader.proctor.inside.handles import Member
from sandbox.runner.caps import BadValue

MAX_NAMES, MAX_TOLD = 64, 16
"""Members of an object, and objects of which members are told."""
SUBJECT = 0
"""The number of what was loaded."""


class Members:
    """The names told by one box, and the last one that was looked up."""

    def __init__(self) -> None:
        self._names: dict[int, set[str]] = {}
        self._loaded: frozenset[str] = frozenset()
        self._unasked: ReferenceType[Member] | None = None
        self._looked_at: tuple[int, str] | None = None

    def load(self, names: Any) -> None:
        """Take the names of what was loaded.

        Raises:
            BadValue: they are none.
        """
        self._loaded = frozenset(_checked(names))
        self.as_loaded()

    def as_loaded(self) -> None:
        """Go back to what was told with what was loaded: for a fork of it."""
        self._names = {SUBJECT: set(self._loaded)}
        self._unasked = self._looked_at = None

    def tell(self, number: int, tree: dict[str, Any]) -> None:
        """Take what a reference to an object tells of it.

        Raises:
            BadValue: no names, or of too many objects.
        """
        self._names.pop(number, None)
        if "names" in tree:
            self._names[number] = _checked(tree["names"])
            if len(self._names) > MAX_TOLD:
                raise BadValue("names")

    def take_back(self, gone: Any) -> None:
        """Forget names that hold no longer.

        Raises:
            TypeError: they are no pairs of number and name.
            ValueError: likewise.
        """
        for number, name in gone:
            self._names.get(number, set()).discard(name)

    def look_up(self, of: int, name: str) -> Member | None:
        """Return a member, or None for what is to be asked for."""
        if name not in self._names.get(of, ()):
            return None
        self._looked_at = of, name
        member = Member(of, name)
        self._unasked = ref(member)
        return member

    def unasked(self) -> Member | None:
        """Return, once, the member that was looked up last, if anybody still holds it and it has no number."""
        member = self._unasked() if self._unasked is not None else None
        self._unasked = None
        return member if member is not None and member.number is None else None

    def looked_at(self) -> Member | None:
        """Return, once, the member that was looked up last, whether anybody still holds it or not."""
        place, self._looked_at = self._looked_at, None
        return None if place is None else Member(*place)


def _checked(names: Any) -> set[str]:
    if type(names) is not list or len(names) > MAX_NAMES or not all(type(name) is str for name in names):
        raise BadValue("names")
    return set(names)
