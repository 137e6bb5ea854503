"""Who certifies here: the issuing key, the key of the log, and the names that follow from them.

    keys/issuer.key    signs certificates and status lists
    keys/log.key       signs checkpoints of the ledger; its name is the ledger's

Only the process that certifies opens them; they are in no database and in no backup. A certificate names its issuer and
its status list for ever, so both follow from the settings alone, and nothing here ever changes a name. How another key
takes over stands in `rotation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from grader.credential import did, key_file
from grader.credential.claim import Issuer
from grader.credential.multikey import SigningKey
from grader.errors import UsageError
from grader.ledger import keyfile
from grader.ledger.key import Signer
from grader.settings import Settings

ISSUER, LOG = "issuer.key", "log.key"
_SHORT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """What certifying takes.

    Attributes:
        issuer: name and DID of who certifies.
        key: the issuer's.
        log: the ledger's.
        list_id: the status list that new certificates name.
        folder: where the keys are.
    """

    issuer: Issuer
    key: SigningKey
    log: Signer
    list_id: str
    folder: Path


def make_keyring(settings: Settings, origin: str = "") -> Keyring:
    """Make both keys, in new files for their owner only.

    Args:
        settings: of the installation.
        origin: name of the ledger; by default one that follows from the public URL, or from the issuing key.

    Raises:
        UsageError: one is there already, or no ledger can have this name.
    """
    folder = key_folder(settings)
    for name in (ISSUER, LOG):
        if (folder / name).exists():
            raise UsageError(f"{folder / name} is there already; a key is never overwritten: see `grader keys show`")
    identity = did.did_web(settings.public_url) if settings.public_url else ""
    key = key_file.make_key(folder / ISSUER)
    keyfile.make_key(folder / LOG, origin or _origin(identity, key))
    return open_keyring(settings)


def open_keyring(settings: Settings) -> Keyring:
    """Return the keys of this installation.

    Raises:
        UsageError: there are none, others can read them, or nobody is named who certifies.
    """
    look_for_keys(settings)
    folder = key_folder(settings)
    key, log = key_file.load_key(folder / ISSUER), keyfile.read_key(folder / LOG)
    identity = did.did_web(settings.public_url) if settings.public_url else did.did_key(key.multikey)
    issuer = Issuer(did=identity, name=settings.issuer, url=settings.public_url)
    return Keyring(issuer=issuer, key=key, log=log, list_id=_list_id(settings.public_url, key), folder=folder)


def look_for_keys(settings: Settings) -> None:
    """See that there are keys, and a name that certifies, without opening any.

    Raises:
        UsageError: there are none, or nobody is named.
    """
    if not settings.issuer:
        raise UsageError("nobody certifies here: name who does with GRADER_ISSUER; DEMO for demonstrations")
    if not (key_folder(settings) / ISSUER).exists():
        raise UsageError(f"there are no keys in {key_folder(settings)}: make them once with `grader keys new`")


def key_folder(settings: Settings) -> Path:
    """Return where the keys of an installation are."""
    return settings.keys or settings.home / "keys"


def _origin(identity: str, key: SigningKey) -> str:
    """Return the name of a new ledger."""
    if not identity:
        return f"ledger/{key.multikey[-_SHORT:]}"
    return identity.removeprefix(did.WEB_METHOD).replace(":", "/").replace("%3A", ":") + "/ledger"


def _list_id(public_url: str, key: SigningKey) -> str:
    if public_url and urlsplit(public_url).netloc:
        return f"{public_url.rstrip('/')}/status/1/revocation"
    return f"urn:grader:status:{key.multikey}:1:revocation"
