"""What is wrong with a claim: asked before one is certified, and again of every one that is read.

A certificate with a total that its lines do not give, or with a name that breaks the line it is printed on, would be
signed for years; so it is never made. A stranger's is held to the same rules before any of it is shown.
"""

from __future__ import annotations

import re
from fractions import Fraction

from grader.credential.claim import IDENTIFIER_TYPES, OUTCOMES, Claim, Result
from grader.credential.status_list import LIST_ENDINGS

_DIGESTS = ("submission", "pack", "rubric", "recipe", "proctor_recipe", "engine", "findings", "report")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]{0,11}[1-9])?")
_SHORT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_URI = re.compile(r"[a-z][a-z0-9+.-]*:[^\x00-\x20\x7f-\xa0<>\"{}|\\^`#]{1,400}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What would break a line or turn it round where a certificate is shown, or has no UTF-8."""
_ROUNDING = Fraction(1, 100)
_SALT = re.compile(r"([0-9a-f]{2}){16,}")
_HASH = re.compile(r"sha256\$[0-9a-f]{64}")


def faults(claim: Claim) -> list[str]:
    """Return what is wrong with a claim, a sentence each; nothing for one that can be written as a credential."""
    return _misspelt(claim) + _out_of_place(claim) or _wrong_sums(claim.result)


def _misspelt(claim: Claim) -> list[str]:
    """Say which texts are not what they should be: URIs, digests, decimals, short names, lines."""
    evidence, result, skill, learner = claim.evidence, claim.result, claim.skill, claim.learner
    uris = {"id": claim.id, "skill": skill.id, "issuer": claim.issuer.did}
    uris |= {"status list": claim.status.list_id} if claim.status else {}
    uris |= {"issuer's url": claim.issuer.url} if claim.issuer.url else {}
    digests = {name: getattr(evidence, name) for name in _DIGESTS}
    numbers = {"points": result.points, "possible": result.possible, "pass mark": result.pass_mark}
    numbers |= {f"weight of {one.id}": one.weight for one in result.criteria}
    numbers |= {f"points of {one.id}": one.points for one in result.criteria}
    names = [*(one.id for one in result.criteria), *(one.id for one in skill.levels)]
    lines = [claim.issuer.name, learner.name, skill.name, skill.description, claim.course, claim.assignment]
    lines += [evidence.engine_version, *(one.name for one in skill.levels), *(one.title for one in result.criteria)]
    found = [f"{what} is {value!r}; expected a URI" for what, value in uris.items() if not _URI.fullmatch(value)]
    found += [f"digest {what} is {value!r}" for what, value in digests.items() if not _DIGEST.fullmatch(value)]
    found += [f"{what} is {value!r}; expected a decimal" for what, value in numbers.items() if not _is_decimal(value)]
    found += [f"{name!r} is no short name" for name in names if not _SHORT_NAME.fullmatch(name)]
    found += [f"{line!r} is no line of text" for line in lines if not line.strip() or _UNPRINTABLE.search(line)]
    if not _HASH.fullmatch(learner.identity_hash) or not _SALT.fullmatch(learner.salt):
        found.append("the learner's identity is no salted hash")
    return found


def _is_decimal(value: str) -> bool:
    return _DECIMAL.fullmatch(value) is not None


def _out_of_place(claim: Claim) -> list[str]:
    """Say what is none of what there is to choose from, or there twice, or not this issuer's to certify."""
    criteria, levels = [one.id for one in claim.result.criteria], [one.id for one in claim.skill.levels]
    outcomes = [one.outcome for one in claim.result.criteria]
    found = [f"outcome {one!r} is unknown" for one in outcomes if one not in OUTCOMES]
    for what, names in (("criteria", criteria), ("levels", levels)):
        if not names or len(set(names)) != len(names):
            found.append(f"there are no {what}, or two of one name")
    if claim.skill.level not in levels:
        found.append(f"the level {claim.skill.level!r} is none of the skill's")
    if claim.learner.identifier_type not in IDENTIFIER_TYPES:
        found.append(f"the identifier type {claim.learner.identifier_type!r} is unknown")
    if claim.status and not claim.status.list_id.endswith(LIST_ENDINGS):
        found.append(f"the status list {claim.status.list_id!r} does not end in {' or '.join(LIST_ENDINGS)}")
    if claim.evidence.known_example and not claim.issuer.is_demo:
        found.append("a known example is certified by the DEMO issuer only")
    return found


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
