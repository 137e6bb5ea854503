"""Finds the very pack that judged, by the digests that a report or a certificate pins; never one that is like it.

The store keeps pack versions under the digest of all their files, some of which no report pins (a brief's examples);
so they are read until one has the pinned digests. What was pruned there may still lie in a folder of packs.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from grader import catalog
from grader.desk import Desk
from grader.errors import AuthorError, EngineError, UsageError
from grader.model import Pack


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


def pinned_pack(desk: Desk, slug: str, *, pack: str, rubric: str) -> PinnedPack | None:
    """Return the pack of these digests, from the store or else from a folder of packs; None where it is in neither.

    Args:
        desk: whose store and folders are looked through.
        slug: the assignment.
        pack: digest of assignment and hidden files.
        rubric: digest of the rubric.
    """
    for key in desk.store.packs.versions(slug):
        with suppress(AuthorError, EngineError):  # a version of another engine, or a damaged one, is not the one
            held = pack_in(slug, desk.store.packs.root(key))
            if (held.digest, held.rubric_digest) == (pack, rubric):
                return PinnedPack(pack=held, key=key)
    with suppress(UsageError, AuthorError):
        lying, files = catalog.load_bundled(slug, desk.settings.assignments)
        if (lying.digest, lying.rubric_digest) == (pack, rubric):
            return PinnedPack(pack=lying, files=files)
    return None


@lru_cache(maxsize=4)
def pack_in(slug: str, root: Path) -> Pack:
    """Return a pack that the store has unpacked: the folder's name is what it holds, so it is read once."""
    return catalog.load(slug, [root])
