"""Checkpoints: how large a log is, and the root of its tree, signed (C2SP tlog-checkpoint).

A checkpoint is all that has to be remembered of a log: whoever holds one can have it shown that the log of today begins
with the log of then. There is no time in it and no further line: what cannot be checked from the log is not in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.catalog.wording import shown
from grader.ledger.key import Verifier
from grader.ledger.note import opened, parsed
from grader.ledger.spelling import BadNote, from_base64, number, to_base64
from grader.merkle import HASH_BYTES

_LINES = 3


@dataclass(frozen=True)
class Checkpoint:
    """What a log was at one moment.

    Attributes:
        origin: which log.
        size: how many entries.
        root: of its tree, 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def read_checkpoint(note: bytes) -> Checkpoint:
    """Return what a checkpoint says, no signature checked.

    Raises:
        BadNote: it is not written as a checkpoint is.
    """
    return _of_text(parsed(note).text)


def checked_checkpoint(note: bytes, known: Sequence[Verifier]) -> Checkpoint:
    """Return what a checkpoint says, signed by a known key of the very log that it names.

    Raises:
        BadNote: it is not written as a checkpoint is, or no such key signed it.
    """
    found, signers = opened(note, known)
    checkpoint = _of_text(found.text)
    if checkpoint.origin not in {one.name for one in signers}:
        raise BadNote(f"the checkpoint of {shown(checkpoint.origin)} is not signed by a known key of that log")
    return checkpoint


def _of_text(text: str) -> Checkpoint:
    lines = text.split("\n")[:-1]
    if len(lines) != _LINES or not lines[0]:
        raise BadNote(f"found a text of {len(lines)} lines; expected a checkpoint: a log's name, its size and its root")
    root = from_base64(lines[2], "the root of a checkpoint")
    if len(root) != HASH_BYTES:
        raise BadNote(f"the root of a checkpoint has {len(root)} bytes; expected {HASH_BYTES}")
    return Checkpoint(lines[0], number(lines[1], "the size of a checkpoint"), root)
