"""Who an issuer is: did:key, which is a key and nothing else, or did:web, which is a name on the web.

A did:key proves only that one hand signed; it can never change its key. A did:web names a domain and can: its document
lists every key ever used, retired ones too, so that a certificate from before a rotation still verifies. Nothing here
fetches a document: whoever relies on an issuer brings it (`trust`). Sources: W3C DID Core 1.0; the did:key and did:web
methods.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from grader.credential.multikey import public_bytes
from grader.credential.refusal import Refused
from grader.errors import UsageError

CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
KEY_METHOD, WEB_METHOD = "did:key:", "did:web:"

_NAME = r"[A-Za-z0-9._-]+"
_WEB = re.compile(rf"did:web:({_NAME})(%3A[0-9]+)?((?::{_NAME})*)")
_MOST_KEYS = 1000


def did_key(multikey: str) -> str:
    """Return the issuer that is this key."""
    return KEY_METHOD + multikey


def did_web(url: str) -> str:
    """Return the issuer that is this https URL; a port is `%3A8443`, a folder one more part.

    Raises:
        UsageError: no https URL of a host and plain folders.
    """
    parts = urlsplit(url)
    folders = [part for part in parts.path.split("/") if part]
    did = WEB_METHOD + ":".join([parts.netloc.replace(":", "%3A"), *folders])
    if parts.scheme != "https" or parts.query or parts.fragment or not _WEB.fullmatch(did):
        raise UsageError(f"{url!r} cannot name an issuer; expected https://host or https://host/folder")
    return did


def document_path(did: str) -> str:
    """Return where a web server has to have the document of a did:web: `.well-known/did.json`, or in its folder.

    Raises:
        UsageError: no did:web.
    """
    match = _WEB.fullmatch(did)
    if not match:
        raise UsageError(f"{did!r} is no did:web")
    return (match[3].lstrip(":").replace(":", "/") or ".well-known") + "/did.json"


def verification_method(did: str, multikey: str) -> str:
    """Return the name of a key of an issuer, as proofs give it."""
    return f"{did}#{multikey}"


def did_document(did: str, multikeys: Sequence[str]) -> dict[str, Any]:
    """Return the document of an issuer: every key it ever signed with, each fit for assertions."""
    names = [verification_method(did, key) for key in multikeys]
    return {
        "@context": list(CONTEXTS),
        "id": did,
        "verificationMethod": [
            {"id": name, "type": "Multikey", "controller": did, "publicKeyMultibase": key}
            for name, key in zip(names, multikeys, strict=True)
        ],
        "assertionMethod": names,
    }


def own_keys(did: str) -> dict[str, str]:
    """Return the key that a did:key is, by its verification method; nothing for another method.

    Raises:
        Refused: a did:key of something else than an Ed25519 key.
    """
    if not did.startswith(KEY_METHOD):
        return {}
    key = did.removeprefix(KEY_METHOD)
    public_bytes(key)
    return {verification_method(did, key): key}


def keys_of(document: Mapping[str, Any], did: str) -> dict[str, str]:
    """Return the keys that an issuer's document allows for assertions, by verification method.

    Raises:
        Refused: the document of another issuer, or not of this form.
    """
    if document.get("id") != did:
        raise Refused(f"the DID document is of {str(document.get('id'))[:80]!r}, not of {did!r}")
    methods, allowed = document.get("verificationMethod"), document.get("assertionMethod")
    if not isinstance(methods, list) or not isinstance(allowed, list) or len(methods) > _MOST_KEYS:
        raise Refused(f"the DID document of {did!r} lists no verificationMethod and assertionMethod")
    embedded = [one for one in allowed if isinstance(one, dict)]
    names = {one for one in allowed if isinstance(one, str)} | {str(one.get("id")) for one in embedded}
    found: dict[str, str] = {}
    for method in [*methods, *embedded]:
        if not isinstance(method, dict) or method.get("type") != "Multikey" or method.get("id") not in names:
            continue
        name, key = str(method["id"]), str(method.get("publicKeyMultibase"))
        if method.get("controller") != did or not name.startswith(f"{did}#") or found.get(name, key) != key:
            raise Refused(f"the DID document of {did!r}: {name[:120]!r} is not a key of its own")
        public_bytes(key)
        found[name] = key
    return found
