"""Revoking: for good, in the ledger first, then in the status list that every certificate names.

The ledger says in which order things happened, and that a list was published; the list is what a verifier looks at. A
certificate that is out in the world goes on verifying until its reader has a newer list, which is why the statement of
`verify` says as of when it was not revoked.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from grader.canonical import digest_bytes
from grader.certify.office import Office
from grader.credential import seal
from grader.credential.instants import spelled
from grader.credential.status_list import REVOCATION, status_list
from grader.errors import EngineError, UsageError
from grader.ledger.content import Kind, StatusChange, StatusList
from grader.ledger.entry import entry_of
from grader.store.certificates import Certificate

LIST_HOURS = 24
"""For so long a status list holds; then a newer one has to be had."""


def revoke(office: Office, certificate_id: str, reason: str, *, at: datetime) -> bytes:
    """Revoke a certificate for good, and log it; returns the new status list, which is logged too.

    Raises:
        UsageError: there is none of this id, it was never released, or the reason is no line of plain ASCII.
    """
    kept = _released(office, certificate_id)
    index = office.ledger.index_of(f"award/{kept.attempt}")
    if index is None:
        raise EngineError(f"the ledger does not know the award of {certificate_id}: audit it")
    named = office.ledger.entry(index).named(index)
    change = StatusChange(named, digest_bytes(kept.credential), kept.subject, reason)
    office.ledger.append(entry_of(Kind.REVOKE, change, spelled(at)), f"revoke/{kept.id}")
    office.ledger.publish([office.keyring.log])  # of its own: what is published at once has no order
    office.store.certificates.revoke(kept.id, at=spelled(at), reason=reason)
    signed = current_list(office, at=at)
    listed = StatusList(kept.list_id, digest_bytes(signed))
    office.ledger.append(entry_of(Kind.STATUSLIST, listed, spelled(at)), f"statuslist/{digest_bytes(signed)}")
    office.ledger.publish([office.keyring.log])
    return signed


def current_list(office: Office, *, at: datetime) -> bytes:
    """Return the status list as of now, signed; it holds for `LIST_HOURS`."""
    keyring = office.keyring
    document = status_list(
        keyring.list_id,
        issuer=keyring.issuer.did,
        purpose=REVOCATION,
        positions=office.store.certificates.revoked_in(keyring.list_id),
        valid_from=spelled(at),
        valid_until=spelled(at + timedelta(hours=LIST_HOURS)),
    )
    return seal(document, keyring.key, created=spelled(at))


def _released(office: Office, certificate_id: str) -> Certificate:
    kept = office.store.certificates.named(certificate_id) or office.store.certificates.of_attempt(certificate_id)
    if kept is None or kept.bundle is None:
        raise UsageError(f"there is no certificate {certificate_id!a} here")
    return kept
