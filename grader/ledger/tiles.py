"""Tiles: a log as files that any web server can hand out (C2SP tlog-tiles).

    checkpoint                   the newest one that was exported
    tile/<level>/<number>        256 hashes each; at level 0 of entries, at level n of full tiles of level n - 1
    tile/entries/<number>        256 entries each, every one with its length before it in two bytes
    ...<number>.p/<width>        the same, while there are fewer than 256

Names and contents only; `export` writes them and `exported` checks them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grader.ledger.spelling import BadNote
from grader.merkle import HASH_BYTES

CHECKPOINT = "checkpoint"
WIDTH = 256
_WIDTH_BITS = 8
HIGHEST = 63
MOST_LEAF_BYTES = 0xFFFF
_LENGTH_BYTES = 2
_PATH = re.compile(
    r"tile/(?P<level>0|[1-9][0-9]?|entries)/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class Tile(NamedTuple):
    """One file of a log.

    Attributes:
        level: from 0 up; None for entries.
        number: which of its level.
        width: how many hashes or entries it holds, 1 to 256.
    """

    level: int | None
    number: int
    width: int

    @property
    def full(self) -> bool:
        """Whether it will never change."""
        return self.width == WIDTH

    @property
    def path(self) -> str:
        """Where it is, from the folder of the log."""
        digits = f"{self.number:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        level = "entries" if self.level is None else self.level
        return f"tile/{level}/{name}" + ("" if self.full else f".p/{self.width}")


def tile_of(path: str) -> Tile | None:
    """Return the tile that lies at a path; None where none can lie."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    level = None if match["level"] == "entries" else int(match["level"])
    tile = Tile(level, int(match["number"].replace("x", "").replace("/", "")), int(match["width"] or WIDTH))
    return tile if tile.path == path and (level is None or level <= HIGHEST) else None


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield every tile of a log of this size, at each level from left to right, entries first."""
    for level in (None, *range(HIGHEST + 1)):
        hashes = size >> _WIDTH_BITS * (level or 0)
        if not hashes:
            return
        for number in range(hashes // WIDTH):
            yield Tile(level, number, WIDTH)
        if hashes % WIDTH:
            yield Tile(level, hashes // WIDTH, hashes % WIDTH)


def bundle(leaves: Sequence[bytes]) -> bytes:
    """Return the content of a tile of entries."""
    return b"".join(len(leaf).to_bytes(_LENGTH_BYTES, "big") + leaf for leaf in leaves)


def leaves_of(content: bytes) -> list[bytes]:
    """Return the entries that a tile of entries holds.

    Raises:
        BadNote: its lengths do not add up.
    """
    at = 0
    leaves: list[bytes] = []
    while at < len(content):
        begin = at + _LENGTH_BYTES
        at = begin + int.from_bytes(content[at:begin], "big")
        if begin > len(content) or at > len(content):
            raise BadNote(f"entry {len(leaves)} of a bundle is cut off")
        leaves.append(content[begin:at])
    return leaves


def hashes_of(content: bytes) -> list[bytes]:
    """Return the hashes that a tile holds.

    Raises:
        BadNote: it is cut off in the middle of one.
    """
    if len(content) % HASH_BYTES:
        raise BadNote(f"a tile of {len(content)} bytes does not hold whole hashes")
    return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]
