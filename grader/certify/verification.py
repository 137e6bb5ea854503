"""What a certificate file establishes, for one reader, at one instant: one record, which every page and command shows.

    credential   signed by an issuer whom the reader trusts, not changed since, valid, not revoked as far as is known
    entry        the ledger's leaf commits to the private part beside it, which names this very credential
    log          the leaf is in the log whose checkpoint a key signed that the reader trusts

Theory of operation. The file is a stranger's. Each step looks only at what the one before has bounded, and each thing
that was looked at is a `Found` with a sentence; the whole has a standing that follows from them. Keys come from the
reader's trust file and from nowhere else: what lies in the bundle may show that it fits together, never by whom it is.
What is shown of a certificate are the lines of the `Claim` that was read, so nothing is shown that was not signed.

A credential alone, or in a picture, has no entry with it. Then whether a ledger holds it is told as not established,
and decides nothing: whoever needs that asks for the bundle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from grader.catalog.wording import shown
from grader.certify.bundle import Bundle, is_bundle, read_bundle
from grader.certify.content import Line, lines_of
from grader.credential import NOBODY, NOT_ESTABLISHED, Canonicaliser, Claim, Refused, Standing, Trust
from grader.credential import verify as verify_credential
from grader.credential.badge_image import is_png
from grader.credential.strict_json import read_object
from grader.errors import UsageError
from grader.ledger.checkpoint import Checkpoint, checked_checkpoint, read_checkpoint
from grader.ledger.content import Award, Regrade
from grader.ledger.entry import BadEntry, Entry, Private, opened_entry
from grader.ledger.key import Verifier, verifier_of
from grader.ledger.note import parsed
from grader.ledger.proof import LogProof, read_proof
from grader.ledger.spelling import BadNote
from grader.merkle import BadProof, check_inclusion, leaf_hash

Kind = Literal["bundle", "credential", "badge"]
UNLOGGED = "that a ledger holds this certificate: no entry and no proof came with it, as they do in a bundle"
LONGEST = 400
_REMARK = "remark"
_STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that was looked at.

    Attributes:
        subject: what; a `remark` says something beside and decides nothing.
        standing: how it ended.
        sentence: for a person; nothing in it acts on a terminal.
    """

    subject: str
    standing: Standing
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """Where a ledger holds it; shown by the proof, and only if a trusted key signed is it established.

    Attributes:
        origin: which ledger.
        index: number of the entry.
        size: how many entries the checkpoint covers.
        day: of the entry, as anybody can read it.
        at: of the entry, to the second, by its private part.
    """

    origin: str
    index: int
    size: int
    day: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """All that was found about one file. No truth value: read its standing and what was found.

    Attributes:
        kind: what the file is.
        digest: `sha256:…` of the credential's exact bytes; empty where there is none to be read.
        at: the instant for which it was verified.
        found: in order.
        claim: what the certificate says, where that can be shown; else None.
        trusted_as: what the reader's trust file calls the issuer; empty if it does not name them.
        logged: where a ledger holds it, as the proof says; None without one.
        not_established: what nobody can tell from this file.
    """

    kind: Kind
    digest: str
    at: datetime
    found: tuple[Found, ...]
    claim: Claim | None = None
    trusted_as: str = ""
    logged: Logged | None = None
    not_established: tuple[str, ...] = NOT_ESTABLISHED

    @property
    def standing(self) -> Standing:
        """The whole: refused if anything is; established if everything is but the status; else unknown."""
        decisive = [one for one in self.found if one.subject != _REMARK]
        if any(one.standing is Standing.REFUSED for one in decisive):
            return Standing.REFUSED
        if decisive and all(one.standing is Standing.ESTABLISHED for one in decisive if one.subject != _STATUS):
            return Standing.ESTABLISHED
        return Standing.UNKNOWN

    @property
    def intact(self) -> bool:
        """Whether its signatures could be checked and hold, by whomever: else its lines are words and no more."""
        return any(one.subject == "proofs" and one.standing is Standing.ESTABLISHED for one in self.found)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line that was signed, for a person; nothing where it cannot be shown."""
        return lines_of(self.claim) if self.claim else ()

    def __bool__(self) -> bool:
        raise TypeError("a statement is no yes or no: read its standing and what was found")


def verify_file(
    content: bytes,
    trust: Trust = NOBODY,
    *,
    at: datetime,
    status_lists: Sequence[bytes] = (),
    canonicaliser: Canonicaliser | None = None,
) -> Statement:
    """Return what a bundle, a credential or a badge (PNG) establishes; no exception for whatever the bytes hold.

    Args:
        content: the file.
        trust: whom the reader trusts: issuers and ledgers.
        at: the instant to verify for, with a time zone.
        status_lists: newer ones than those in the bundle, from wherever.
        canonicaliser: of the caller, to verify many.

    Raises:
        UsageError: a table `log` of the trust file is none.
    """
    known = log_keys(trust)
    if not is_bundle(content):
        kind: Kind = "badge" if is_png(content) else "credential"
        return _of_credential(kind, content, trust, at=at, status_lists=status_lists, canonicaliser=canonicaliser)
    try:
        bundle = read_bundle(content)
    except Refused as refusal:
        return Statement(kind="bundle", digest="", at=at, found=(_refused("bundle", refusal),))
    alone = _of_credential(
        "bundle",
        bundle.credential,
        trust,
        at=at,
        status_lists=(*status_lists, *bundle.status_lists),
        offered=_document(bundle.did),
        canonicaliser=canonicaliser,
    )
    whole = _found(
        "bundle", Standing.ESTABLISHED, "holds a certificate, its ledger entry and a proof, and nothing else"
    )
    entry, private = _entry(bundle, alone)
    log, logged = _log(bundle, known, private)
    return Statement(
        kind="bundle",
        digest=alone.digest,
        at=at,
        found=(whole, *alone.found, entry, log),
        claim=alone.claim if entry.standing is Standing.ESTABLISHED and log.standing is not Standing.REFUSED else None,
        trusted_as=alone.trusted_as,
        logged=logged,
    )


def log_keys(trust: Trust) -> tuple[Verifier, ...]:
    """Return the keys of the ledgers that a trust file names, one table `[[log]]` with a `vkey` each.

    Raises:
        UsageError: a table holds something else.
    """
    found = []
    for number, table in enumerate(trust.logs, 1):
        vkey = table.get("vkey")
        if set(table) != {"vkey"} or not isinstance(vkey, str):
            raise UsageError(f"the trust file: log {number}: expected one key, vkey, with a text as it is published")
        try:
            found.append(verifier_of(vkey))
        except BadNote as fault:
            raise UsageError(f"the trust file: log {number}: {fault}") from fault
    return tuple(found)


def as_plain(statement: Statement) -> dict[str, Any]:
    """Return a statement as plain data, for machines."""
    logged = statement.logged
    return {
        "standing": statement.standing.value,
        "kind": statement.kind,
        "digest": statement.digest,
        "as_of": statement.at.isoformat(),
        "trusted_as": statement.trusted_as,
        "intact": statement.intact,
        "found": [
            {"subject": one.subject, "standing": one.standing.value, "sentence": one.sentence}
            for one in statement.found
        ],
        "signed": [{"label": one.label, "value": one.value} for one in statement.lines],
        "logged": {name: getattr(logged, name) for name in Logged.__dataclass_fields__} if logged else None,
        "not_established": list(statement.not_established),
    }


# --- the parts --------------------------------------------------------------------------------------------------------


def _of_credential(
    kind: Kind,
    content: bytes,
    trust: Trust,
    *,
    at: datetime,
    status_lists: Sequence[bytes],
    canonicaliser: Canonicaliser | None,
    offered: Sequence[dict[str, Any]] = (),
) -> Statement:
    done = verify_credential(
        content, trust, at=at, status_lists=status_lists, offered=offered, canonicaliser=canonicaliser
    )
    found = tuple(_found(one.subject, one.standing, one.sentence) for one in done.findings)
    return Statement(
        kind=kind,
        digest=done.digest,
        at=at,
        found=found,
        claim=done.claim,
        trusted_as=done.trusted_as,
        not_established=NOT_ESTABLISHED if kind == "bundle" else (UNLOGGED, *NOT_ESTABLISHED),
    )


def _document(content: bytes | None) -> tuple[dict[str, Any], ...]:
    """Return the DID document that came along, if it is one; nothing depends on it."""
    if content is None:
        return ()
    try:
        return (read_object(content),)
    except Refused:
        return ()


def _entry(bundle: Bundle, alone: Statement) -> tuple[Found, Private | None]:
    """Return whether the entry is of this very credential, and its private part where it can be read."""
    try:
        _, private = opened_entry(Entry(bundle.leaf, bundle.private))
    except BadEntry as fault:
        return _refused("entry", fault), None
    if private is None:
        return _found("entry", Standing.REFUSED, "has no private part"), None
    mismatch = next(_mismatches(private, alone), "")
    if mismatch:
        return _found("entry", Standing.REFUSED, mismatch), private
    return _found(
        "entry", Standing.ESTABLISHED, f"is of this very certificate, and was written at {private.at}"
    ), private


def _mismatches(private: Private, alone: Statement) -> Iterator[str]:
    """Yield what the private part says otherwise than the credential."""
    content, claim = private.content, alone.claim
    if not isinstance(content, Award | Regrade):
        yield f"records no award: it is of kind {private.kind}"
        return
    if content.credential != alone.digest:
        yield f"names another credential, {content.credential}; this one has the digest {alone.digest}"
    if claim:
        evidence = claim.evidence
        pairs = {
            "submission": (content.submission, evidence.submission),
            "rubric": (content.rubric, evidence.rubric),
            "evidence": (content.evidence, evidence.report),
        }
        for name, (logged, signed) in pairs.items():
            if logged != signed:
                yield f"names another {name} than the credential"


def _log(bundle: Bundle, known: Sequence[Verifier], private: Private | None) -> tuple[Found, Logged | None]:
    """Return whether the leaf is in a log that the reader trusts, and where."""
    try:
        proof = read_proof(bundle.proof)
        by_one_known = _is_by_one_of(proof.note, known)
        checkpoint = checked_checkpoint(proof.note, known) if by_one_known else read_checkpoint(proof.note)
        check_inclusion(leaf_hash(bundle.leaf), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    except (BadNote, BadProof) as fault:
        return _refused("log", fault), None
    logged = _where(proof, checkpoint, private)
    place = f"entry {proof.index} of {checkpoint.size} in the ledger {shown(checkpoint.origin)}"
    if by_one_known:
        return _found("log", Standing.ESTABLISHED, f"holds it: {place}, which you trust"), logged
    sentence = f"is {place}, as the proof says; your trust file names no key that signed for that ledger"
    return _found("log", Standing.UNKNOWN, sentence), logged


def _is_by_one_of(note: bytes, known: Sequence[Verifier]) -> bool:
    """Whether a signature under a note claims to be of a known key; then it has to hold."""
    return any(line.is_of(key) for line in parsed(note).signatures for key in known)


def _where(proof: LogProof, checkpoint: Checkpoint, private: Private | None) -> Logged | None:
    at = private.at if private else ""
    return Logged(origin=checkpoint.origin, index=proof.index, size=checkpoint.size, day=at[:10], at=at)


def _refused(subject: str, fault: Exception) -> Found:
    return _found(subject, Standing.REFUSED, str(fault))


def _found(subject: str, standing: Standing, sentence: str) -> Found:
    """Return what was found, in a sentence that does nothing to a terminal."""
    printable = "".join(one if one.isprintable() else "\ufffd" for one in sentence)
    return Found(subject=subject, standing=standing, sentence=printable[:LONGEST])
