"""The static site of an issuer: its ledger as tiles, DID document, status lists, and the page that checks certificates.

Any web server can hand it out, and any copy of it goes on working when the issuer is gone. It holds nothing of any
learner: the ledger's private parts and the certificates are not in it.

    checkpoint, tile/...      the ledger (`grader.ledger.export`)
    .well-known/did.json      the DID document; `did.json` where the issuer is a folder of its host
    <status list>             each at the path that its id has below the site; else in status-lists/
    verify.html               the page, with all of the above that it trusts inside
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.canonical import encode, plain
from grader.credential import did as dids
from grader.credential.claim import Issuer
from grader.credential.strict_json import read_object
from grader.credential.trust import Retired
from grader.errors import EngineError, UsageError
from grader.ledger import Ledger
from grader.ledger.checkpoint import read_checkpoint
from grader.ledger.export import export
from grader.ledger.tiles import tiles_of
from grader.render.verify_page import SiteIssuer, SiteLog, verify_page

PAGE = "verify.html"
MOST_HASHES = 16_384
"""Leaf hashes that the page holds at most (half a megabyte): beyond that, growth is checked by `grader` alone."""

_PATH = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """Keys that another took over from.

    Attributes:
        issuing: of the issuer.
        log: of the ledger, each with the entries that a checkpoint of its own has at most.
    """

    issuing: Sequence[Retired] = ()
    log: Mapping[str, int] = field(default_factory=dict)


def export_site(
    folder: Path,
    ledger: Ledger,
    *,
    issuer: Issuer,
    multikeys: Sequence[str],
    vkeys: Sequence[str],
    given_up: GivenUp | None = None,
    status_lists: Sequence[bytes] = (),
    at: str,
) -> Path:
    """Write the site into a folder, or carry on what is there; returns the page's path.

    Args:
        folder: what the web server hands out as the issuer's URL.
        ledger: as it was last signed.
        issuer: for whom the site speaks.
        multikeys: every key that it ever issued with and that nobody else has.
        vkeys: those that sign the ledger.
        given_up: keys that did so before.
        status_lists: the newest ones, signed.
        at: now, RFC 3339.

    Raises:
        UsageError: nothing was signed yet, or the folder holds another log, or a status list has no good id.
        EngineError: it cannot be written, or the ledger is not what was signed.
    """
    document, old = dids.did_document(issuer.did, multikeys), given_up or GivenUp()
    checkpoint = export(ledger, folder)
    page = verify_page(
        issuers=[SiteIssuer(name=issuer.name, document=document, retired=[plain(one) for one in old.issuing])],
        logs=[
            SiteLog(
                vkeys=[*vkeys, *old.log],
                limits=old.log,
                checkpoint=checkpoint,
                hashes=_leaf_hashes(folder, checkpoint),
            )
        ],
        status_lists=status_lists,
        at=at,
    )
    files = {_did_path(issuer.did): encode(document), **_status_files(issuer, status_lists), PAGE: page.encode()}
    _write(folder, files)
    return folder / PAGE


def page_url(site_url: str, certificate_id: str) -> str:
    """Return the address that a certificate's code holds: the page, and which certificate is meant."""
    return f"{site_url.rstrip('/')}/{PAGE}#{certificate_id}"


def _leaf_hashes(folder: Path, checkpoint: bytes) -> bytes | None:
    """Return the leaf hashes that the export has just written, if they are not too many."""
    size = read_checkpoint(checkpoint).size
    if size > MOST_HASHES:
        return None
    return b"".join((folder / tile.path).read_bytes() for tile in tiles_of(size) if tile.level == 0)


def _did_path(did: str) -> str:
    """Return where the DID document lies, from the folder that is the issuer's URL."""
    path = dids.document_path(did) if did.startswith(dids.WEB_METHOD) else ".well-known/did.json"
    return path if path.startswith(".well-known/") else "did.json"


def _status_files(issuer: Issuer, status_lists: Sequence[bytes]) -> Mapping[str, bytes]:
    """Return the status lists by the path at which verifiers will ask for them."""
    base = _url_of(issuer.did)
    found = {}
    for content in status_lists:
        document = read_object(content)
        name, purpose = str(document.get("id")), str(document["credentialSubject"]["statusPurpose"])
        path = name.removeprefix(base) if base and name.startswith(base) else f"status-lists/{purpose}.json"
        if not _PATH.fullmatch(path) or path.startswith("tile/") or path in {"checkpoint", PAGE}:
            raise UsageError(f"the status list {name!r} cannot lie on the site: expected an id such as {base}status/1")
        found[path] = content
    return found


def _url_of(did: str) -> str:
    """Return the URL that a did:web stands for, ending in a slash; empty for another DID."""
    if not did.startswith(dids.WEB_METHOD):
        return ""
    host, *folders = did.removeprefix(dids.WEB_METHOD).split(":")
    return "/".join(["https:/", host.replace("%3A", ":"), *folders, ""])


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Have each file there whole: written beside its place, and moved into it."""
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".new-{path.name}")
            beside.write_bytes(content)
            beside.replace(path)
    except OSError as error:
        raise EngineError(f"cannot write {error.filename or folder}: {error.strerror}") from error
