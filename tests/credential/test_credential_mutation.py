"""Every field of a certificate and of its proofs, changed in every way there is: nothing that is changed is believed.

The rule: what is established after a change says exactly what was said before it. Beside it stands a count of the few
changes that are accepted, so that the rule is not kept by accepting nothing, and one good certificate.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from credential_samples import DID, KEY, NOW, OTHER_KEY, claim, sign, signed
from json_changes import at, other_values, paths

from grader.credential import Canonicaliser, Standing, Trust, Verification, did, open_badge, verify
from grader.credential.strict_json import canonical
from grader.credential.trust import trusted

TRUST = Trust(issuers={DID: trusted(DID, name="School of Examples")})


@dataclass
class Remembering(Canonicaliser):
    """The real child; only that the same question is asked once."""

    answers: dict[bytes, list[bytes]] = field(default_factory=dict)

    def digests(self, document: Any, configurations: Any) -> list[bytes]:
        question = canonical([document, list(configurations)])
        if question not in self.answers:
            self.answers[question] = super().digests(document, configurations)
        return self.answers[question]


@pytest.fixture(scope="module")
def child() -> Iterator[Remembering]:
    with Remembering(wall_seconds=120.0) as one:
        yield one


@pytest.fixture(scope="module")
def good() -> dict[str, Any]:
    return signed()


def said(verification: Verification) -> tuple[Any, ...]:
    """Return what a reader is shown."""
    return verification.claim, verification.trusted_as, [one.sentence for one in verification.findings]


def changed(good: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every changed certificate, with what was done."""
    for path in paths(good):
        *way, last = path
        for number, value in enumerate(other_values(at(good, path))):
            copy = deepcopy(good)
            at(copy, tuple(way))[last] = value
            yield f"{path} := other {number}", copy
        copy = deepcopy(good)
        del at(copy, tuple(way))[last]
        yield f"{path} dropped", copy
        if isinstance(at(good, path), dict):
            for name, value in (("bonus", "1"), ("name", "Grace Hopper"), ("id", "urn:x:y"), ("@index", "1")):
                copy = deepcopy(good)
                at(copy, path)[name] = value
                yield f"{path} + {name}", copy
    yield from swapped(good)


def swapped(good: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every certificate in which two neighbours changed places or names."""
    for path in [(), *paths(good)]:
        value = at(good, path)
        steps = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
        for one, two in pairwise(steps):
            copy = deepcopy(good)
            inner = at(copy, path)
            inner[one], inner[two] = inner[two], inner[one]
            if copy != good:
                yield f"{path}: {one} <-> {two}", copy


def test_a_good_certificate_is_established(child: Remembering, good: dict[str, Any]) -> None:
    """Promises the positive control: without a change, all of it is established."""
    found = verify(canonical(good), TRUST, at=NOW, canonicaliser=child)
    assert found.standing is Standing.ESTABLISHED
    assert found.claim == claim()
    assert found.trusted_as == "School of Examples"


def test_no_field_can_be_changed(child: Remembering, good: dict[str, Any]) -> None:
    """Promises that no member or item, of the certificate or its proofs, can be changed, dropped, added or swapped."""
    before = said(verify(canonical(good), TRUST, at=NOW, canonicaliser=child))
    tried, accepted = 0, []
    for what, document in changed(good):
        found = verify(json.dumps(document).encode(), TRUST, at=NOW, canonicaliser=child)
        tried += 1
        if found.standing is Standing.ESTABLISHED:
            accepted.append(what)
            assert said(found) == before, what
    assert tried > 1500
    assert accepted == ["('proof',) := other 3", "('proof',): 0 <-> 1"], "the order of the two proofs, and nothing else"


def test_no_byte_can_be_changed(child: Remembering, good: dict[str, Any]) -> None:
    """Promises that a certificate with one bit changed in any of its bytes is not believed."""
    content = canonical(good)
    for position in range(len(content)):
        bad = content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :]
        found = verify(bad, TRUST, at=NOW, canonicaliser=child)
        assert found.standing is not Standing.ESTABLISHED, (position, content[position - 20 : position + 20])


def test_no_other_key_can_sign_for_the_issuer(child: Remembering, good: dict[str, Any]) -> None:
    """Promises that a changed certificate, signed anew by whoever changed it, is not believed."""
    better = open_badge.write(claim())
    better["credentialSubject"]["result"][1]["value"] = "10"
    own = did.did_key(OTHER_KEY.multikey)
    in_the_issuers_name = did.verification_method(DID, KEY.multikey)
    in_their_own = did.verification_method(own, OTHER_KEY.multikey)
    of_the_issuers_did = did.verification_method(DID, OTHER_KEY.multikey)
    for document in (better, open_badge.write(claim())):
        for method in (in_the_issuers_name, in_their_own, of_the_issuers_did):
            bad = sign(document, method, OTHER_KEY)
            assert verify(canonical(bad), TRUST, at=NOW, canonicaliser=child).standing is Standing.REFUSED
    for number in range(2):
        mixed = deepcopy(good)
        mixed["proof"][number] = sign(open_badge.write(claim()), in_the_issuers_name, OTHER_KEY)["proof"][number]
        assert verify(canonical(mixed), TRUST, at=NOW, canonicaliser=child).standing is Standing.REFUSED


def test_proofs_of_another_certificate_do_not_fit(child: Remembering, good: dict[str, Any]) -> None:
    """Promises that a proof by the right key over another certificate is no proof of this one."""
    other = signed(claim(course="Another course"))
    for number in range(2):
        mixed = deepcopy(good)
        mixed["proof"][number] = other["proof"][number]
        assert verify(canonical(mixed), TRUST, at=NOW, canonicaliser=child).standing is Standing.REFUSED


def test_a_proof_of_an_unknown_suite_decides_nothing(child: Remembering, good: dict[str, Any]) -> None:
    """Promises that a proof nobody here understands is said, and neither helps nor harms; alone it is refused."""
    unknown = {**good["proof"][0], "cryptosuite": "ecdsa-sd-2023"}
    more = {**good, "proof": [*good["proof"], unknown]}
    found = verify(canonical(more), TRUST, at=NOW, canonicaliser=child)
    assert found.standing is Standing.ESTABLISHED
    assert found.claim == claim()
    assert any("ecdsa-sd-2023" in one.sentence for one in found.findings if one.subject == "remark")
    for proofs in (unknown, [unknown], [unknown, good["proof"][0]], [unknown, good["proof"][1]]):
        found = verify(canonical({**good, "proof": proofs}), TRUST, at=NOW, canonicaliser=child)
        assert found.standing is Standing.REFUSED
