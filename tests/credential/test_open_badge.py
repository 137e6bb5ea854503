"""A certificate as an Open Badge: written and read back, its required members, and what cannot be certified."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from claims import digest
from credential_samples import DID, LIST, claim
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.credential import Refused, linked, open_badge
from grader.credential.claim import (
    IDENTIFIER_TYPES,
    Claim,
    CriterionResult,
    Evidence,
    Issuer,
    Learner,
    Level,
    Result,
    Skill,
    StatusEntry,
    identified,
    identity_hash,
)
from grader.credential.shape import check_shape
from grader.errors import EngineError

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=30).filter(
    str.strip
)
NAME = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,12}", fullmatch=True)
URL, KIND = st.sampled_from(["", "https://a.example/"]), st.sampled_from(IDENTIFIER_TYPES)
DIGEST = st.binary(max_size=4).map(lambda content: digest(content.hex()))


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """Draw any claim that can be certified."""
    names = draw(st.lists(NAME, min_size=1, max_size=4, unique=True))
    weights = [draw(st.integers(1, 50)) for _ in names]
    points = [draw(st.integers(0, weight)) for weight in weights]
    levels = draw(st.lists(NAME, min_size=1, max_size=4, unique=True))
    demo = draw(st.booleans())
    return Claim(
        id="urn:uuid:" + str(draw(st.uuids())),
        issuer=Issuer(did=DID, name="DEMO" if demo else draw(TEXT), url=draw(URL)),
        learner=identified(draw(TEXT), draw(TEXT), draw(KIND), draw(st.binary(min_size=16))),
        skill=Skill(
            id="urn:grader:skill:" + draw(NAME),
            name=draw(TEXT),
            description=draw(TEXT),
            levels=tuple(Level(id=one, name=draw(TEXT)) for one in levels),
            level=draw(st.sampled_from(levels)),
        ),
        course=draw(TEXT),
        assignment=draw(TEXT),
        result=Result(
            points=str(sum(points)),
            possible=str(sum(weights)),
            pass_mark=str(draw(st.integers(0, sum(points)))),
            criteria=tuple(
                CriterionResult(
                    id=name, title=draw(TEXT), weight=str(weight), points=str(earned),
                    outcome=draw(st.sampled_from(["PASSED", "PARTIAL", "FAILED"])),
                )
                for name, weight, earned in zip(names, weights, points, strict=True)
            ),
        ),
        evidence=Evidence(
            **{field: draw(DIGEST) for field in (
                "submission", "pack", "rubric", "recipe", "proctor_recipe", "engine", "findings", "report"
            )},
            pack_is_public=draw(st.booleans()),
            engine_version=draw(NAME),
            known_example=demo and draw(st.booleans()),
        ),
        awarded="2026-11-20T10:00:00Z",
        valid_from="2026-11-20T10:00:00Z",
        valid_until=draw(st.sampled_from(["", "2029-11-20T10:00:00Z"])),
        status=draw(st.none() | st.builds(StatusEntry, list_id=st.just(LIST), index=st.integers(0, 131_071))),
    )  # fmt: skip


@given(claims())
@settings(max_examples=30, deadline=None)
def test_what_is_written_is_read(one: Claim) -> None:
    """Promises that a credential says all of its claim and nothing else, is complete, and can be signed whole."""
    document = open_badge.write(one)
    check_shape(document)
    linked.expand(document)
    assert open_badge.read(document) == one


def every_required_member() -> list[tuple[str | int, ...]]:
    """Return the way to each member that Open Badges 3.0 requires (classes of its data model)."""
    subject: tuple[str | int, ...] = ("credentialSubject",)
    achievement = (*subject, "achievement")
    described = (*achievement, "resultDescription", 0)
    return [
        ("@context",),
        *((name,) for name in ("id", "type", "issuer", "validFrom", "credentialSubject")),
        *(("issuer", name) for name in ("id", "type")),
        *((*subject, name) for name in ("type", "identifier", "achievement")),
        *((*subject, "identifier", 1, name) for name in ("type", "hashed", "identityHash", "identityType")),
        *((*achievement, name) for name in ("id", "type", "name", "description", "criteria")),
        *((*described, name) for name in ("id", "type", "name", "resultType")),
        *((*described, "rubricCriterionLevel", 0, name) for name in ("id", "type", "name")),
        (*subject, "result", 0, "type"),
        ("evidence", 0, "type"),
        *(("credentialStatus", name) for name in ("id", "type", "statusListIndex", "statusListCredential")),
    ]


@pytest.mark.parametrize("path", every_required_member(), ids=lambda path: ".".join(map(str, path)))
def test_every_required_member_is_required(path: tuple[str | int, ...]) -> None:
    """Promises that a credential without it, or with something else in its place, is refused by name."""
    *way, last = path
    for value in (None, 7, {}, [], "x" if last in {"type", "@context"} else ""):
        bad: Any = deepcopy(open_badge.write(claim()))
        place = bad
        for step in way:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value
        if (last, value) == ("criteria", {}):
            continue  # the model allows criteria without a narrative
        with pytest.raises(Refused, match=str(last) if last != "identifier" else "identifier"):
            check_shape(bad)


def test_results_are_of_what_is_described() -> None:
    """Promises that a result cannot claim a level, or a description, that the achievement does not have."""
    for member, value in (("resultDescription", "urn:x:y"), ("achievedLevel", "urn:x:y")):
        bad = deepcopy(open_badge.write(claim()))
        bad["credentialSubject"]["result"][0][member] = value
        with pytest.raises(Refused, match="result"):
            check_shape(bad)


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("expected a decimal", {"result": replace(claim().result, points="7,6")}),
    ("expected a decimal", {"result": replace(claim().result, points="38/5")}),
    ("expected a decimal", {"result": replace(claim().result, points="7.60")}),
    ("expected a decimal", {"result": replace(claim().result, points="-1")}),
    ("expected a decimal", {"result": replace(claim().result, points="1e1")}),
    ("do not add up", {"result": replace(claim().result, points="8.6")}),
    ("do not add up", {"result": replace(claim().result, possible="11")}),
    ("do not reach", {"result": replace(claim().result, pass_mark="8")}),  # noqa: S106 - points, no password
    ("does not end in", {"status": StatusEntry(list_id="https://a.example/norevocation", index=1)}),
    ("no line of text", {"course": ""}),
    ("no line of text", {"course": "  "}),
    ("no line of text", {"assignment": "a\nb"}),
    ("no line of text", {"skill": replace(claim().skill, name="\x1b[2J")}),
    ("no line of text", {"learner": replace(claim().learner, name="\u202eadA")}),
    ("no line of text", {"learner": replace(claim().learner, name="\ud800")}),
    ("no criteria", {"result": replace(claim().result, criteria=())}),
    ("none of the skill's", {"skill": replace(claim().skill, level="9")}),
    ("expected a URI", {"skill": replace(claim().skill, id="sorting")}),
    ("expected a URI", {"id": "7"}),
    ("digest pack", {"evidence": replace(claim().evidence, pack="md5:1")}),
    ("no salted hash", {"learner": replace(claim().learner, salt="abcd")}),
    ("no salted hash", {"learner": replace(claim().learner, identity_hash="ada@school.example")}),
    ("unknown", {"learner": replace(claim().learner, identifier_type="shoe size")}),
    ("DEMO issuer only", {"evidence": replace(claim().evidence, known_example=True)}),
    ("instant", {"valid_from": "2026-11-20"}),
    ("instant", {"awarded": "yesterday"}),
    ("not after", {"valid_until": "2020-11-20T10:00:00Z"}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "changes"), WRONG)
def test_what_is_wrong_is_not_certified(words: str, changes: dict[str, Any]) -> None:
    """Promises that a claim which does not hold together is our error, with its reason, and never a certificate."""
    with pytest.raises(EngineError, match=words):
        open_badge.write(claim(**changes))


def test_thirds_add_up_as_far_as_two_places() -> None:
    """Promises that points which have no decimal can be certified, rounded to two places."""
    third = CriterionResult(id="a", title="A", weight="10", points="3.33", outcome="PARTIAL")
    criteria = (third, replace(third, id="b"), replace(third, id="c"))
    result = Result(points="10", possible="30", pass_mark="9", criteria=criteria)  # noqa: S106 - points, no password
    assert open_badge.read(open_badge.write(claim(result=result))).result == result


# --- whom it is for ---------------------------------------------------------------------------------------------------


def test_an_identity_is_a_salted_hash() -> None:
    """Promises the IdentityHash of Open Badges: who knows the address recognises it, nobody reads it."""
    learner = identified("Ada", "ada@school.example", "emailAddress", bytes(16))
    assert "ada@" not in repr(open_badge.write(claim(learner=learner)))
    assert learner.is_identified_by("ada@school.example")
    assert not learner.is_identified_by("ida@school.example")
    again = identified("Ada", "ada@school.example", "emailAddress", bytes(15) + b"\1")
    assert again.identity_hash != learner.identity_hash
    assert identity_hash("a", "bc") == "sha256$ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_short_salt_is_refused() -> None:
    """Promises that no address can be found by trying a list of them."""
    with pytest.raises(EngineError, match="expected 16 or more"):
        identified("Ada", "ada@school.example", "emailAddress", bytes(15))


def test_a_learner_can_be_read_back() -> None:
    """Promises that the record which is read has no identifier in it, only its hash."""
    learner = open_badge.read(open_badge.write(claim())).learner
    assert learner == claim().learner
    assert set(Learner.__dataclass_fields__) == {"name", "identity_hash", "salt", "identifier_type"}
