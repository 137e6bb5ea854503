"""Documents as linked data: contexts are pinned, nothing is fetched, and nothing that would be dropped is signed."""

from __future__ import annotations

import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

import pytest
from credential_samples import DID, KEY, claim, sign

from grader.canonical import digest_bytes
from grader.credential import Refused, did, linked, open_badge
from grader.credential.contexts import CREDENTIALS, OPEN_BADGES, PINNED, contexts
from grader.errors import EngineError

METHOD = did.verification_method(DID, KEY.multikey)


def document(**members: Any) -> dict[str, Any]:
    return {**open_badge.write(claim()), **members}


def test_pinned_contexts_have_their_digests() -> None:
    """Promises the very bytes that W3C and 1EdTech publish, each with its digest in the code."""
    assert set(contexts()) == set(PINNED) == {CREDENTIALS, OPEN_BADGES}
    assert all("@context" in one for one in contexts().values())
    assert digest_bytes(b"") not in {digest for _, digest in PINNED.values()}


def test_a_context_that_was_changed_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Promises that a file which is not the pinned one stops everything."""
    contexts.cache_clear()
    name, _ = PINNED[CREDENTIALS]
    monkeypatch.setitem(PINNED, CREDENTIALS, (name, digest_bytes(b"other")))
    with pytest.raises(EngineError, match="not the pinned one"):
        contexts()
    contexts.cache_clear()


REMOTE = [
    ["https://www.w3.org/ns/credentials/v2", "https://evil.example/context.json"],
    ["https://www.w3.org/ns/credentials/v2", "http://www.w3.org/ns/credentials/v2"],
    ["https://www.w3.org/ns/credentials/v2", {"bonus": "urn:x:bonus"}],
    ["https://www.w3.org/ns/credentials/v2", "file:///etc/passwd"],
    ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/v2#"],
    ["https://www.w3.org/ns/credentials/v2", None],
    "https://www.w3.org/ns/credentials/v2",
    [],
    None,
]


@pytest.mark.parametrize("remote", REMOTE, ids=str)
def test_nothing_is_ever_fetched(monkeypatch: pytest.MonkeyPatch, remote: Any) -> None:
    """Promises that any context but the pinned ones is refused without a socket being made."""

    def no_socket(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was asked for")

    monkeypatch.setattr(socket, "socket", no_socket)
    with pytest.raises(Refused):
        linked.expand(document(**{"@context": remote}))
    with pytest.raises(Refused):
        sign(document(**{"@context": remote}), METHOD)


def inside(path: list[str | int], **members: Any) -> dict[str, Any]:
    """Return the certificate with more members at a place in it."""
    whole = deepcopy(document())
    place: Any = whole
    for step in path:
        place = place[step]
    place.update(members)
    return whole


DROPPED = [
    ("an undefined member", inside([], bonus="1")),
    ("an undefined member deep inside", inside(["credentialSubject", "achievement", "criteria"], bonus="1")),
    ("a member of another class", inside(["credentialSubject", "achievement"], salt="1")),
    ("an undefined type", inside(["evidence", 0], type=["Evidence", "Bonus"])),
    ("a relative id", inside(["evidence", 2], id="submission")),
    ("a relative issuer", inside(["issuer"], id="school")),
    ("an id with a space", inside(["evidence", 2], id="urn:x:a b")),
    ("a keyword", inside(["evidence", 0], **{"@index": "1"})),
    ("an own context inside", inside(["evidence", 0], **{"@context": {"bonus": "urn:x:y"}})),
    ("a value of null", inside(["evidence", 0], description=None)),
    ("a blank predicate", inside(["evidence", 0], **{"_:p": "1"})),
    ("a member by its IRI", inside(["evidence", 0], **{"https://schema.org/description": "1"})),
    ("an empty list", inside(["credentialSubject", "achievement"], tag=[])),
    ("lists within lists", inside(["evidence", 0], name=[["a"], ["b"]])),
    ("a keyword at the top", inside([], **{"@graph": []})),
]


@pytest.mark.parametrize("bad", [bad for _, bad in DROPPED], ids=[what for what, _ in DROPPED])
def test_what_would_be_dropped_is_refused(bad: dict[str, Any]) -> None:
    """Promises that no member is signed by nobody: refused when signing, and when verifying."""
    with pytest.raises(Refused):
        sign(bad, METHOD)
    with pytest.raises(Refused):
        linked.expand(bad)


def test_every_member_of_ours_is_in_the_statements() -> None:
    """Promises that each text of a certificate is found in the N-Quads that rdfc signs, escaped as they escape."""
    whole = document()
    quads = linked.n_quads(linked.expand(whole))
    assert quads == linked.n_quads(whole)

    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for name, one in value.items() if name not in {"@context", "type"} for text in texts(one)]
        return [text for one in value for text in texts(one)] if isinstance(value, list) else [str(value)]

    missing = [text for text in texts(whole) if text not in quads and text not in {"True", "False"}]
    assert missing == []


def test_a_signed_document_is_not_signed_again() -> None:
    """Promises that a second signature over a first is not made by mistake."""
    with pytest.raises(Refused, match="proof already"):
        sign(document(proof=[]), METHOD)


def test_signing_twice_gives_the_same() -> None:
    """Promises that a job which is tried again issues the same bytes."""
    assert sign(document(), METHOD) == sign(document(), METHOD)


def test_threads_read_documents_side_by_side() -> None:
    """Promises that no true document is refused because another was read at the same time (PyLD shares its caches).

    Threads take turns after each microsecond here, at which 7 of 200 documents were refused before.
    """
    whole = document()
    alone = linked.n_quads(linked.expand(whole))
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: linked.n_quads(linked.expand(whole)), range(100)))
    finally:
        sys.setswitchinterval(usual)
    assert set(found) == {alone}
