"""What every Open Badges 3.0 credential must have, checked member by member.

1EdTech's JSON schema is published on its web site only, and under no licence to ship; so the rules are written from the
specification's model (`ob_v3p0/common_credentials.lines` in its repository): classes AchievementCredential,
AchievementSubject, Achievement, IdentityObject, ResultDescription, RubricCriterionLevel, Result, Evidence and
CredentialStatus. Members that a rule does not name are left to `linked`, which asks that they mean something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from grader.credential.contexts import CREDENTIALS
from grader.credential.instants import instant
from grader.credential.refusal import Refused

_OPEN_BADGES = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)*\.json")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f-\xa0<>\"{}|\\^`]+")
_STATUSES = {"Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"}

Rule = Callable[[Any, str], None]


def check_shape(document: Mapping[str, Any]) -> None:
    """Refuse a document that lacks what every Open Badges 3.0 credential has.

    Raises:
        Refused: names the member and what was expected.
    """
    contexts = document.get("@context")
    if not isinstance(contexts, list) or len(contexts) < 2 or contexts[0] != CREDENTIALS:  # noqa: PLR2004
        raise Refused("@context does not begin with that of VC 2.0 and have that of Open Badges second")
    if not isinstance(contexts[1], str) or not _OPEN_BADGES.fullmatch(contexts[1]):
        raise Refused("the second @context is not that of Open Badges 3.0")
    _object(document, "the credential", _CREDENTIAL)
    if not {"AchievementCredential", "OpenBadgeCredential"} & set(document["type"]):
        raise Refused("type holds neither OpenBadgeCredential nor AchievementCredential")
    subject = document["credentialSubject"]
    if "id" not in subject and not subject.get("identifier"):
        raise Refused("credentialSubject has neither id nor identifier, so it is of nobody")
    _check_results(subject)


def issuer_of(document: Mapping[str, Any]) -> str:
    """Return the `id` of who issued a credential or a status list.

    Raises:
        Refused: there is none.
    """
    issuer = document.get("issuer")
    name = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not isinstance(name, str) or not _URI.fullmatch(name):
        raise Refused("issuer is neither a URI nor an object with one as its id")
    return name


def _check_results(subject: Mapping[str, Any]) -> None:
    """Every result is of a description in the achievement, and every level it names is one of that description's."""
    described = subject["achievement"].get("resultDescription", [])
    levels = {one["id"]: {level["id"] for level in one.get("rubricCriterionLevel", [])} for one in described}
    if len(levels) != len(described):
        raise Refused("two resultDescription have one id")
    for one in subject.get("result", []):
        name, level = one.get("resultDescription"), one.get("achievedLevel")
        if name is not None and name not in levels:
            raise Refused(f"a result is of {name[:80]!r}, which the achievement does not describe")
        if level is not None and level not in levels.get(name, set()):
            raise Refused(f"a result reaches {level[:80]!r}, which is no level of its description")


# --- rules ------------------------------------------------------------------------------------------------------------


def _text(value: Any, where: str) -> None:
    if not isinstance(value, str) or not value:
        raise Refused(f"{where} is no text")


def _uri(value: Any, where: str) -> None:
    if not isinstance(value, str) or not _URI.fullmatch(value):
        raise Refused(f"{where} is no absolute URI")


def _boolean(value: Any, where: str) -> None:
    if not isinstance(value, bool):
        raise Refused(f"{where} is neither true nor false")


def _when(value: Any, where: str) -> None:
    instant(value, where)


def _digits(value: Any, where: str) -> None:
    if not isinstance(value, str) or not re.fullmatch(r"0|[1-9][0-9]{0,8}", value):
        raise Refused(f"{where} is no index written as text")


def _exactly(*words: str) -> Rule:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, str) or value not in words:
            raise Refused(f"{where} is not {' or '.join(words[:3])}")

    return check


def _types(word: str) -> Rule:
    """A list of texts that holds the word."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, list) or word not in value or not all(isinstance(one, str) for one in value):
            raise Refused(f"{where} is no list that holds {word}")

    return check


def _one(members: Mapping[str, Rule]) -> Rule:
    return lambda value, where: _object(value, where, members)


def _many(rule: Rule) -> Rule:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, list):
            raise Refused(f"{where} is no list")
        for at, one in enumerate(value):
            rule(one, f"{where}[{at}]")

    return check


def _object(value: Any, where: str, members: Mapping[str, Rule]) -> None:
    """Check an object; a name that ends in `?` may be missing."""
    if not isinstance(value, dict):
        raise Refused(f"{where} is no object")
    for name, rule in members.items():
        if name.rstrip("?") in value:
            rule(value[name.rstrip("?")], f"{where}.{name.rstrip('?')}")
        elif not name.endswith("?"):
            raise Refused(f"{where} has no {name}")


def _issuer(value: Any, where: str) -> None:
    if isinstance(value, dict):
        _object(value, where, {"id": _uri, "type": _types("Profile"), "name?": _text, "url?": _uri})
    else:
        _uri(value, where)


def _criteria(value: Any, where: str) -> None:
    _object(value, where, {"id?": _uri, "narrative?": _text})


_LEVEL = {"id": _uri, "type": _types("RubricCriterionLevel"), "name": _text, "level?": _text, "points?": _text}
_DESCRIPTION = {
    "id": _uri,
    "type": _types("ResultDescription"),
    "name": _text,
    "resultType": _text,
    "allowedValue?": _many(_text),
    "requiredLevel?": _uri,
    "requiredValue?": _text,
    "rubricCriterionLevel?": _many(_one(_LEVEL)),
    "valueMax?": _text,
    "valueMin?": _text,
}
_ACHIEVEMENT = {
    "id": _uri,
    "type": _types("Achievement"),
    "name": _text,
    "description": _text,
    "criteria": _criteria,
    "achievementType?": _text,
    "resultDescription?": _many(_one(_DESCRIPTION)),
}
_IDENTITY = {
    "type": _exactly("IdentityObject"),
    "hashed": _boolean,
    "identityHash": _text,
    "identityType": _text,
    "salt?": _text,
}
_RESULT = {
    "type": _types("Result"),
    "achievedLevel?": _uri,
    "resultDescription?": _uri,
    "status?": _exactly(*sorted(_STATUSES)),
    "value?": _text,
}
_SUBJECT = {
    "type": _types("AchievementSubject"),
    "id?": _uri,
    "identifier?": _many(_one(_IDENTITY)),
    "achievement": _one(_ACHIEVEMENT),
    "result?": _many(_one(_RESULT)),
}
_EVIDENCE = {
    "id?": _uri,
    "type": _types("Evidence"),
    "name?": _text,
    "description?": _text,
    "narrative?": _text,
    "genre?": _text,
    "audience?": _text,
}
_STATUS = {
    "id": _uri,
    "type": _exactly("BitstringStatusListEntry"),
    "statusPurpose": _text,
    "statusListIndex": _digits,
    "statusListCredential": _uri,
}
_CREDENTIAL = {
    "id": _uri,
    "type": _types("VerifiableCredential"),
    "name?": _text,
    "description?": _text,
    "issuer": _issuer,
    "validFrom": _when,
    "validUntil?": _when,
    "awardedDate?": _when,
    "credentialSubject": _one(_SUBJECT),
    "evidence?": _many(_one(_EVIDENCE)),
    "credentialStatus?": _one(_STATUS),
}
