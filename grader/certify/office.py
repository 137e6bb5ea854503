"""What certifying works with, and what follows from it for whoever relies on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.certify.keyring import Keyring
from grader.credential import Canonicaliser, Trust, did
from grader.credential.strict_json import canonical
from grader.credential.trust import trusted
from grader.ledger import Ledger
from grader.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What certifying works with.

    Attributes:
        store: attempts, reports, certificates.
        ledger: what was certified.
        keyring: who certifies.
        roots: folders of packs, the shipped one first.
        canonicaliser: for many certificates, a child that is started once; by default one for each.
    """

    store: Store
    ledger: Ledger
    keyring: Keyring
    roots: tuple[Path, ...]
    canonicaliser: Canonicaliser | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who is named on a certificate.

    Attributes:
        name: as printed; empty for the learner's id.
        email: by which they can show that it is theirs; empty for the learner's id.
    """

    name: str = ""
    email: str = ""


def own_trust(keyring: Keyring) -> Trust:
    """Return what a reader trusts who trusts this issuer and its ledger, and nobody else."""
    issuer = keyring.issuer
    keys = () if issuer.did.startswith(did.KEY_METHOD) else (keyring.key.multikey,)
    return Trust(
        issuers={issuer.did: trusted(issuer.did, keys, issuer.name)}, logs=({"vkey": keyring.log.verifier.vkey},)
    )


def did_document_of(keyring: Keyring) -> bytes | None:
    """Return the DID document of the issuer; a did:key has none."""
    issuer = keyring.issuer.did
    return None if issuer.startswith(did.KEY_METHOD) else canonical(did.did_document(issuer, [keyring.key.multikey]))
