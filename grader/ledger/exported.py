"""An exported log, audited by whoever has the files and a public key: no database, and nothing of ours believed.

Theory of operation. Every file of the log is read, and each thing compared with its neighbour: an entry with its hash
in the tile of level 0, a full tile with its hash in the level above, all entries with the checkpoint. What is among the
tiles and in no relation to the checkpoint is said. No more is read, and of no file more, than a log could have.

Whoever has the log's key can write another history and sign it: then every comparison above holds. What they cannot do
is change what others hold. So older checkpoints are taken too, and proofs that travelled with certificates, each of
which has a checkpoint in it: the log must come to the same root at the same size.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.errors import GraderError, UsageError
from grader.ledger.checkpoint import Checkpoint, read_checkpoint
from grader.ledger.content import Kind
from grader.ledger.entry import read_leaf
from grader.ledger.finding import Audit, Finding, said_by, signature_faults
from grader.ledger.key import Verifier, verifier_of
from grader.ledger.note import opened
from grader.ledger.proof import read_proof
from grader.ledger.spelling import BadNote
from grader.ledger.succession import LOG, Succession
from grader.ledger.tiles import CHECKPOINT, MOST_LEAF_BYTES, WIDTH, Tile, hashes_of, leaves_of, tile_of, tiles_of
from grader.merkle import HASH_BYTES, Frontier, grow, leaf_hash

_NOTHING = bytes(HASH_BYTES)
_MOST_BYTES = WIDTH * (MOST_LEAF_BYTES + 2) + 1
"""What is read of one file at most: one byte more than entries can fill."""
_FEW = 16
"""How many files may be missing, beside as many as there are, for each to be told."""


def audit_export(folder: Path, vkey: str, old: Sequence[bytes] = (), others: Sequence[Verifier] = ()) -> Audit:
    """Check all of an exported log.

    Args:
        folder: where it lies.
        vkey: the key of the log that the reader trusts: the one that holds, or an earlier one.
        old: checkpoints or proofs (`.tlog-proof`) from before, from anywhere.
        others: keys other than the log's own that may have signed along, such as witnesses'.

    Raises:
        UsageError: there is no log in the folder.
        BadNote: `vkey` is no key, or something in `old` is neither checkpoint nor proof.
    """
    trusted, remembered = verifier_of(vkey), [_remembered(one) for one in old]
    try:
        note = (folder / CHECKPOINT).read_bytes()
    except OSError as error:
        raise UsageError(f"there is no log in {folder}: {CHECKPOINT}: {error.strerror}") from error
    said = said_by(note)
    if isinstance(said, str):
        return Audit(0, 0, 0, None, (Finding(CHECKPOINT, said),))
    there = sum(1 for path in _files_below(folder) if path.startswith("tile/entries/"))
    if said.size > WIDTH * (2 * there + _FEW):
        what = f"it covers {said.size} entries, and the folder holds {there} files of at most {WIDTH} entries"
        return Audit(0, 0, 0, said, (Finding(CHECKPOINT, what),))
    return _Reading(folder, said, remembered).whole(note, trusted, others)


def _remembered(content: bytes) -> tuple[Checkpoint, bytes]:
    """Return the checkpoint in a checkpoint or a proof, and the note that it is."""
    try:
        note = read_proof(content).note
    except BadNote:
        note = content
    return read_checkpoint(note), note


class _Reading:
    """One pass over the files of a log."""

    def __init__(self, folder: Path, said: Checkpoint, remembered: list[tuple[Checkpoint, bytes]]) -> None:
        self._folder = folder
        self._said = said
        self._remembered = sorted(remembered, key=lambda one: one[0].size)
        self._frontier = Frontier()
        self._roots: dict[int, bytes] = {0: Frontier().root}
        self._keys = Succession()
        self._findings: list[Finding] = []

    def whole(self, note: bytes, trusted: Verifier, others: Sequence[Verifier]) -> Audit:
        """Read all of it, and return what was found."""
        sizes = [one.size for one, _ in self._remembered if one.size <= self._said.size]
        for number in range(-(-self._said.size // WIDTH)):
            self._grow(self._leaves(number), sizes)
        for tile in tiles_of(self._said.size):
            if tile.level:
                self._level(tile)
        self._files()
        self._checkpoint(note, trusted, others)
        for checkpoint, one in self._remembered:
            self._older(checkpoint, one)
        checked = 1 + len(self._remembered)
        return Audit(self._frontier.size, checked, 0, self._said, tuple(self._findings))

    def _say(self, where: str, what: str) -> None:
        self._findings.append(Finding(where, what))

    # --- tiles --------------------------------------------------------------------------------------------------------

    def _leaves(self, number: int) -> list[bytes]:
        """Check 256 entries, or as many as there are, against their tile; returns their leaf hashes."""
        width = min(WIDTH, self._said.size - number * WIDTH)
        entries, tile = Tile(None, number, width), Tile(0, number, width)
        hashes = self._hashes(tile) or []
        try:
            leaves = leaves_of(self._content(entries) or b"")
        except BadNote as error:
            leaves = []
            self._say(entries.path, str(error))
        if len(leaves) != width:
            self._say(entries.path, f"it holds {len(leaves)} entries; expected {width}")
            return [*hashes, *[_NOTHING] * width][:width]
        found = []
        for at, leaf in enumerate(leaves):
            index, value = number * WIDTH + at, leaf_hash(leaf)
            found.append(value)
            self._entry(index, leaf)
            if hashes and hashes[at] != value:
                self._say(f"entry {index}", f"it hashes to {value.hex()}, and {tile.path} has {hashes[at].hex()}")
        return found

    def _entry(self, index: int, leaf: bytes) -> None:
        try:
            read = read_leaf(leaf)
            if (read.kind is Kind.GENESIS) != (index == 0):
                self._say(f"entry {index}", f"an entry of kind {read.kind} cannot be number {index}")
            elif read.content is not None:
                self._keys.take(index, read.content)
        except GraderError as error:
            self._say(f"entry {index}", str(error))

    def _level(self, tile: Tile) -> None:
        """Compare each hash of a tile with the full tile below it."""
        for at, value in enumerate(self._hashes(tile) or []):
            below = Tile((tile.level or 0) - 1, tile.number * WIDTH + at, WIDTH)
            hashes = self._hashes(below, tell=False)
            if hashes and grow(Frontier(), hashes)[0].root != value:
                self._say(tile.path, f"its hash {at} is not that of {below.path}")

    def _hashes(self, tile: Tile, *, tell: bool = True) -> list[bytes] | None:
        content = self._content(tile, tell=tell)
        if content is not None and len(content) != tile.width * HASH_BYTES:
            if tell:
                self._say(tile.path, f"it has {len(content)} bytes; expected {tile.width} hashes")
            return None
        return None if content is None else hashes_of(content)

    def _content(self, tile: Tile, *, tell: bool = True) -> bytes | None:
        path = self._folder / tile.path
        try:
            if not path.is_file():
                raise FileNotFoundError(errno.ENOENT, "there is no such file")
            with path.open("rb") as file:
                return file.read(_MOST_BYTES)
        except OSError as error:
            if tell:
                self._say(tile.path, f"it cannot be read: {error.strerror}")
            return None

    def _grow(self, leaves: list[bytes], sizes: list[int]) -> None:
        """Grow the tree by these leaves, and write down its root at the sizes that are asked for."""
        begin = self._frontier.size
        for size in [*(size for size in sizes if begin < size <= begin + len(leaves)), begin + len(leaves)]:
            self._frontier, _ = grow(self._frontier, leaves[self._frontier.size - begin : size - begin])
            self._roots[size] = self._frontier.root

    # --- files --------------------------------------------------------------------------------------------------------

    def _files(self) -> None:
        """Look at what else is among the tiles: narrower ones from before, and what does not belong there."""
        for path in _files_below(self._folder):
            tile = tile_of(path)
            if tile is None and path.startswith("tile/"):
                self._say(path, "it does not belong to a log")
            elif tile is not None:
                self._narrower(tile)

    def _narrower(self, tile: Tile) -> None:
        """Compare a tile that is there with the one that has to be there, if it is another."""
        hashes = self._said.size >> 8 * (tile.level or 0)
        wide = Tile(tile.level, tile.number, min(WIDTH, hashes - tile.number * WIDTH))
        if tile.width > wide.width:
            self._say(tile.path, "the checkpoint does not cover it; export the log again")
        elif tile != wide:
            narrow, wider = self._content(tile), self._content(wide, tell=False) or b""
            if narrow is not None and narrow != wider[: self._cut(tile, wider)]:
                self._say(tile.path, f"it is not the beginning of {wide.path}")

    def _cut(self, tile: Tile, wide: bytes) -> int:
        """Return how many bytes of a wider tile a narrower one has."""
        if tile.level is not None:
            return tile.width * HASH_BYTES
        try:
            return sum(2 + len(leaf) for leaf in leaves_of(wide)[: tile.width])
        except BadNote:
            return 0

    # --- checkpoints --------------------------------------------------------------------------------------------------

    def _checkpoint(self, note: bytes, trusted: Verifier, others: Sequence[Verifier]) -> None:
        said, derived = self._said, self._roots[self._said.size]
        faults = signature_faults(note, said.size, self._keys, others)
        if said.origin != self._keys.origin:
            faults.append(f"it is of {said.origin}, and the log's first entry is of {self._keys.origin or 'no log'}")
        if not self._keys.descends(trusted):
            faults.append(f"the log knows nothing of the key {trusted.vkey}")
        elif not self._holds(trusted):
            faults.append(f"the key {trusted.vkey} does not hold yet at {said.size} entries")
        if said.root != derived:
            faults.append(f"the entries have the root {derived.hex()}, and it says {said.root.hex()}")
        for fault in dict.fromkeys(faults):
            self._say(CHECKPOINT, fault)

    def _holds(self, trusted: Verifier) -> bool:
        return any(key == trusted and index < self._said.size for index, key in self._keys.keys[LOG])

    def _older(self, checkpoint: Checkpoint, note: bytes) -> None:
        """Compare with what somebody remembers."""
        where = f"older checkpoint of {checkpoint.size}"
        if checkpoint.size > self._said.size:
            self._say(where, f"the log has {self._said.size} entries: some were taken out")
        elif self._roots[checkpoint.size] != checkpoint.root:
            self._say(where, "history was rewritten: the log does not begin with what was signed then")
        try:
            opened(note, [key for _, key in self._keys.keys.get(LOG, [])])
        except BadNote as error:
            self._say(where, str(error))


def _files_below(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()
