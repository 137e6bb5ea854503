"""Issuing: the bytes that are given out, by the right key, the same every time."""

from __future__ import annotations

import json

import pytest
from credential_samples import DID, ENDS, ISSUED, KEY, LIST, NOW, OTHER_KEY, WEB, claim, signed

from grader.credential import Standing, Trust, issue, seal, verify
from grader.credential.claim import Issuer
from grader.credential.status_list import REVOCATION, status_list
from grader.credential.strict_json import canonical
from grader.credential.trust import trusted
from grader.errors import UsageError

TRUST = Trust(issuers={DID: trusted(DID), WEB: trusted(WEB, (KEY.multikey,))})


def test_a_certificate_is_issued_with_its_status_list() -> None:
    """Promises that what is issued verifies, with the list that is sealed in the same way."""
    dates = {"valid_from": "2026-11-28T00:00:00Z", "valid_until": ENDS}
    document = status_list(LIST, issuer=DID, purpose=REVOCATION, positions=[1], **dates)
    found = verify(
        issue(claim(), KEY, created=ISSUED), TRUST, at=NOW, status_lists=[seal(document, KEY, created=ISSUED)]
    )
    assert (found.standing, found.status) == (Standing.ESTABLISHED, Standing.ESTABLISHED)
    assert found.claim == claim()


def test_the_same_claim_is_the_same_file() -> None:
    """Promises that issuing again, after a crash say, gives the same bytes, which are canonical JSON."""
    content = issue(claim(), KEY, created=ISSUED)
    assert content == issue(claim(), KEY, created=ISSUED)
    assert content == canonical(json.loads(content)) == canonical(signed())


def test_a_key_signs_for_its_own_issuer_only() -> None:
    """Promises that a mistaken key is found before a certificate that nobody can verify is given out."""
    with pytest.raises(UsageError, match="is another key"):
        issue(claim(), OTHER_KEY, created=ISSUED)
    web = issue(claim(issuer=Issuer(did=WEB, name="School of Examples")), KEY, created=ISSUED)
    assert verify(web, TRUST, at=NOW).standing is Standing.ESTABLISHED
