"""What a certificate says, as plain records: the words that are signed, without a word of JSON-LD.

The desk fills a `Claim` from a report, a skill and a course; `open_badge` writes it as a credential and reads it back.
Whatever is shown of a credential is shown from the `Claim` that was read, so that nothing is shown that was not
understood. Every number is decimal text: readers of JSON do not agree on fractions.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal, get_args

from grader.errors import EngineError

DEMO = "DEMO"
"""The issuer's name that says: for demonstration, certifies nothing."""
MIN_SALT_BYTES = 16
"""Fewer, and a hashed e-mail address can be found from a list of addresses."""

IdentifierType = Literal["emailAddress", "userName", "systemId", "accountId", "sourcedId", "nationalIdentityNumber"]
"""What a learner's identifier is; some of the words that Open Badges 3.0 has (IdentifierTypeEnum)."""
IDENTIFIER_TYPES: tuple[str, ...] = get_args(IdentifierType)
OUTCOMES = ("PASSED", "PARTIAL", "FAILED")
"""How one criterion of a report ended, as far as a credential tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who certifies.

    Attributes:
        did: did:web or did:key.
        name: as a person reads it; `DEMO` for demonstrations.
        url: its page, or empty.
    """

    did: str
    name: str
    url: str = ""

    @property
    def is_demo(self) -> bool:
        """Whether it certifies for demonstration only."""
        return self.name == DEMO


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """Whom the certificate is for; `identified` makes one from an identifier.

    Attributes:
        name: as printed.
        identity_hash: `sha256$` and the hex digest of identifier and salt.
        salt: hex of 16 bytes or more.
        identifier_type: what the identifier is.
    """

    name: str
    identity_hash: str
    salt: str
    identifier_type: str

    def is_identified_by(self, identifier: str) -> bool:
        """Whether this is the learner with that identifier, as somebody who knows it can find out."""
        return self.identity_hash == identity_hash(identifier, self.salt)


def identified(name: str, identifier: str, identifier_type: IdentifierType, salt: bytes) -> Learner:
    """Return a learner whose identifier only those recognise who know it.

    Args:
        name: as printed.
        identifier: such as an e-mail address; not kept.
        identifier_type: what it is.
        salt: 16 random bytes or more, new for each credential.

    Raises:
        EngineError: the salt is too short.
    """
    if len(salt) < MIN_SALT_BYTES:
        raise EngineError(f"the salt of an identity has {len(salt)} bytes; expected {MIN_SALT_BYTES} or more")
    return Learner(
        name=name,
        identity_hash=identity_hash(identifier, salt.hex()),
        salt=salt.hex(),
        identifier_type=identifier_type,
    )


def identity_hash(identifier: str, salt: str) -> str:
    """Return the IdentityHash of Open Badges 3.0: of the identifier and, after it, the salt, as text."""
    return "sha256$" + hashlib.sha256((identifier + salt).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of a skill.

    Attributes:
        id: short name, unique within the skill.
        name: as a person reads it.
    """

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """What was shown.

    Attributes:
        id: a URI, the same for every certificate of this skill.
        name: as a person reads it.
        description: a sentence.
        levels: all levels, from low to high.
        level: the id of the one that was reached.
    """

    id: str
    name: str
    description: str
    levels: tuple[Level, ...]
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """One line of the rubric and how it ended.

    Attributes:
        id: its short name.
        title: the sentence that the learner reads.
        weight: what it is worth, in points.
        points: what was earned of that.
        outcome: one of `OUTCOMES`.
    """

    id: str
    title: str
    weight: str
    points: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The total.

    Attributes:
        points: earned.
        possible: that there are.
        pass_mark: needed.
        criteria: in the rubric's order.
    """

    points: str
    possible: str
    pass_mark: str
    criteria: tuple[CriterionResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was judged by what; digests as `sha256:<hex>`, as the report pins them.

    Attributes:
        submission: the learner's files.
        pack: assignment and hidden files.
        pack_is_public: whether anybody could have read the hidden files, answers included.
        rubric: the rubric file.
        recipe: of the box's image family.
        proctor_recipe: of the proctor's.
        engine: digest of the engine's files.
        engine_version: as a person reads it.
        findings: of what repeats when graded again.
        report: of the whole report.
        known_example: the submission equals an example that ships with its pack.
    """

    submission: str
    pack: str
    pack_is_public: bool
    rubric: str
    recipe: str
    proctor_recipe: str
    engine: str
    engine_version: str
    findings: str
    report: str
    known_example: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEntry:
    """Where it is said whether a certificate was revoked.

    Attributes:
        list_id: URL (or other URI) of the status list of purpose `revocation`, as which it ends; for ever the same.
        index: which bit, drawn at random by whoever issues.
    """

    list_id: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """All that a certificate says.

    Attributes:
        id: a URI of its own, such as urn:uuid.
        issuer: who certifies.
        learner: for whom.
        skill: what was shown, and at which level.
        course: title of the course.
        assignment: title of the assignment.
        result: points by criterion.
        evidence: digests.
        awarded: when it was earned (RFC 3339, UTC).
        valid_from: when this version of it begins.
        valid_until: when it ends, or empty.
        status: where its revocation is told, or None for an issuer that can revoke nothing.
    """

    id: str
    issuer: Issuer
    learner: Learner
    skill: Skill
    course: str
    assignment: str
    result: Result
    evidence: Evidence
    awarded: str
    valid_from: str
    valid_until: str = ""
    status: StatusEntry | None = None
