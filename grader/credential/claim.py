"""What a certificate says, as plain records: the words that are signed, without a word of JSON-LD.

The desk fills a `Claim` from a report, a skill and a course; `open_badge` writes it as a credential and reads it back.
Whatever is shown of a credential is shown from the `Claim` that was read, so that nothing is shown that was not
understood. Every number is decimal text: readers of JSON do not agree on fractions.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from fractions import Fraction
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

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]{0,11}[1-9])?")
_SHORT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_URI = re.compile(r"[a-z][a-z0-9+.-]*:[^\x00-\x20\x7f-\xa0<>\"{}|\\^`#]{1,400}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What would break a line or turn it round where a certificate is shown, or has no UTF-8."""
_ROUNDING = Fraction(1, 100)
_HASH = re.compile(r"sha256\$[0-9a-f]{64}")


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
        list_id: URL (or other URI) of the status list of purpose `revocation`; for ever the same.
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


def faults(claim: Claim) -> list[str]:
    """Return what is wrong with a claim, a sentence each; nothing for one that can be written as a credential."""
    evidence, result, skill = claim.evidence, claim.result, claim.skill
    digests = {
        name: getattr(evidence, name)
        for name in ("submission", "pack", "rubric", "recipe", "proctor_recipe", "engine", "findings", "report")
    }
    criteria = [
        *((f"weight of {one.id}", one.weight) for one in result.criteria),
        *((f"points of {one.id}", one.points) for one in result.criteria),
    ]
    numbers = [("points", result.points), ("possible", result.possible), ("pass mark", result.pass_mark), *criteria]
    names = [*(one.id for one in result.criteria), *(one.id for one in skill.levels)]
    uris = [("id", claim.id), ("skill", skill.id), ("issuer", claim.issuer.did)]
    uris += [("status list", claim.status.list_id)] if claim.status else []
    uris += [("issuer's url", claim.issuer.url)] if claim.issuer.url else []
    texts = [claim.issuer.name, claim.learner.name, skill.name, skill.description, claim.course, claim.assignment]
    texts += [evidence.engine_version, *(one.name for one in skill.levels), *(one.title for one in result.criteria)]
    found = [f"{what} is {value!r}; expected a URI" for what, value in uris if not _URI.fullmatch(value)]
    found += [f"digest {what} is {value!r}" for what, value in digests.items() if not _DIGEST.fullmatch(value)]
    found += [f"{what} is {value!r}; expected a decimal" for what, value in numbers if not _DECIMAL.fullmatch(value)]
    found += [f"{text!r} is no line of text" for text in texts if not text.strip() or _UNPRINTABLE.search(text)]
    found += [f"{name!r} is no short name" for name in names if not _SHORT_NAME.fullmatch(name)]
    found += [f"outcome {one.outcome!r} is unknown" for one in result.criteria if one.outcome not in OUTCOMES]
    for what, ids in (("criteria", [one.id for one in result.criteria]), ("levels", [one.id for one in skill.levels])):
        if not ids or len(set(ids)) != len(ids):
            found.append(f"there are no {what}, or two of one name")
    if skill.level not in {one.id for one in skill.levels}:
        found.append(f"the level {skill.level!r} is none of the skill's")
    if not _HASH.fullmatch(claim.learner.identity_hash) or not re.fullmatch(r"([0-9a-f]{2}){16,}", claim.learner.salt):
        found.append("the learner's identity is no salted hash")
    if claim.learner.identifier_type not in IDENTIFIER_TYPES:
        found.append(f"the identifier type {claim.learner.identifier_type!r} is unknown")
    if evidence.known_example and not claim.issuer.is_demo:
        found.append("a known example is certified by the DEMO issuer only")
    return found or _wrong_sums(result)


def _wrong_sums(result: Result) -> list[str]:
    """Say where points do not add up, so that no certificate shows a total that its lines do not give.

    A third has no decimal, so each line may be off by what rounding it to two places takes.
    """
    rounding = _ROUNDING * len(result.criteria)
    weights = sum((Fraction(one.weight) for one in result.criteria), Fraction())
    points = sum((Fraction(one.points) for one in result.criteria), Fraction())
    found = []
    if abs(weights - Fraction(result.possible)) > rounding:
        found.append("the criteria's weights do not add up to the points that there are")
    if abs(points - Fraction(result.points)) > rounding:
        found.append("the criteria's points do not add up to the points earned")
    if any(Fraction(one.points) > Fraction(one.weight) for one in result.criteria):
        found.append("a criterion earned more than it is worth")
    if Fraction(result.points) < Fraction(result.pass_mark):
        found.append("the points do not reach the pass mark")
    return found
