"""One key takes over from another: the ledger says so first, then the new key is the one that signs.

    issuer   signs certificates and status lists; only an issuer with a name of its own (did:web) can change it
    log      signs the ledger's checkpoints

Theory of operation. The change is an entry of the ledger, signed by both keys: its place tells what was signed before
and what after. The new key waits in a file beside the old one (`.new`) until the ledger has the entry under a signed
checkpoint; then it takes the old one's place, whose secret half is gone: what is retired signs nothing new. Who dies in
between asks again, and the same new key goes on. The public halves of retired keys are in the ledger, and from there
in trust files and on the exported site, each with the entries for which its word counts (`retired_issuing_keys`,
`retired_log_keys`): a certificate from before stays good, one from after is refused, whatever date it gives itself.

A key that fell into wrong hands is retired with the entry from which on its word counts for nothing. Whoever has it can
write any date, so only what the ledger had before is believed; and it is no longer in the DID document, for whoever
reads only that.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from grader.certify.keyring import ISSUER, LOG, Keyring
from grader.certify.office import Office
from grader.credential import did, key_file
from grader.credential.multikey import SigningKey, multikey_of
from grader.credential.trust import Retired
from grader.errors import UsageError
from grader.ledger import Ledger, keyfile
from grader.ledger.content import KeyChange, Kind
from grader.ledger.entry import entry_of, read_leaf
from grader.ledger.key import Signer
from grader.ledger.succession import LOG as CHECKPOINTS
from grader.ledger.succession import key_change

CREDENTIALS = "credential"
"""The purpose of issuing keys in the ledger."""
NEW = ".new"
"""How the name of a file ends that holds the key that is to take over."""


def rotate_issuer(office: Office, *, at: str, stolen_from: int | None = None) -> str:
    """Have a new issuing key take over; returns its public half.

    Args:
        office: with the key that is to be retired, or was when the one who did so died.
        at: the time, RFC 3339.
        stolen_from: the first entry of the ledger for which the old key's word counts for nothing; None if nobody
            else has it.

    Raises:
        UsageError: the issuer is its key, or a certificate is half issued.
        BadEntry: there is no such entry.
    """
    keyring, ledger = office.keyring, office.ledger
    if keyring.issuer.did.startswith(did.KEY_METHOD):
        raise UsageError(
            "the issuer is its key (did:key), and another key would be another issuer: only with GRADER_PUBLIC_URL "
            "set from the beginning can it change"
        )
    for attempt in office.store.certificates.unreleased():
        raise UsageError(f"the certificate of attempt {attempt} is half issued: `grader certify {attempt}` ends that")
    path = keyring.folder / ISSUER
    waiting = _beside(path)
    new = key_file.load_key(waiting) if waiting.exists() else key_file.make_key(waiting)
    if _newest(ledger) != new.multikey:
        if _newest(ledger) is None:
            _log(office, key_change(CREDENTIALS, _signer(keyring.key)), keyring.key.multikey, at, [keyring.log])
        change = key_change(CREDENTIALS, _signer(new), _signer(keyring.key), stolen_from)
        _log(office, change, new.multikey, at, [keyring.log])
    waiting.replace(path)
    return new.multikey


def rotate_log(office: Office, *, at: str, stolen_from: int | None = None) -> str:
    """Have a new key of the ledger take over; returns its vkey. The checkpoint of the change is signed by both.

    Args: as for `rotate_issuer`.

    Raises:
        BadEntry: there is no such entry.
    """
    old = office.keyring.log
    path = office.keyring.folder / LOG
    waiting = _beside(path)
    new = keyfile.read_key(waiting) if waiting.exists() else keyfile.make_key(waiting, old.verifier.name)
    signers = [new] if stolen_from is not None else [new, old]
    _log(office, key_change(CHECKPOINTS, new, old, stolen_from), new.verifier.vkey, at, signers)
    waiting.replace(path)
    return new.verifier.vkey


def check_in_office(keyring: Keyring, ledger: Ledger) -> None:
    """Check that the issuing key was not retired.

    Raises:
        UsageError: the ledger says that another took over.
    """
    newest = _newest(ledger)
    if newest not in {None, keyring.key.multikey}:
        raise UsageError(
            f"the issuing key here, {keyring.key.multikey}, was retired; {newest} took over, and nothing is signed "
            f"with the old one. If a rotation broke off here, `grader keys rotate issuer` ends it"
        )


def retired_issuing_keys(ledger: Ledger) -> tuple[Retired, ...]:
    """Return the issuing keys that were given up, as the ledger tells it."""
    succession = ledger.keys()
    return tuple(
        Retired(
            key=multikey_of(old.key),
            until=read_leaf(ledger.entry(index).leaf).day,
            log=succession.origin,
            entries=succession.revoked.get(old.key, index),
            stolen=old.key in succession.revoked,
        )
        for (_, old), (index, _) in pairwise(succession.keys.get(CREDENTIALS, []))
    )


def retired_log_keys(ledger: Ledger) -> dict[str, int]:
    """Return the keys of the ledger that were given up, with the entries that a checkpoint of theirs has at most."""
    succession = ledger.keys()
    return {
        old.vkey: succession.revoked.get(old.key, index + 1)
        for (_, old), (index, _) in pairwise(succession.keys.get(CHECKPOINTS, []))
    }


def listed_keys(keyring: Keyring, ledger: Ledger) -> list[str]:
    """Return the issuing keys that the DID document lists: this one, and those retired that nobody else has."""
    return [keyring.key.multikey, *(one.key for one in retired_issuing_keys(ledger) if not one.stolen)]


def trust_file(keyring: Keyring, ledger: Ledger) -> str:
    """Return the trust file of whoever trusts this issuer and its ledger (TOML), retired keys with what counts."""
    return "\n".join(_trust_lines(keyring, ledger)) + "\n"


def _trust_lines(keyring: Keyring, ledger: Ledger) -> Iterator[str]:
    issuer = keyring.issuer
    name = issuer.name.replace("\\", "\\\\").replace('"', '\\"')
    yield from ("[[issuer]]", f'did = "{issuer.did}"', f'name = "{name}"')
    if not issuer.did.startswith(did.KEY_METHOD):
        yield f'keys = ["{keyring.key.multikey}"]'
    for one in retired_issuing_keys(ledger):
        yield from ("", "[[issuer.retired]]", f'key = "{one.key}"', f'until = "{one.until}"', f'log = "{one.log}"')
        yield from (f"entries = {one.entries}", *(["stolen = true"] if one.stolen else []))
    yield from ("", "[[log]]", f'vkey = "{keyring.log.verifier.vkey}"')
    for vkey, entries in retired_log_keys(ledger).items():
        yield from ("", "[[log]]", f'vkey = "{vkey}"', f"entries = {entries}")


def _newest(ledger: Ledger) -> str | None:
    """Return the issuing key that holds, by the ledger; None where it never changed."""
    held = ledger.keys().keys.get(CREDENTIALS)
    return multikey_of(held[-1][1].key) if held else None


def _log(office: Office, change: KeyChange, key: str, at: str, signers: list[Signer]) -> None:
    """Put a change of keys into the ledger, once, under a signed checkpoint."""
    office.ledger.append(entry_of(Kind.KEY, change, at), f"key/{change.purpose}/{key}")
    office.ledger.publish(signers)


def _signer(key: SigningKey) -> Signer:
    return Signer("issuer", key.seed)


def _beside(path: Path) -> Path:
    return path.with_name(path.name + NEW)
