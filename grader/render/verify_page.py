"""The page on which anybody checks a certificate in a browser: one file, with what its site trusts inside.

The page is in `reports/verify/`: a skeleton, a style and a script in parts that are read one after the other. They are
put together here, under a policy that runs this one script, by its hash, and lets the page load and send nothing: not
even its own site is asked, so that it works from a disk, and so that whoever checks a certificate tells nobody.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from string import Template
from typing import Any

from grader.settings import resource

SCRIPTS = ("bytes", "json", "merkle", "log", "bundle", "proof", "claim", "status", "verify", "page")
"""The parts of the page's script, in the order in which they build on each other; the last begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteIssuer:
    """An issuer for whom the site speaks.

    Attributes:
        name: as readers know it.
        document: its DID document, with every key it ever signed with and that nobody else has.
        retired: the keys that it gave up: key, until, log, entries, stolen (`grader.credential.trust.Retired`).
    """

    name: str
    document: Mapping[str, Any]
    retired: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLog:
    """The site's ledger, as far as the page holds it.

    Attributes:
        vkeys: the keys of the log, retired ones too.
        checkpoint: the newest one, signed.
        hashes: of all its leaves, 32 bytes each; None where they are too many for a page.
        limits: of how many entries a checkpoint by a retired key may speak, by vkey.
    """

    vkeys: Sequence[str]
    checkpoint: bytes
    hashes: bytes | None
    limits: Mapping[str, int] = field(default_factory=dict)


def verify_page(
    *, issuers: Sequence[SiteIssuer], logs: Sequence[SiteLog], status_lists: Sequence[bytes], at: str
) -> str:
    """Return the page; it trusts these issuers and logs, by the word of whoever puts it on the web.

    Args:
        issuers: whose certificates it calls theirs.
        logs: their ledgers.
        status_lists: the newest ones, signed.
        at: when this was so, RFC 3339.
    """
    site = {
        "at": at,
        "issuers": [
            {"name": one.name, "document": dict(one.document), "retired": [dict(key) for key in one.retired]}
            for one in issuers
        ],
        "logs": [
            {
                "vkeys": list(one.vkeys),
                "limits": dict(one.limits),
                "checkpoint": one.checkpoint.decode(),
                "hashes": None if one.hashes is None else base64.b64encode(one.hashes).decode(),
            }
            for one in logs
        ],
        "statusLists": [one.decode() for one in status_lists],
    }
    style, script = page_style(), page_script()
    policy = f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; base-uri 'none'; "
    return Template(_source("verify.html")).substitute(
        policy=policy + "form-action 'none'",
        style=style,
        site=_in_markup(site),
        script=script,
    )


@cache
def page_style() -> str:
    """Return the style of the page: that of all pages, and what only this one and the certificate need."""
    shared = (resource("reports/templates") / "style.css").read_text("utf-8")
    return f"\n{shared}\n{_source('verify.css')}"


@cache
def page_script() -> str:
    """Return the script of the page in one piece."""
    return "\n".join(['\n"use strict";', *(_source(f"{name}.js") for name in SCRIPTS)])


def _source(name: str) -> str:
    return (resource("reports/verify") / name).read_text("utf-8")


def _hash(text: str) -> str:
    """Return how a policy names an inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _in_markup(value: Any) -> str:
    """Return JSON that ends no script element, whatever its texts hold."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True).replace("<", "\\u003c")
