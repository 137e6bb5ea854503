"""A certificate as people look at it: read back from its signed bytes, and its words made ready for page and paper.

Page and PDF are for people and prove nothing: anybody can edit them. So both carry where the certificate can be
checked, and every word on them comes from the claim that the signed bytes hold, never from what somebody meant to sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from grader.canonical import digest_bytes
from grader.credential import open_badge
from grader.credential.claim import Claim
from grader.credential.claim_in_badge import DIGESTS
from grader.credential.instants import instant
from grader.credential.sealed import take_apart
from grader.credential.strict_json import read_object
from grader.render.words import MONTHS

OUTCOMES = {"PASSED": "all points", "PARTIAL": "part of the points", "FAILED": "no points"}
"""How one criterion went, in a reader's words."""
NOT_PROOF = (
    "This is for people to read, and proves nothing by itself: anybody can write the like. What proves it is the "
    "certificate's file, which can be checked where the code leads, and by any Open Badges verifier."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A certificate as it is shown.

    Attributes:
        claim: what the signed bytes say.
        digest: of the exact bytes.
        url: where it can be checked, with its name.
    """

    claim: Claim
    digest: str
    url: str

    @property
    def level(self) -> str:
        """The name of the level that was reached."""
        return next(one.name for one in self.claim.skill.levels if one.id == self.claim.skill.level)

    @property
    def place(self) -> str:
        """Which of the levels it is: `level 2 of 3`."""
        ids = [one.id for one in self.claim.skill.levels]
        return f"level {ids.index(self.claim.skill.level) + 1} of {len(ids)}"

    @property
    def dates(self) -> tuple[tuple[str, str], ...]:
        """Its dates, each with its name."""
        claim = self.claim
        until = day_of(claim.valid_until) if claim.valid_until else "no end"
        return ("In force from", day_of(claim.valid_from)), ("In force until", until)

    @property
    def digests(self) -> tuple[tuple[str, str], ...]:
        """What it rests on, for whoever wants to check."""
        claim = self.claim
        named = [(name or "Engine", getattr(claim.evidence, field)) for _, field, name in DIGESTS]
        return ("This certificate", self.digest), ("Its name", claim.id), ("Issuer", claim.issuer.did), *named


def shown_certificate(credential: bytes, url: str) -> Shown:
    """Return a certificate as it is shown. Whether its signature holds is not looked at: `grader.credential.verify`.

    Args:
        credential: the exact bytes of the signed credential.
        url: where it can be checked.

    Raises:
        Refused: it is not in the form of this engine's certificates.
    """
    claim = open_badge.read(take_apart(read_object(credential)).document)
    return Shown(claim=claim, digest=digest_bytes(credential), url=url)


def day_of(moment: str) -> str:
    """Return the day of an instant as a person writes it, in UTC: `20 November 2026`."""
    at = day(moment)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def day(moment: str) -> datetime:
    """Return an instant of a certificate, in UTC."""
    return instant(moment, "a date of the certificate").astimezone(UTC)
