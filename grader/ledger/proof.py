"""The proof that travels with a certificate: index, hashes and checkpoint in one text (C2SP tlog-proof, version 1).

It is checked against the bytes of the entry and the public keys that its reader trusts, with no log and no network. The
optional line `extra` is signed by nobody; we write none, and what others write there is kept but never believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.catalog.wording import shown
from grader.ledger.checkpoint import Checkpoint, checked_checkpoint, read_checkpoint
from grader.ledger.key import Verifier
from grader.ledger.note import MOST_BYTES
from grader.ledger.spelling import BadNote, from_base64, number, to_base64
from grader.merkle import HASH_BYTES, check_consistency, check_inclusion, leaf_hash

_FIRST = "c2sp.org/tlog-proof@v1"
_MOST_HASHES = 63
"""A proof has no more hashes than its tree has levels."""


@dataclass(frozen=True)
class LogProof:
    """That an entry is in a log.

    Attributes:
        index: of the entry.
        hashes: from the leaf's neighbour up to the root's child, 32 bytes each.
        note: the checkpoint, as it was signed.
        extra: anything, believed by nobody.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """Return the text of a file `.tlog-proof`."""
        extra = [] if self.extra is None else [f"extra {to_base64(self.extra)}"]
        lines = [_FIRST, *extra, f"index {self.index}", *map(to_base64, self.hashes)]
        return "".join(f"{line}\n" for line in [*lines, ""]).encode() + self.note


def read_proof(content: bytes) -> LogProof:
    """Return the proof that a text holds, nothing of it checked but how it is written.

    Raises:
        BadNote: it is not written as a proof is; says what is wrong.
    """
    if len(content) > MOST_BYTES:
        raise BadNote(f"a proof of {len(content)} bytes is too long; expected at most {MOST_BYTES}")
    head, gap, note = content.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise BadNote(f"a proof is plain ASCII down to its checkpoint; byte {error.start} is not") from error
    if not gap or lines[0] != _FIRST:
        raise BadNote(f"found {shown(lines[0])}; expected a proof that begins with {_FIRST}")
    rest = lines[1:]
    extra = None
    if rest and rest[0].startswith("extra "):
        extra = from_base64(rest.pop(0).removeprefix("extra "), "the extra of a proof")
    if not rest or not rest[0].startswith("index "):
        raise BadNote("a proof says the index of its entry before its hashes")
    index = number(rest.pop(0).removeprefix("index "), "the index of a proof")
    if len(rest) > _MOST_HASHES:
        raise BadNote(f"a proof with {len(rest)} hashes has too many; expected at most {_MOST_HASHES}")
    read_checkpoint(note)
    return LogProof(index, tuple(_hash(line) for line in rest), note, extra)


def check_proof(proof: LogProof, leaf: bytes, known: Sequence[Verifier]) -> Checkpoint:
    """Check that a leaf is in the log whose checkpoint a known key signed; returns the checkpoint.

    Raises:
        BadNote: no known key of the log signed the checkpoint.
        BadProof: the leaf is not shown to be in that log, at that index.
    """
    checkpoint = checked_checkpoint(proof.note, known)
    check_inclusion(leaf_hash(leaf), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return checkpoint


def check_growth(
    old: bytes, new: bytes, hashes: Sequence[bytes], known: Sequence[Verifier]
) -> tuple[Checkpoint, Checkpoint]:
    """Check that the log of one checkpoint begins with the log of an older one; returns what both say.

    Raises:
        BadNote: no known key of the log signed one of them, or they are of two logs.
        BadProof: the one is not shown to begin with the other.
    """
    then, now = checked_checkpoint(old, known), checked_checkpoint(new, known)
    if then.origin != now.origin:
        raise BadNote(f"these are checkpoints of two logs, {shown(then.origin)} and {shown(now.origin)}")
    check_consistency(then.size, now.size, hashes, then.root, now.root)
    return then, now


def _hash(line: str) -> bytes:
    value = from_base64(line, "a hash of a proof")
    if len(value) != HASH_BYTES:
        raise BadNote(f"a hash of a proof has {len(value)} bytes; expected {HASH_BYTES}")
    return value
