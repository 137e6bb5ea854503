"""Taking a certificate back, for good or for a while: in the ledger first, then in the status list that says so.

    revoke       for good; nothing brings it back
    suspend      for a while, as long as something is looked into
    reinstate    the end of that

Theory of operation. The ledger says in which order things happened, and that a list was published; the list is what a
verifier looks at. Each step can be asked for again: the ledger has one entry for it by its key, the store follows, and
the list repeats the store. Who dies between two of them is followed by somebody who asks again, and goes on.

A certificate that is out in the world goes on verifying until its reader has a newer list, which is why the statement
of `verify` says as of when it was neither revoked nor suspended.
"""

from __future__ import annotations

from datetime import datetime

from grader.canonical import digest_bytes
from grader.certify.office import Office
from grader.certify.status_lists import published_list
from grader.credential.instants import spelled
from grader.credential.status_list import REVOCATION, SUSPENSION
from grader.errors import EngineError, UsageError
from grader.ledger.content import Kind, StatusChange
from grader.ledger.entry import entry_of
from grader.store.certificates import Certificate


def revoke(office: Office, certificate_id: str, reason: str, *, at: datetime) -> bytes:
    """Revoke a certificate for good, and log it; returns the new revocation list, which is logged too.

    Raises:
        UsageError: there is none of this id, or it was never released.
        BadEntry: the reason is no line of plain ASCII.
    """
    kept = _released(office, certificate_id)
    _log(office, kept, Kind.REVOKE, f"revoke/{kept.id}", reason, at)
    office.store.certificates.revoke(kept.id, at=spelled(at), reason=reason)
    return published_list(office, REVOCATION, at=at)


def suspend(office: Office, certificate_id: str, reason: str, *, at: datetime) -> bytes:
    """Suspend a certificate until it is reinstated, and log it; returns the new suspension list, logged too.

    One that is suspended already stays so: nothing is logged again.

    Raises:
        UsageError: there is none of this id, it was never released, or it is revoked.
        BadEntry: the reason is no line of plain ASCII.
    """
    kept = _released(office, certificate_id)
    if kept.revoked_at:
        raise UsageError(f"{kept.id} was revoked at {kept.revoked_at}, for good: there is nothing to suspend")
    if not kept.is_suspended:
        _turn(office, kept, Kind.SUSPEND, reason, at)
    return published_list(office, SUSPENSION, at=at)


def reinstate(office: Office, certificate_id: str, reason: str, *, at: datetime) -> bytes:
    """End the suspension of a certificate, and log it; returns the new suspension list, logged too.

    One whose suspension has ended already stays so: nothing is logged again.

    Raises:
        UsageError: there is none of this id, it was never released or never suspended, or it is revoked.
        BadEntry: the reason is no line of plain ASCII.
    """
    kept = _released(office, certificate_id)
    if kept.revoked_at:
        raise UsageError(f"{kept.id} was revoked at {kept.revoked_at}, for good: certify a new attempt instead")
    if not kept.turns:
        raise UsageError(f"{kept.id} was never suspended: there is nothing to end")
    if kept.is_suspended:
        _turn(office, kept, Kind.REINSTATE, reason, at)
    return published_list(office, SUSPENSION, at=at)


def _turn(office: Office, kept: Certificate, kind: Kind, reason: str, at: datetime) -> None:
    """Log a suspension or its end, and say so in the store; the number of turns tells one suspension from the next."""
    _log(office, kept, kind, f"{kind}/{kept.id}/{kept.turns}", reason, at)
    office.store.certificates.turn(kept.id, kept.turns + 1)


def _log(office: Office, kept: Certificate, kind: Kind, key: str, reason: str, at: datetime) -> None:
    index = office.ledger.index_of(f"award/{kept.attempt}")
    if index is None:
        raise EngineError(f"the ledger does not know the award of {kept.id}: audit it")
    named = office.ledger.entry(index).named(index)
    change = StatusChange(named, digest_bytes(kept.credential), kept.subject, reason)
    office.ledger.append(entry_of(kind, change, spelled(at)), key)
    office.ledger.publish([office.keyring.log])  # of its own: what is published at once has no order


def _released(office: Office, certificate_id: str) -> Certificate:
    kept = office.store.certificates.named(certificate_id) or office.store.certificates.of_attempt(certificate_id)
    if kept is None or kept.bundle is None:
        raise UsageError(f"there is no certificate {certificate_id!a} here")
    return kept
