"""What an entry of the ledger can say: a record for each kind, and whether it is public.

    kind                                public leaf holds           private part holds
    award regrade                       kind, day, commitment       what was certified, on what evidence
    revoke suspend reinstate            kind, day, commitment       which entry, and why
    key statuslist genesis              kind, day, content          nothing: there is none

Why so little is public: the log is for ever, and its readers are everybody. A leaf of a learner's holds nothing that
another of theirs holds too; an entry that names an earlier one does so in its private part. So once the private parts
are erased, no two leaves are known to be of one person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an entry records."""

    AWARD = "award"
    REGRADE = "regrade"
    REVOKE = "revoke"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    KEY = "key"
    STATUSLIST = "statuslist"
    GENESIS = "genesis"


@dataclass(frozen=True)
class Named:
    """An entry, named so that it cannot be taken for another.

    Attributes:
        index: its number in the log.
        leaf: `sha256:…`, its leaf hash.
    """

    index: int
    leaf: str


@dataclass(frozen=True)
class Award:
    """A certificate was issued.

    Attributes:
        credential: digest of the credential's exact bytes.
        subject: whose it is, by a name that only issuer and learner can connect with them.
        submission: digest of what was handed in.
        rubric: digest of what it was judged by.
        evidence: digest of the whole of the evidence, such as the report.
    """

    credential: str
    subject: str
    submission: str
    rubric: str
    evidence: str


@dataclass(frozen=True)
class Regrade:
    """What an earlier entry certified was graded again.

    Attributes:
        of: the earlier entry.
        credential: digest of the credential that holds from now on; the earlier one's when nothing changed.
        subject: as in the earlier entry.
        submission: as there.
        rubric: digest of what it was judged by this time.
        evidence: digest of the evidence of this time.
    """

    of: Named
    credential: str
    subject: str
    submission: str
    rubric: str
    evidence: str


@dataclass(frozen=True)
class StatusChange:
    """A certificate was revoked, suspended or reinstated.

    Attributes:
        of: the entry of the certificate.
        credential: digest of its exact bytes.
        subject: as in its entry.
        reason: a word or a sentence.
    """

    of: Named
    credential: str
    subject: str
    reason: str


@dataclass(frozen=True)
class Genesis:
    """The first entry: whose log this is.

    Attributes:
        origin: the log's name.
        vkey: the key that signs its checkpoints at first.
    """

    origin: str
    vkey: str


@dataclass(frozen=True)
class KeyChange:
    """A key takes over from another, or begins; see `succession`.

    Attributes:
        purpose: `log`, or what else is signed, such as `credential`.
        new: the new public key, 32 bytes of Ed25519 in base64.
        by_new: its signature of this change, in base64.
        old: the key that it takes over from; None for the first of its purpose.
        by_old: that one's signature of this change.
        revoked_from: the first entry for which the old key's word no longer counts, where it fell into wrong hands.
    """

    purpose: str
    new: str
    by_new: str
    old: str | None = None
    by_old: str | None = None
    revoked_from: int | None = None


@dataclass(frozen=True)
class StatusList:
    """A list of revoked certificates was published.

    Attributes:
        id: the list's own id, which certificates name.
        digest: of its exact bytes.
    """

    id: str
    digest: str


Content = Award | Regrade | StatusChange | Genesis | KeyChange | StatusList

PRIVATE: dict[Kind, type[Content]] = {
    Kind.AWARD: Award,
    Kind.REGRADE: Regrade,
    Kind.REVOKE: StatusChange,
    Kind.SUSPEND: StatusChange,
    Kind.REINSTATE: StatusChange,
}
"""The kinds whose content only its holders know."""
PUBLIC: dict[Kind, type[Content]] = {Kind.KEY: KeyChange, Kind.STATUSLIST: StatusList, Kind.GENESIS: Genesis}
"""The kinds whose content is in the leaf."""

MOST_TEXT = 1024
_DIGEST = r"sha256:[0-9a-f]{64}"
_TEXT = rf"[\x20-\x7e]{{1,{MOST_TEXT}}}"
_KEY = r"[A-Za-z0-9+/]{43}="
_SIGNATURE = r"[A-Za-z0-9+/]{86}=="
SPELLINGS: dict[str, tuple[str, str]] = {
    "at": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", "a time such as 2026-01-31T09:30:00Z"),
    "nonce": (r"[0-9a-f]{64}", "32 bytes as 64 hexadecimal digits"),
    "day": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day such as 2026-01-31"),
    **dict.fromkeys(
        ("credential", "submission", "rubric", "evidence", "leaf", "digest", "commitment"),
        (_DIGEST, "sha256: and 64 hexadecimal digits"),
    ),
    **dict.fromkeys(
        ("subject", "reason", "origin", "vkey", "id"), (_TEXT, f"printable ASCII, 1 to {MOST_TEXT} letters")
    ),
    "purpose": (r"[a-z][a-z0-9-]{0,31}", "a word of small letters"),
    **dict.fromkeys(("new", "old"), (_KEY, "32 bytes in base64")),
    **dict.fromkeys(("by_new", "by_old"), (_SIGNATURE, "64 bytes in base64")),
}
"""How every text in an entry is spelled: a pattern, and the same in words."""


def is_spelled(name: str, value: Any) -> bool:
    """Whether a value is spelled as the field of this name has to be."""
    if name in {"index", "revoked_from"}:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
    if not isinstance(value, str) or not re.fullmatch(SPELLINGS[name][0], value):
        return False
    return name not in {"at", "day"} or _is_in_the_calendar(value)


def expected(name: str) -> str:
    """Return in words how the field of this name is spelled."""
    return "a whole number" if name in {"index", "revoked_from"} else SPELLINGS[name][1]


def _is_in_the_calendar(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
