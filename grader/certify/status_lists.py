"""The status lists of an issuer: what is revoked, and what is suspended, signed.

    signed_list      as of now; what goes into the bundle of a certificate that is issued now
    published_list   what everybody is told later: in the ledger first, then kept, then given out

Theory of operation. A list is read by people who cannot ask the store: the store decides which bits are set, and the
list repeats it. What is published is logged first, by its digest: so the log tells that there was a list, on which day
and after what, and an issuer who shows one list to some and another to others is found by whoever compares the list in
hand with the log. A list that was published is kept in the data folder and given out again, until a bit changes, half
of its time is over or the key is another: else each export would log two more that say the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from grader.canonical import digest_bytes
from grader.certify.office import Office
from grader.credential import Refused, did, seal
from grader.credential.instants import instant, spelled
from grader.credential.status_list import REVOCATION, SUSPENSION, Purpose, status_list, suspension_id
from grader.credential.strict_json import read_object
from grader.errors import EngineError
from grader.ledger.content import Kind, StatusList
from grader.ledger.entry import entry_of

LIST_HOURS = 24
"""For so long a status list holds; then a newer one has to be had."""
PURPOSES: tuple[Purpose, ...] = (REVOCATION, SUSPENSION)
FOLDER = "status-lists"
"""Of the data folder: the lists that were published last."""


def signed_list(office: Office, purpose: Purpose, *, at: datetime) -> bytes:
    """Return a status list as of now, signed; it holds for `LIST_HOURS`."""
    return seal(_document(office, purpose, at), office.keyring.key, created=spelled(at))


def published_list(office: Office, purpose: Purpose, *, at: datetime) -> bytes:
    """Return the status list that everybody is told: the one that was published last, or a newer one, logged.

    Raises:
        EngineError: it cannot be kept, or the ledger cannot be signed; nothing was given out.
    """
    path = kept_at(office.store.home, purpose)
    kept = _still_good(office, purpose, path, at)
    if kept is not None:
        return kept
    signed = signed_list(office, purpose, at=at)
    listed = StatusList(_list_id(office, purpose), digest_bytes(signed))
    office.ledger.append(entry_of(Kind.STATUSLIST, listed, spelled(at)), f"statuslist/{listed.digest}")
    office.ledger.publish([office.keyring.log])
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_name(f".new-{path.name}")
        beside.write_bytes(signed)
        beside.replace(path)
    except OSError as error:
        raise EngineError(f"cannot write {path}: {error.strerror}") from error
    return signed


def kept_at(home: Path, purpose: Purpose) -> Path:
    """Return where the list that was published last is kept."""
    return home / FOLDER / f"{purpose}.json"


def _document(office: Office, purpose: Purpose, at: datetime) -> dict[str, Any]:
    keyring, certificates = office.keyring, office.store.certificates
    set_in = certificates.revoked_in if purpose == REVOCATION else certificates.suspended_in
    return status_list(
        _list_id(office, purpose),
        issuer=keyring.issuer.did,
        purpose=purpose,
        positions=set_in(keyring.list_id),
        valid_from=spelled(at),
        valid_until=spelled(at + timedelta(hours=LIST_HOURS)),
    )


def _list_id(office: Office, purpose: Purpose) -> str:
    revocation = office.keyring.list_id
    return revocation if purpose == REVOCATION else suspension_id(revocation)


def _still_good(office: Office, purpose: Purpose, path: Path, at: datetime) -> bytes | None:
    """Return the list that was published last, if it is in the ledger and a new one would say nothing else."""
    if not path.is_file():
        return None
    content = path.read_bytes()
    if office.ledger.index_of(f"statuslist/{digest_bytes(content)}") is None:
        return None
    try:
        kept = read_object(content)
    except Refused:
        return None
    fresh, keyring = _document(office, purpose, at), office.keyring
    begins = instant(kept["validFrom"], "validFrom")
    is_young = begins <= at < begins + timedelta(hours=LIST_HOURS / 2)
    says_the_same = all(kept[name] == fresh[name] for name in ("id", "issuer", "credentialSubject"))
    method = did.verification_method(keyring.issuer.did, keyring.key.multikey)
    by_this_key = all(proof["verificationMethod"] == method for proof in kept["proof"])
    return content if is_young and says_the_same and by_this_key else None
