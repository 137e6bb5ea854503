"""Certifying: a step of its own, and the only one that holds keys.

    look       does anything speak against it? every reason is told
    draft      the credential is signed and kept, so that it is the same one however often this is begun
    log        its entry is put in the ledger, durable; the ledger is signed
    release    the bundle is put together, verified as a stranger would, kept, and only then given out

Theory of operation. Each step can be repeated: the attempt has one certificate, the ledger has one entry for it by its
key, the bundle that was released first stays. Who dies between two steps is followed by somebody who goes on. Nothing
leaves before the ledger has it on the disk and under a signed checkpoint; and nothing leaves that our own verifier
would not call established.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime

from grader import catalog
from grader.canonical import digest_bytes
from grader.certify.bundle import Bundle, write_bundle
from grader.certify.claiming import claimed_skill, evidence_of, result_of, subject_of
from grader.certify.looking import look
from grader.certify.office import Office, Recipient, did_document_of, own_trust
from grader.certify.status_lists import signed_list
from grader.certify.verification import verify_file
from grader.credential import Claim, Standing, issue, open_badge
from grader.credential.claim import StatusEntry, identified
from grader.credential.instants import instant, spelled
from grader.credential.sealed import take_apart
from grader.credential.status_list import MIN_BITS, REVOCATION, SUSPENSION
from grader.credential.strict_json import read_object
from grader.errors import EngineError, UsageError
from grader.ledger.content import Award, Kind
from grader.ledger.entry import entry_of, read_private
from grader.settings import resource
from grader.store.certificates import Certificate

_SALT_BYTES = 16
_DRAWS = 20


def certify(office: Office, attempt_id: str, recipient: Recipient, *, at: datetime) -> Certificate:
    """Certify an attempt; asked again, the same certificate is returned, whoever is named then.

    Raises:
        NotCertifiable: something speaks against it; the message names every reason.
        UsageError: there is no such attempt, no report of it, or its pack is not here.
        EngineError: our fault; nothing was released, and asking again goes on where this ended.
    """
    kept = office.store.certificates.of_attempt(attempt_id)
    if kept is not None and kept.bundle is not None:
        return kept
    drafted = kept or _draft(office, attempt_id, recipient, at)
    return _release(office, drafted, at)


# --- the steps --------------------------------------------------------------------------------------------------------


def _draft(office: Office, attempt_id: str, recipient: Recipient, at: datetime) -> Certificate:
    """Sign a credential and keep it, or return the one that somebody kept meanwhile."""
    looked = look(office.store, office.roots, attempt_id, demo=office.keyring.issuer.is_demo)
    attempt, report = looked.attempt, looked.report
    for _ in range(_DRAWS):
        status = StatusEntry(list_id=office.keyring.list_id, index=secrets.randbelow(MIN_BITS))
        claim = Claim(
            id=uuid.uuid4().urn,
            issuer=office.keyring.issuer,
            learner=identified(
                recipient.name or attempt.learner,
                recipient.email or attempt.learner,
                "emailAddress" if recipient.email else "userName",
                secrets.token_bytes(_SALT_BYTES),
            ),
            skill=claimed_skill(looked.skill, looked.level),
            course=attempt.course or "outside a course",
            assignment=report.title,
            result=result_of(report),
            evidence=evidence_of(
                report, pack_is_public=_is_public(attempt.assignment), known_example=bool(looked.example)
            ),
            awarded=spelled(instant(attempt.received_at, "when the attempt was received")),
            valid_from=spelled(at),
            status=status,
        )
        kept = office.store.certificates.draft(
            Certificate(
                id=claim.id,
                attempt=attempt_id,
                learner=attempt.learner,
                subject=subject_of(office.store.secret(), attempt.learner),
                list_id=status.list_id,
                list_index=status.index,
                issued_at=spelled(at),
                credential=issue(claim, office.keyring.key, created=spelled(at)),
            )
        )
        if kept is not None:
            return kept
    raise EngineError("the status list has no bit left: begin another")


def _release(office: Office, drafted: Certificate, at: datetime) -> Certificate:
    """Log a certificate, put its bundle together, look at it as a stranger would, and keep it."""
    keyring, ledger, key = office.keyring, office.ledger, f"award/{drafted.attempt}"
    evidence = open_badge.read(
        take_apart(read_object(drafted.credential)).document
    ).evidence  # a newer report says others
    content = Award(
        credential=digest_bytes(drafted.credential),
        subject=drafted.subject,
        submission=evidence.submission,
        rubric=evidence.rubric,
        evidence=evidence.report,
    )
    entry = ledger.append(entry_of(Kind.AWARD, content, spelled(at)), key)
    if entry.private is None or read_private(entry.private).content != content:
        raise EngineError(
            f"the ledger knows another certificate of attempt {drafted.attempt}: the store is older than the ledger; "
            f"restore its newest backup"
        )
    ledger.publish([keyring.log])
    index = ledger.index_of(key)
    if index is None:
        raise EngineError(f"the ledger has lost the entry of attempt {drafted.attempt}: audit it")
    bundle = write_bundle(
        Bundle(
            credential=drafted.credential,
            leaf=entry.leaf,
            private=entry.private,
            proof=ledger.proof(index).encode(),
            revocation=signed_list(office, REVOCATION, at=at),
            suspension=signed_list(office, SUSPENSION, at=at),
            did=did_document_of(keyring),
        )
    )
    statement = verify_file(bundle, own_trust(keyring), at=at, canonicaliser=office.canonicaliser)
    if statement.standing is not Standing.ESTABLISHED:
        said = "; ".join(one.sentence for one in statement.found if one.standing is not Standing.ESTABLISHED)
        raise EngineError(f"the certificate of attempt {drafted.attempt} would not be believed ({said}): not released")
    released = office.store.certificates.release(drafted.id, bundle)
    if released.bundle is None:
        ledger.erase(drafted.subject)
        raise UsageError(f"the learner of attempt {drafted.attempt} was erased meanwhile: nothing was released")
    return released


def _is_public(assignment: str) -> bool:
    """Whether the pack is one of those that ship with grader, hidden tests and answers included."""
    return assignment in catalog.slugs([resource("assignments")])
