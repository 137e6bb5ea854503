"""What a certificate file establishes, for one reader, at one instant: the checking; what it ends in is a `Statement`.

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

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from grader.catalog.wording import shown
from grader.certify.bundle import Bundle, is_bundle, read_bundle
from grader.certify.statement import Found, Kind, Logged, Statement, found, refused
from grader.credential import NOBODY, NOT_ESTABLISHED, Canonicaliser, Refused, Standing, Trust
from grader.credential import verify as verify_credential
from grader.credential.badge_image import is_png
from grader.credential.strict_json import read_object
from grader.credential.trust import Retired
from grader.errors import UsageError
from grader.ledger.checkpoint import Checkpoint, checked_checkpoint, read_checkpoint
from grader.ledger.content import Award, Regrade
from grader.ledger.entry import BadEntry, Entry, Private, opened_entry
from grader.ledger.key import Verifier, verifier_of
from grader.ledger.note import parsed
from grader.ledger.proof import LogProof, read_proof
from grader.ledger.spelling import BadNote
from grader.merkle import BadProof, check_inclusion, leaf_hash

UNLOGGED = "that a ledger holds this certificate: no entry and no proof came with it, as they do in a bundle"


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
    known = dict(zip(log_keys(trust), _limits(trust), strict=True))
    if not is_bundle(content):
        kind: Kind = "badge" if is_png(content) else "credential"
        return _of_credential(kind, content, trust, at=at, status_lists=status_lists, canonicaliser=canonicaliser)[0]
    try:
        bundle = read_bundle(content)
    except Refused as refusal:
        return Statement(kind="bundle", digest="", at=at, found=(refused("bundle", refusal),))
    alone, retired = _of_credential(
        "bundle",
        bundle.credential,
        trust,
        at=at,
        status_lists=(*status_lists, *bundle.status_lists),
        offered=_document(bundle.did),
        canonicaliser=canonicaliser,
    )
    whole = found("bundle", Standing.ESTABLISHED, "holds a certificate, its ledger entry and a proof, and nothing else")
    entry, private = _entry(bundle, alone)
    log, logged = _log(bundle, known, private)
    before = tuple(_placed(one, retired, log, logged) for one in alone.found)
    return Statement(
        kind="bundle",
        digest=alone.digest,
        at=at,
        found=(whole, *before, entry, log),
        claim=alone.claim if entry.standing is Standing.ESTABLISHED and log.standing is not Standing.REFUSED else None,
        trusted_as=alone.trusted_as,
        logged=logged,
    )


def log_keys(trust: Trust) -> tuple[Verifier, ...]:
    """Return the keys of the ledgers that a trust file names, one table `[[log]]` with a `vkey` each.

    A key that was given up has `entries` beside it: of so many at most its checkpoints speak.

    Raises:
        UsageError: a table holds something else.
    """
    keys = []
    for number, table in enumerate(trust.logs, 1):
        vkey = table.get("vkey")
        if set(table) - {"entries"} != {"vkey"} or not isinstance(vkey, str):
            raise UsageError(f"the trust file: log {number}: expected one key, vkey, with a text as it is published")
        if type(table.get("entries", 0)) is not int:
            raise UsageError(f"the trust file: log {number}: entries: expected how many a retired key has signed")
        try:
            keys.append(verifier_of(vkey))
        except BadNote as fault:
            raise UsageError(f"the trust file: log {number}: {fault}") from fault
    return tuple(keys)


def _limits(trust: Trust) -> tuple[int | None, ...]:
    """Return of how many entries the checkpoints of each key speak at most; None for one that holds."""
    return tuple(table.get("entries") for table in trust.logs)


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
) -> tuple[Statement, Retired | None]:
    done = verify_credential(
        content, trust, at=at, status_lists=status_lists, offered=offered, canonicaliser=canonicaliser
    )
    findings = tuple(found(one.subject, one.standing, one.sentence) for one in done.findings)
    statement = Statement(
        kind=kind,
        digest=done.digest,
        at=at,
        found=findings,
        claim=done.claim,
        trusted_as=done.trusted_as,
        not_established=NOT_ESTABLISHED if kind == "bundle" else (UNLOGGED, *NOT_ESTABLISHED),
    )
    return statement, done.retired


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
        return refused("entry", fault), None
    if private is None:
        return found("entry", Standing.REFUSED, "has no private part"), None
    mismatch = next(_mismatches(private, alone), "")
    if mismatch:
        return found("entry", Standing.REFUSED, mismatch), private
    return found(
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


def _log(bundle: Bundle, known: Mapping[Verifier, int | None], private: Private | None) -> tuple[Found, Logged | None]:
    """Return whether the leaf is in a log that the reader trusts, and where."""
    try:
        proof = read_proof(bundle.proof)
        speaking = _speaking(proof.note, known)
        by_one_known = _is_by_one_of(proof.note, speaking)
        checkpoint = checked_checkpoint(proof.note, speaking) if by_one_known else read_checkpoint(proof.note)
        check_inclusion(leaf_hash(bundle.leaf), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    except (BadNote, BadProof) as fault:
        return refused("log", fault), None
    logged = _where(proof, checkpoint, private)
    place = f"entry {proof.index} of {checkpoint.size} in the ledger {shown(checkpoint.origin)}"
    if by_one_known:
        return found("log", Standing.ESTABLISHED, f"holds it: {place}, which you trust"), logged
    sentence = f"is {place}, as the proof says; your trust file names no key that signed for that ledger"
    return found("log", Standing.UNKNOWN, sentence), logged


def _speaking(note: bytes, known: Mapping[Verifier, int | None]) -> list[Verifier]:
    """Return the keys whose word counts for a checkpoint of this size.

    Raises:
        BadNote: it is no checkpoint, or is signed by keys alone that were given up before.
    """
    size = read_checkpoint(note).size
    speaking = [key for key, most in known.items() if most is None or size <= most]
    if not _is_by_one_of(note, speaking) and _is_by_one_of(note, list(known)):
        raise BadNote(f"a checkpoint of {size} entries is signed by a key of the ledger that was given up before")
    return speaking


def _placed(one: Found, retired: Retired | None, log: Found, logged: Logged | None) -> Found:
    """Return what is found of a key that was given up, from the place in the ledger where that is established."""
    is_known = log.standing is Standing.ESTABLISHED and logged is not None
    if one.subject != "key" or one.standing is Standing.REFUSED or retired is None or logged is None or not is_known:
        return one
    if logged.origin != retired.log:
        return one
    key = f"was signed with a key that its issuer gave up on {retired.until}"
    if logged.index < retired.entries:
        return found("key", Standing.ESTABLISHED, f"{key}; the ledger has it from before that, as entry {logged.index}")
    return found("key", Standing.REFUSED, f"{key}, and is in the ledger from after that, as entry {logged.index}")


def _is_by_one_of(note: bytes, known: Sequence[Verifier]) -> bool:
    """Whether a signature under a note claims to be of a known key; then it has to hold."""
    return any(line.is_of(key) for line in parsed(note).signatures for key in known)


def _where(proof: LogProof, checkpoint: Checkpoint, private: Private | None) -> Logged | None:
    at = private.at if private else ""
    return Logged(origin=checkpoint.origin, index=proof.index, size=checkpoint.size, day=at[:10], at=at)
