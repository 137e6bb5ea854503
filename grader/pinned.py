"""Finds the very pack that judged, by the digests that a report or a certificate pins; never one that is like it.

The store keeps pack versions under the digest of all their files, some of which no report pins (a brief's examples);
so they are read until one has the pinned digests. What was pruned there may still lie in a folder of packs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from grader import catalog
from grader.desk import Desk
from grader.engine import engine_digest
from grader.errors import AuthorError, EngineError, UsageError
from grader.model import Pack, Pins
from grader.sandbox.interface import Sandbox

NOT_HERE = "not here"


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedPack:
    """A pack that has the pinned digests.

    Attributes:
        pack: as it was read.
        key: under which the store keeps its files; empty for one that is in a folder only.
        files: of one that is in a folder only, as the store would keep them.
    """

    pack: Pack
    key: str = ""
    files: Mapping[str, bytes] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """Something that is pinned, and what is here of it.

    Attributes:
        name: what.
        pinned: as the report or certificate names it.
        here: what would grade now; begins with `not here` where there is none.
    """

    name: str
    pinned: str
    here: str

    @property
    def same(self) -> bool:
        """Whether it is the pinned one."""
        return self.pinned == self.here


def pins_here(pinned: Pins, pack: Pack | None, sandbox: Callable[[], Sandbox]) -> Iterator[Pin]:
    """Yield what is pinned beside what is here; of a pack that is not here nothing else can be asked.

    Args:
        pinned: by a report.
        pack: what `pinned_pack` found.
        sandbox: opens the back end; not called without a pack.
    """
    yield Pin(name="pack", pinned=pinned.pack, here=pack.digest if pack else NOT_HERE)
    yield Pin(name="rubric", pinned=pinned.rubric, here=pack.rubric_digest if pack else NOT_HERE)
    yield Pin(name="engine", pinned=pinned.engine_digest, here=engine_digest())
    if pack is not None:
        for name, recipe, family in (
            ("recipe of the box", pinned.recipe, pack.assignment.family),
            ("recipe of the proctor", pinned.proctor_recipe, pack.assignment.proctor_family),
        ):
            yield Pin(name=name, pinned=recipe, here=_recipe(sandbox, family))


def _recipe(sandbox: Callable[[], Sandbox], family: str) -> str:
    opened = sandbox()
    try:
        return opened.recipe(family)
    except EngineError as missing:  # that an image is not built is an answer here, and no fault
        return f"{NOT_HERE}: {missing}"


def pinned_pack(desk: Desk, slug: str, pinned: Pins) -> PinnedPack | None:
    """Return the pack that judged, from the store or else from a folder of packs; None where it is in neither."""
    digests = (pinned.pack, pinned.rubric)
    for key in desk.store.packs.versions(slug):
        with suppress(AuthorError, EngineError):  # a version of another engine, or a damaged one, is not the one
            held = pack_in(slug, desk.store.packs.root(key))
            if (held.digest, held.rubric_digest) == digests:
                return PinnedPack(pack=held, key=key)
    with suppress(UsageError, AuthorError):
        lying, files = catalog.load_bundled(slug, desk.settings.assignments)
        if (lying.digest, lying.rubric_digest) == digests:
            return PinnedPack(pack=lying, files=files)
    return None


@lru_cache(maxsize=4)
def pack_in(slug: str, root: Path) -> Pack:
    """Return a pack that the store has unpacked: the folder's name is what it holds, so it is read once."""
    return catalog.load(slug, [root])
