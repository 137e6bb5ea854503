"""Whom a reader of certificates trusts: a file of the reader's own.

A bundle that brings its issuer's keys proves only that its maker made it. So keys for `verify` come from this file and
from nowhere else; the one that the bundle names is looked up here. TOML:

    [[issuer]]
    did = "did:web:school.example"
    name = "School of Examples"               # what you call them
    document = "school.example.did.json"      # their DID document, as you got it from them; beside this file
    # or: keys = ["z6Mk..."]                  # or their keys; for a did:key neither is needed

    [[issuer.retired]]                        # a key that they gave up; as many as there are
    key = "z6Mk..."
    until = "2026-11-28"                      # the last day on which it signed
    log = "school.example/ledger"
    entries = 17                              # what it signed is among so many first entries of that ledger
    stolen = true                             # somebody else has it: no date of its own is believed

    [[log]]                                   # ledgers; read by `grader.ledger`, and here kept as it is
    vkey = "..."
    entries = 17                              # only for a key that was given up: of so many at most it speaks
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.credential import did as dids
from grader.credential.multikey import public_bytes
from grader.credential.refusal import Refused
from grader.credential.strict_json import read_object
from grader.errors import UsageError

_MAX_BYTES = 1024 * 1024
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired:
    """A key that an issuer gave up.

    Attributes:
        key: Multikey.
        until: the last day on which it signed, in UTC, such as 2026-11-28.
        log: name of the ledger that says so.
        entries: what it signed before that is among so many first entries of that ledger.
        stolen: whether somebody else has it, so that no date that it signs is believed.
    """

    key: str
    until: str
    log: str
    entries: int
    stolen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedIssuer:
    """An issuer that the reader trusts.

    Attributes:
        did: who.
        name: what the reader calls them, or empty.
        keys: Multikey by verification method; retired ones too.
        retired: which of them were given up, by verification method.
    """

    did: str
    name: str
    keys: Mapping[str, str]
    retired: Mapping[str, Retired] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """All whom a reader trusts.

    Attributes:
        issuers: by DID.
        logs: the tables `log` of the file, as they are.
    """

    issuers: Mapping[str, TrustedIssuer]
    logs: tuple[Mapping[str, Any], ...] = ()


NOBODY = Trust(issuers={})
"""What a reader without a file trusts."""


def trusted(
    did: str, multikeys: tuple[str, ...] = (), name: str = "", retired: tuple[Retired, ...] = ()
) -> TrustedIssuer:
    """Return an issuer with its keys, retired ones too; those of a did:key are the DID itself.

    Raises:
        Refused: a key is none.
    """
    given_up = {dids.verification_method(did, one.key): one for one in retired}
    keys = {dids.verification_method(did, key): key for key in (*multikeys, *(one.key for one in retired))}
    for key in keys.values():
        public_bytes(key)
    return TrustedIssuer(did=did, name=name, keys=keys | dids.own_keys(did), retired=given_up)


def load_trust(path: Path) -> Trust:
    """Return what a file of trust says.

    Raises:
        UsageError: not there, or not of this form; names the table.
    """
    try:
        content = path.read_bytes()
        table = tomllib.loads(content[:_MAX_BYTES].decode("utf-8"))
    except OSError as error:
        raise UsageError(f"the trust file {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"the trust file {path} is not TOML: {error}") from error
    issuers, logs = table.pop("issuer", []), table.pop("log", [])
    if table or not _are_tables(issuers) or not _are_tables(logs):
        what = next(iter(table), "issuer or log")
        raise UsageError(f"{path}: {what}: expected tables [[issuer]] and [[log]], and nothing else")
    found: dict[str, TrustedIssuer] = {}
    for number, one in enumerate(issuers, 1):
        issuer = _issuer(one, path, f"{path}: issuer {number}")
        if issuer.did in found:
            raise UsageError(f"{path}: issuer {number}: {issuer.did} is there twice")
        found[issuer.did] = issuer
    return Trust(issuers=found, logs=tuple(logs))


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _issuer(table: Mapping[str, Any], path: Path, where: str) -> TrustedIssuer:
    did, name, keys, document = (table.get(key) for key in ("did", "name", "keys", "document"))
    if unknown := set(table) - {"did", "name", "keys", "document", "retired"}:
        raise UsageError(f"{where}: there is no key {min(unknown)}; expected did, name, keys, document or retired")
    if not isinstance(did, str) or not did.startswith((dids.KEY_METHOD, dids.WEB_METHOD)):
        raise UsageError(f"{where}: did is {did!r}; expected did:web:... or did:key:...")
    if not isinstance(name, str | None) or not isinstance(document, str | None):
        raise UsageError(f"{where}: name and document are texts")
    if not isinstance(keys, list | None) or not all(isinstance(key, str) for key in keys or []):
        raise UsageError(f"{where}: keys is a list of texts such as z6Mk...")
    retired = table.get("retired", [])
    if did.startswith(dids.KEY_METHOD) and (keys or document or retired):
        raise UsageError(f"{where}: a did:key is its own key; leave keys, document and retired out")
    try:
        issuer = trusted(did, tuple(keys or []), name or "", _retired(retired, where))
        more = dids.keys_of(read_object((path.parent / document).read_bytes()), did) if document else {}
    except Refused as refusal:
        raise UsageError(f"{where}: {refusal}") from refusal
    except OSError as error:
        raise UsageError(f"{where}: {document} cannot be read: {error.strerror}") from error
    if not (issuer.keys or more):
        raise UsageError(f"{where}: {did} has no keys here; give its keys, or its DID document")
    return TrustedIssuer(did=did, name=issuer.name, keys={**issuer.keys, **more}, retired=issuer.retired)


def _retired(tables: object, where: str) -> tuple[Retired, ...]:
    """Return the keys that an issuer gave up, from the tables `retired`."""
    kinds = {"key": str, "until": str, "log": str, "entries": int, "stolen": bool}
    if not _are_tables(tables):
        raise UsageError(f"{where}: retired: expected tables [[issuer.retired]]")
    found = []
    for number, table in enumerate(tables, 1):  # type: ignore[arg-type, var-annotated]  # the line above
        at = f"{where}: retired {number}"
        missing = {"key", "until", "log", "entries"} - set(table)
        if missing or set(table) - set(kinds):
            odd = min(missing or set(table) - set(kinds))
            raise UsageError(f"{at}: {odd}: expected key, until, log, entries, and stolen where it was")
        for name, value in table.items():
            if type(value) is not kinds[name]:
                raise UsageError(f"{at}: {name} is {value!r}; expected {kinds[name].__name__}")
        if not _DAY.fullmatch(table["until"]) or table["entries"] < 0:
            raise UsageError(f"{at}: expected a day such as 2026-11-28, and a number of entries")
        found.append(Retired(**table))
    return tuple(found)
