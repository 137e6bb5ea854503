"""The tests there are in a pack, remembered: they do not depend on who is judged.

Collecting under two keys, before the first learner's box, says which tests there are and that they are the same for
every seed. That is a property of the hidden files and of what collects them, so it is found once in a process. The
proctor holds every run of a check to it: one that collects other tests than were announced is the pack's fault.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from grader.canonical import digest, digest_tree
from grader.model import Pack, Tests

Expected = Mapping[str, list[dict[str, str]]]
"""By check: id, sentence, hint and weight of each test."""

MOST = 256


class Announced:
    """The tests of the packs that were asked for last."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Expected] = OrderedDict()

    def recall(self, key: str) -> Expected | None:
        """Return what was collected under a key, or None."""
        if key in self._known:
            self._known.move_to_end(key)
        return self._known.get(key)

    def keep(self, key: str, expected: Expected) -> None:
        """Remember what was collected, and forget what was not asked for the longest."""
        self._known[key] = expected
        while len(self._known) > MOST:
            self._known.popitem(last=False)


def key_of(pack: Pack, proctor_recipe: str) -> str:
    """Return the key of what decides which tests there are: the hidden files, the checks, and what collects them."""
    files = {name: list(check.files) for name, check in pack.rubric.checks.items() if isinstance(check, Tests)}
    return digest([digest_tree(pack.hidden), files, list(files), proctor_recipe])
