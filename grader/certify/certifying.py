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
from fractions import Fraction

from grader import catalog
from grader.canonical import digest_bytes
from grader.certify.bundle import Bundle, write_bundle
from grader.certify.claiming import claimed_skill, evidence_of, result_of, subject_of
from grader.certify.grounds import NotCertifiable, grounds
from grader.certify.office import Office, Recipient, did_document_of, own_trust
from grader.certify.status_lists import signed_list
from grader.certify.syntax import example_of
from grader.certify.verification import verify_file
from grader.credential import Claim, Standing, issue
from grader.credential.claim import StatusEntry, identified
from grader.credential.instants import instant, spelled
from grader.credential.status_list import MIN_BITS, REVOCATION, SUSPENSION
from grader.errors import EngineError, UsageError
from grader.ledger.content import Award, Kind
from grader.ledger.entry import entry_of, read_private
from grader.model import Attempt, Report, Submission
from grader.model.roadmap import Skill, SkillLevel, level_reached
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
    attempt, submission = office.store.handed_in(attempt_id)
    report = office.store.report(attempt_id)
    skill, level, known_example = _look(office, attempt, submission, report)
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
            skill=claimed_skill(skill, level),
            course=attempt.course or "outside a course",
            assignment=report.title,
            result=result_of(report),
            evidence=evidence_of(
                report, pack_is_public=_is_public(attempt.assignment), known_example=bool(known_example)
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
    report = office.store.report(drafted.attempt)
    content = Award(
        credential=digest_bytes(drafted.credential),
        subject=drafted.subject,
        submission=report.pins.submission,
        rubric=report.pins.rubric,
        evidence=report.report_digest,
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


def _look(office: Office, attempt: Attempt, submission: Submission, report: Report) -> tuple[Skill, SkillLevel, str]:
    """Return skill, level and which example it is, if any, unless anything speaks against it."""
    reasons = list(grounds(attempt, report))
    skill = catalog.roadmap(office.roots).skill_of(attempt.assignment)
    level = level_reached(skill, attempt.assignment, _share(report)) if skill else None
    if skill is None:
        reasons.append(f"no skill of the roadmap is earned by {attempt.assignment}: name it in a skills.toml")
    elif level is None:
        reasons.append(f"it earned {report.score.earned} points, fewer than the lowest level of {skill.id} asks for")
    examples = {one.name: one.files for one in catalog.examples(attempt.assignment, office.roots)}
    example = example_of(submission.files, examples)
    if example is None:
        reasons.append("its files cannot be parsed, so nobody can tell whether they are a known example")
    elif example and not office.keyring.issuer.is_demo:
        reasons.append(f"it is a known example: the same program as examples/{example} of its pack; hand in your own")
    if reasons or skill is None or level is None:
        raise NotCertifiable("\n".join(["this attempt cannot be certified:", *(f"- {one}" for one in reasons)]))
    return skill, level, example or ""


def _share(report: Report) -> Fraction:
    return report.score.earned / report.score.possible if report.score.possible else Fraction(0)


def _is_public(assignment: str) -> bool:
    """Whether the pack is one of those that ship with grader, hidden tests and answers included."""
    return assignment in catalog.slugs([resource("assignments")])
