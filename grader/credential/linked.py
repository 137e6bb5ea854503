"""A document as linked data: that every member means something, and the one text (N-Quads) that rdfc proofs sign.

Theory of operation. `eddsa-rdfc-2022` does not sign JSON, it signs the statements that JSON-LD reads from it, and
JSON-LD silently drops what it cannot read: a member that no context defines, a name that is no absolute IRI. What is
dropped is signed by nobody and can be put in after signing. So a document is accepted, when signing and when verifying,
only if nothing is dropped: (1) expanding it and compacting it again gives the very document back (lists of one and
their only item are the same in JSON-LD), and (2) in the expanded form every name, type and reference is absolute, since
RDF drops statements about relative ones. The only door to PyLD, whose caches belong to the process and break under
threads: one thread at a time goes through. Canonicalising costs exponential time on hostile graphs: documents of
strangers go through `bounded`.

Sources: JSON-LD 1.1 Processing Algorithms (expansion, compaction, 8.1 Deserialize to RDF); RDF Dataset Canonicalization
1.0 (which PyLD calls by its older name, URDNA2015).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import Any

from pyld import jsonld

from grader.credential.contexts import check_known, contexts
from grader.credential.refusal import Refused

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f-\xa0<>\"{}|\\^`]*")
_BLANK = "_:"
_ODD = (jsonld.JsonLdError, AttributeError, LookupError, TypeError, ValueError)
"""What PyLD raises for documents that are none: its own error, or whatever it ran into."""
_ONE_AT_A_TIME = threading.Lock()


def expand(document: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> Any:
    """Return a document's expanded form, in which every name is absolute; refuse one of which anything is dropped.

    Args:
        document: with its `@context`.
        known: contexts by URL; by default the pinned ones.

    Raises:
        Refused: names the first member that means nothing.
    """
    known = contexts() if known is None else known
    check_known(document, known)
    options = {"documentLoader": _loader(known)}
    try:
        with _ONE_AT_A_TIME:
            expanded = jsonld.expand(dict(document), options)
            again = jsonld.compact(expanded, {"@context": document["@context"]}, {**options, "skipExpansion": True})
    except _ODD as error:
        raise Refused(f"the document cannot be read as JSON-LD: {_sentence(error)}") from None
    difference = _difference(dict(document), again, "")
    if difference:
        raise Refused(f"{difference} means nothing in the contexts of the document, so no proof could cover it")
    _check_absolute(expanded)
    return expanded


def n_quads(document: Any, known: Mapping[str, Any] | None = None) -> str:
    """Return the canonical N-Quads of a document (RDFC-1.0).

    Args:
        document: with its `@context`, or what `expand` returned, which saves doing it again.
        known: contexts by URL; by default the pinned ones.

    Raises:
        Refused: it cannot be read as JSON-LD.
    """
    known = contexts() if known is None else known
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _loader(known)}
    try:
        with _ONE_AT_A_TIME:
            return str(jsonld.normalize(document, options))
    except _ODD as error:
        raise Refused(f"the document cannot be read as JSON-LD: {_sentence(error)}") from None


def _loader(known: Mapping[str, Any]) -> Any:
    def load(url: str, _options: Any) -> dict[str, Any]:
        if url not in known:
            raise Refused(f"the context {url[:100]!r} is not one of the pinned ones, and nothing is ever fetched")
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": known[url]}

    return load


def _sentence(error: Exception) -> str:
    cause = getattr(error, "cause", None)
    return str(cause if isinstance(cause, Refused) else error).partition("\n")[0].split(";")[0][:200]


def _difference(given: Any, again: Any, where: str) -> str:
    """Return the path of the first member that did not survive, or nothing; a list of one is its item."""
    given, again = _only_item(given), _only_item(again)
    if isinstance(given, dict) and isinstance(again, dict):
        for name in given.keys() | again.keys():
            path = f"{where}.{name}" if where else name
            if (name in given) != (name in again):
                return path
            if found := _difference(given[name], again[name], path):
                return found
        return ""
    if isinstance(given, list) and isinstance(again, list) and len(given) == len(again):
        pairs = enumerate(zip(given, again, strict=True))
        return next(filter(None, (_difference(one, two, f"{where}[{at}]") for at, (one, two) in pairs)), "")
    return "" if type(given) is type(again) and given == again else where or "the document"


def _only_item(value: Any) -> Any:
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value


def _check_absolute(expanded: Any) -> None:
    level = [expanded]
    while level:
        objects = [one for one in level if isinstance(one, dict)]
        for one in objects:
            types = one.get("@type", [])
            nodes = [*([one["@id"]] if "@id" in one else []), *(types if isinstance(types, list) else [types])]
            names = [name for name in one if not name.startswith("@")]
            names += [str(node) for node in nodes if not str(node).startswith(_BLANK)]
            for name in names:
                if not _ABSOLUTE.fullmatch(name):
                    raise Refused(f"{name[:80]!r} is no absolute IRI, so no proof could cover what is said of it")
        level = [inner for one in objects for inner in one.values()] + [
            inner for one in level if isinstance(one, list) for inner in one
        ]
