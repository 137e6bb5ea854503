"""An entry of the ledger: the public leaf, and the private part that it commits to.

    leaf      {"at":"2026-01-31","commitment":"sha256:…","kind":"award","v":1}
    private   {"at":"2026-01-31T09:30:00Z","credential":…,"kind":"award","nonce":…,"v":1,…}

The commitment is the SHA-256 of the private part, which holds 32 random bytes: so it cannot be guessed, two equal
private parts do not look alike, and when the private part is gone the leaf means nothing any more. A leaf tells the day
only: certificates that a learner earned within an hour would be told by their seconds.

Both are canonical JSON by RFC 8785. `grader.canonical` writes that exactly for what is allowed here: printable ASCII,
whole numbers below 2**53, null, and keys in ASCII (beyond those it escapes letters that RFC 8785 does not). A text is
read only if it is spelled so: one entry has one spelling, so no byte of it can change unnoticed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any, NoReturn, get_type_hints

from grader import canonical
from grader.catalog.wording import nearest, shown
from grader.errors import NOT_PASSED, GraderError
from grader.ledger.content import PRIVATE, PUBLIC, Content, Kind, Named, expected, is_spelled
from grader.ledger.tiles import MOST_LEAF_BYTES
from grader.merkle import leaf_hash

VERSION = 1
NONCE_BYTES = 32


class BadEntry(GraderError):
    """An entry is not written as entries are, or its parts do not belong together."""

    exit_code = NOT_PASSED


@dataclass(frozen=True)
class Entry:
    """An entry as it is kept.

    Attributes:
        leaf: public; what the log is a tree of.
        private: what the leaf commits to; None where the leaf says all, and where it was erased.
    """

    leaf: bytes
    private: bytes | None = None

    @property
    def hash(self) -> bytes:
        """The leaf hash, 32 bytes."""
        return leaf_hash(self.leaf)

    def named(self, index: int) -> Named:
        """Return how a later entry names this one."""
        return Named(index, "sha256:" + self.hash.hex())


@dataclass(frozen=True)
class Leaf:
    """A leaf, read.

    Attributes:
        kind: what it records.
        day: when, in UTC.
        commitment: digest of the private part; empty where there is none.
        content: what it says; None where that is private.
    """

    kind: Kind
    day: str
    commitment: str
    content: Content | None


@dataclass(frozen=True)
class Private:
    """A private part, read.

    Attributes:
        kind: as in the leaf.
        at: the time, in UTC, to the second.
        content: what was recorded.
    """

    kind: Kind
    at: str
    content: Content


def entry_of(kind: Kind, content: Content, at: str, nonce: bytes | None = None) -> Entry:
    """Return a new entry.

    Args:
        kind: what it records.
        content: the record of that kind.
        at: the time, such as 2026-01-31T09:30:00Z.
        nonce: 32 random bytes; new ones by default. Whoever gives the same twice makes two entries comparable.

    Raises:
        BadEntry: something in it is not spelled as it has to be.
    """
    if not isinstance(content, _record_of(kind)):
        raise BadEntry(f"an entry of kind {kind} does not hold a {type(content).__name__}")
    _check("at", at, kind)
    if kind in PUBLIC:
        leaf = {"v": VERSION, "kind": kind, "at": at[:10], "content": _bare(content)}
        return _checked(Entry(canonical.encode(leaf)))
    fresh = secrets.token_bytes(NONCE_BYTES) if nonce is None else nonce
    private = canonical.encode({"v": VERSION, "kind": kind, "at": at, "nonce": fresh.hex(), **_bare(content)})
    leaf = {"v": VERSION, "kind": kind, "at": at[:10], "commitment": canonical.digest_bytes(private)}
    return _checked(Entry(canonical.encode(leaf), private))


def read_leaf(leaf: bytes) -> Leaf:
    """Return what a leaf says.

    Raises:
        BadEntry: it is not written as a leaf is.
    """
    table = _table(leaf, "leaf")
    kind = _kind(table)
    inner = "content" if kind in PUBLIC else "commitment"
    _check_keys(table, ("v", "kind", "at", inner), f"the leaf of kind {kind}")
    _check("day", table["at"], kind)
    if kind in PUBLIC:
        return Leaf(kind, table["at"], "", _record(kind, table["content"], f"the content of kind {kind}"))
    _check("commitment", table["commitment"], kind)
    return Leaf(kind, table["at"], table["commitment"], None)


def read_private(private: bytes) -> Private:
    """Return what a private part says.

    Raises:
        BadEntry: it is not written as a private part is.
    """
    table = _table(private, "private part")
    kind = _kind(table)
    if kind in PUBLIC:
        raise BadEntry(f"an entry of kind {kind} has no private part")
    about = {name: table.pop(name, None) for name in ("v", "kind", "at", "nonce")}
    for name in ("at", "nonce"):
        _check(name, about[name], kind)
    return Private(kind, about["at"], _record(kind, table, f"the private part of kind {kind}"))


def opened_entry(entry: Entry) -> tuple[Leaf, Private | None]:
    """Return what an entry says, if its parts belong together; a private part that is not there is None.

    Raises:
        BadEntry: one part is not written as it has to be, or the leaf commits to something else.
    """
    leaf = read_leaf(entry.leaf)
    if entry.private is None:
        return leaf, None
    if "sha256:" + hashlib.sha256(entry.private).hexdigest() != leaf.commitment:
        raise BadEntry("the private part is not the one that the leaf commits to")
    private = read_private(entry.private)
    if (private.kind, private.at[:10]) != (leaf.kind, leaf.day):
        raise BadEntry(f"the private part is of kind {private.kind} at {private.at}, the leaf of another kind or day")
    return leaf, private


# --- reading strictly -------------------------------------------------------------------------------------------------


def _checked(entry: Entry) -> Entry:
    """Return an entry that was just written, read back: nothing is logged that nobody can read."""
    opened_entry(entry)
    return entry


def _table(content: bytes, what: str) -> dict[str, Any]:
    if len(content) > MOST_LEAF_BYTES:
        raise BadEntry(f"a {what} of {len(content)} bytes is too long; expected at most {MOST_LEAF_BYTES}")
    try:
        table = json.loads(content)
        again = canonical.encode(table)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadEntry(f"a {what} is canonical JSON; found {_excerpt(content)}") from error
    if not isinstance(table, dict) or again != content:
        raise BadEntry(f"a {what} is a table in canonical JSON (RFC 8785); found {_excerpt(content)}")
    if type(table.get("v")) is not int or table["v"] != VERSION:
        raise BadEntry(f"a {what} of version {shown(table.get('v'))}; this grader reads version {VERSION}")
    return table


def _kind(table: dict[str, Any]) -> Kind:
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in set(Kind):
        raise BadEntry(f"kind: found {shown(kind)}; {nearest(str(kind), list(Kind))}")
    return Kind(kind)


def _record_of(kind: Kind) -> type[Content]:
    return PUBLIC[kind] if kind in PUBLIC else PRIVATE[kind]


def _record(kind: Kind, table: Any, where: str) -> Content:
    content: Content = _of_type(_record_of(kind), table, kind, where)
    return content


def _of_type(record: Any, table: Any, kind: Kind, where: str) -> Any:
    """Return a record from a table with exactly its keys; those that may be None may be left out, and are."""
    fields = dataclasses.fields(record)
    names = tuple(field.name for field in fields)
    optional = {field.name for field in fields if field.default is None}
    if not isinstance(table, dict):
        raise BadEntry(f"{where}: found {shown(table)}; expected a table")
    _check_keys(table, names, where, optional)
    hints = get_type_hints(record)
    found = {}
    for name, value in table.items():
        if hints[name] is Named:
            found[name] = _of_type(Named, value, kind, f"{name} of {where}")
        else:
            _check(name, value, kind)
            found[name] = value
    return record(**found)


def _check_keys(table: dict[str, Any], names: tuple[str, ...], where: str, optional: set[str] | None = None) -> None:
    for key in table:
        if key not in names:
            raise BadEntry(f"{shown(key)} is no key of {where}; {nearest(key, names)}")
    for name in names:
        if name not in table and name not in (optional or set()):
            raise BadEntry(f"{where} has no {name}")


def _check(name: str, value: Any, kind: Kind) -> None:
    if not is_spelled(name, value):
        _misspelled(name, value, kind)


def _misspelled(name: str, value: Any, kind: Kind) -> NoReturn:
    raise BadEntry(f"{name} of an entry of kind {kind}: found {shown(value)}; expected {expected(name)}")


def _bare(content: Content) -> dict[str, Any]:
    """Return a record as a table without what is None."""
    return {name: value for name, value in canonical.plain(content).items() if value is not None}


def _excerpt(content: bytes) -> str:
    return shown(content[:60].decode(errors="replace"))
