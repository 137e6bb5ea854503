"""The statement about a certificate file: what was looked at, how it ended, and what nobody can tell from it.

Every page and command shows this one record. It has no truth value: "valid" hides by whom, as of when, and what nobody
checked. So there is a `Found` with a sentence for each thing, and the whole has a standing that follows from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from grader.certify.content import Line, lines_of
from grader.credential import NOT_ESTABLISHED, Claim, Standing

Kind = Literal["bundle", "credential", "badge"]
LONGEST = 400
"""Letters that a sentence has at most."""
_REMARK = "remark"
_STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that was looked at.

    Attributes:
        subject: what; a `remark` says something beside and decides nothing.
        standing: how it ended.
        sentence: for a person; nothing in it acts on a terminal.
    """

    subject: str
    standing: Standing
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """Where a ledger holds it; shown by the proof, and only if a trusted key signed is it established.

    Attributes:
        origin: which ledger.
        index: number of the entry.
        size: how many entries the checkpoint covers.
        day: of the entry, as anybody can read it.
        at: of the entry, to the second, by its private part.
    """

    origin: str
    index: int
    size: int
    day: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """All that was found about one file. No truth value: read its standing and what was found.

    Attributes:
        kind: what the file is.
        digest: `sha256:…` of the credential's exact bytes; empty where there is none to be read.
        at: the instant for which it was verified.
        found: in order.
        claim: what the certificate says, where that can be shown; else None.
        trusted_as: what the reader's trust file calls the issuer; empty if it does not name them.
        logged: where a ledger holds it, as the proof says; None without one.
        not_established: what nobody can tell from this file.
    """

    kind: Kind
    digest: str
    at: datetime
    found: tuple[Found, ...]
    claim: Claim | None = None
    trusted_as: str = ""
    logged: Logged | None = None
    not_established: tuple[str, ...] = NOT_ESTABLISHED

    @property
    def standing(self) -> Standing:
        """The whole: refused if anything is; established if everything is but the status; else unknown."""
        decisive = [one for one in self.found if one.subject != _REMARK]
        if any(one.standing is Standing.REFUSED for one in decisive):
            return Standing.REFUSED
        if decisive and all(one.standing is Standing.ESTABLISHED for one in decisive if one.subject != _STATUS):
            return Standing.ESTABLISHED
        return Standing.UNKNOWN

    @property
    def intact(self) -> bool:
        """Whether its signatures could be checked and hold, by whomever: else its lines are words and no more."""
        return any(one.subject == "proofs" and one.standing is Standing.ESTABLISHED for one in self.found)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line that was signed, for a person; nothing where it cannot be shown."""
        return lines_of(self.claim) if self.claim else ()

    def __bool__(self) -> bool:
        raise TypeError("a statement is no yes or no: read its standing and what was found")


def as_plain(statement: Statement) -> dict[str, Any]:
    """Return a statement as plain data, for machines."""
    logged = statement.logged
    return {
        "standing": statement.standing.value,
        "kind": statement.kind,
        "digest": statement.digest,
        "as_of": statement.at.isoformat(),
        "trusted_as": statement.trusted_as,
        "intact": statement.intact,
        "found": [
            {"subject": one.subject, "standing": one.standing.value, "sentence": one.sentence}
            for one in statement.found
        ],
        "signed": [{"label": one.label, "value": one.value} for one in statement.lines],
        "logged": {name: getattr(logged, name) for name in Logged.__dataclass_fields__} if logged else None,
        "not_established": list(statement.not_established),
    }


def refused(subject: str, fault: Exception) -> Found:
    """Return that something is wrong, by the exception that says what."""
    return found(subject, Standing.REFUSED, str(fault))


def found(subject: str, standing: Standing, sentence: str) -> Found:
    """Return what was found, in a sentence that does nothing to a terminal."""
    printable = "".join(one if one.isprintable() else "\ufffd" for one in sentence)
    return Found(subject=subject, standing=standing, sentence=printable[:LONGEST])
