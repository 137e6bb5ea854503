"""What an audit found, and the check that both audits make of a checkpoint.

Stricter than whoever merely verifies: a signature by a key that nobody named is no reason to refuse a checkpoint, but
an audit that says "sound" has to have checked every byte, so it says which it could not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.ledger.checkpoint import Checkpoint, read_checkpoint
from grader.ledger.key import Verifier
from grader.ledger.note import opened
from grader.ledger.spelling import BadNote
from grader.ledger.succession import LOG, Succession


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        where: such as `entry 5`, `hash 3 of level 2`, `tile/0/000`, `checkpoint of 8`.
        what: a sentence without its end.
    """

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True)
class Audit:
    """What an audit looked at and found.

    Attributes:
        size: how many entries it hashed.
        checkpoints: how many checkpoints it derived again.
        erased: how many private parts are erased; 0 where private parts are not to be seen.
        newest: the newest checkpoint, if there is one that can be read.
        findings: all that is wrong, in the order of the log.
    """

    size: int
    checkpoints: int
    erased: int
    newest: Checkpoint | None
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def said_by(note: bytes) -> Checkpoint | str:
    """Return what a checkpoint says, or why it cannot be read."""
    try:
        return read_checkpoint(note)
    except BadNote as error:
        return str(error)


def signature_faults(note: bytes, size: int, keys: Succession, others: Sequence[Verifier] = ()) -> list[str]:
    """Return what is wrong with the signatures of a checkpoint, given the log's keys and those who sign along."""
    holds = keys.at(size)
    if holds is None:
        return ["no key is known that could have signed it"]
    known = [*(key for index, key in keys.keys.get(LOG, []) if index < size), *others]
    try:
        found, signers = opened(note, known)
    except BadNote as error:
        return [str(error)]
    faults = [] if holds in signers else [f"it is not signed by the key that held then, {holds.vkey}"]
    unknown = [line for line in found.signatures if not any(line.is_of(key) for key in known)]
    return faults + [
        f"nobody named the key {line.name}+{line.key_id.hex()}, whose signature it bears" for line in unknown
    ]
