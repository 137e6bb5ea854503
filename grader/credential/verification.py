"""What verifying found: a record of findings, never a bare yes.

"Valid" hides what matters: by whom, as of when, and what nobody checked. So each thing that was looked at is a
`Finding` with a sentence, and the whole has a standing that follows from them and is no truth value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal

from grader.credential.claim import Claim
from grader.credential.trust import Retired

Subject = Literal["document", "form", "terms", "issuer", "proofs", "key", "dates", "status", "remark"]


class Standing(Enum):
    """How a finding ended, and with them the whole."""

    ESTABLISHED = "established"
    REFUSED = "refused"
    UNKNOWN = "unknown"


MAX_SENTENCE = 400
NOT_ESTABLISHED = (
    "who wrote the code, and with what help",
    "that whoever shows this certificate is the learner it names",
    "anything that happened after the dates given here",
)
"""What no signature can say, and every statement has to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: what; a `remark` says something beside and decides nothing.
        standing: how it ended.
        sentence: for a person.
    """

    subject: Subject
    standing: Standing
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """All that was found about one credential.

    Attributes:
        digest: `sha256:<hex>` of the credential's exact bytes, as a ledger names it.
        at: the instant for which it was verified.
        findings: in the order in which they were made; the first refusal may end them.
        claim: what the credential says, where it is ours in form and no proof is refused; else None.
        trusted_as: what the reader's trust file calls the issuer (its DID, if it has no name); empty if nobody trusts.
        retired: of the key that signed it, if the issuer gave that up.
    """

    digest: str
    at: datetime
    findings: tuple[Finding, ...]
    claim: Claim | None = None
    trusted_as: str = ""
    retired: Retired | None = None

    @property
    def standing(self) -> Standing:
        """The whole: refused if anything is, established if everything is, else unknown.

        Whether a certificate was revoked is never known for good without asking the issuer anew, so an unknown status
        alone does not make the whole unknown: it stands in the statement, and a reader who needs it looks at `status`.
        """
        decisive = [one for one in self.findings if one.subject != "remark"]
        if any(one.standing is Standing.REFUSED for one in decisive):
            return Standing.REFUSED
        if all(one.standing is Standing.ESTABLISHED for one in decisive if one.subject != "status"):
            return Standing.ESTABLISHED
        return Standing.UNKNOWN

    @property
    def status(self) -> Standing:
        """Whether it is known not to be revoked or suspended; unknown where nobody looked."""
        found = [one.standing for one in self.findings if one.subject == "status"]
        ordered = (Standing.REFUSED, Standing.UNKNOWN, Standing.ESTABLISHED)
        return next((one for one in ordered if one in found), Standing.UNKNOWN)

    def __bool__(self) -> bool:
        raise TypeError("a verification is no yes or no: read its standing and its findings")


def established(subject: Subject, sentence: str) -> Finding:
    """Return the finding that something is so."""
    return _finding(subject, Standing.ESTABLISHED, sentence)


def refused(subject: Subject, sentence: object) -> Finding:
    """Return the finding that something is wrong; the sentence may be a `Refused`."""
    return _finding(subject, Standing.REFUSED, str(sentence))


def unknown(subject: Subject, sentence: str) -> Finding:
    """Return the finding that something cannot be told."""
    return _finding(subject, Standing.UNKNOWN, sentence)


def remark(sentence: str) -> Finding:
    """Return something said beside."""
    return _finding("remark", Standing.UNKNOWN, sentence)


def _finding(subject: Subject, standing: Standing, sentence: str) -> Finding:
    """Return a finding whose sentence can be printed, whatever a stranger's words in it would do to a terminal."""
    printable = "".join(one if one.isprintable() else "\ufffd" for one in sentence)
    return Finding(subject=subject, standing=standing, sentence=printable[:MAX_SENTENCE])
