"""The JSON-LD contexts there are: files of ours, pinned by digest, and no others.

A context says what a member of a credential means; who could change it could change what was signed. So contexts are
never fetched, neither when signing nor when verifying: a file that does not have its digest is our fault, and any other
URL is refused. The digests are those that W3C and 1EdTech publish (`pinned/README.md`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from grader.canonical import digest_bytes
from grader.credential.refusal import Refused
from grader.errors import EngineError

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

PINNED = {
    CREDENTIALS: (
        "credentials-v2.jsonld",
        "sha256:59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    OPEN_BADGES: (
        "ob-v3p0-3.0.3.json",
        "sha256:3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
}
"""URL to file and digest."""

_FOLDER = Path(__file__).parent / "pinned"


@cache
def contexts() -> Mapping[str, Any]:
    """Return every context by its URL.

    Raises:
        EngineError: a file is not the one that was pinned.
    """
    return MappingProxyType({url: _read(name, digest) for url, (name, digest) in PINNED.items()})


def check_known(document: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Refuse a document unless its `@context` is a list of known URLs, and no member beside it is a keyword.

    A keyword elsewhere (`@index`, `@direction`, a context within) changes what other members mean, or is signed by
    nobody, as an empty list is. None of ours needs one.

    Raises:
        Refused: another context, a keyword, an empty list, or a list within a list.
    """
    urls = document.get("@context")
    if not isinstance(urls, list) or not urls:
        raise Refused("the member @context is no list of URLs")
    for url in urls:
        if not isinstance(url, str) or url not in known:
            raise Refused(f"the context {str(url)[:100]!r} is not one of the pinned ones, and nothing is ever fetched")
    level: list[Any] = [{name: value for name, value in document.items() if name != "@context"}]
    while level:
        objects = [one for one in level if isinstance(one, dict)]
        keywords = [name for one in objects for name in one if name.startswith("@")]
        if keywords:
            raise Refused(f"the keyword {keywords[0][:40]!r} has no place inside a credential")
        if any(one == [] for one in level):
            raise Refused("an empty list says nothing, so no proof could cover it")
        items = [inner for one in level if isinstance(one, list) for inner in one]
        if any(isinstance(one, list) for one in items):
            raise Refused("a list within a list has no place inside a credential: JSON-LD would make one of them")
        level = [inner for one in objects for inner in one.values()] + items


def _read(name: str, digest: str) -> Any:
    content = (_FOLDER / name).read_bytes()
    if digest_bytes(content) != digest:
        raise EngineError(f"the JSON-LD context {name} is not the pinned one; install grader again")
    return json.loads(content)
