"""Which key holds when: keys come in by entries of kind `key`, and the log itself says in which order.

A change of keys is signed by the new key, which shows that somebody has it, and by the old one, which hands over. The
first key of the log is in its genesis; the first of another purpose has no old one, and is vouched for by the log. From
the entry of a change on, every checkpoint is signed by the new key; the old one may go on signing along, so that
whoever knows only that one still can check, until they have learned the new one.

`revoked_from` is for an old key that fell into wrong hands: from that entry on its word alone counts for nothing. What
the log held before stays good, which is what a log is for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from grader import canonical
from grader.ledger.content import Content, Genesis, KeyChange
from grader.ledger.entry import BadEntry
from grader.ledger.key import Signer, Verifier, verifier_of
from grader.ledger.spelling import from_base64, to_base64

LOG = "log"
"""The purpose of the keys that sign checkpoints."""
_BEGINS = b"grader-ledger/key/1\n"
"""What is signed begins so: no checkpoint does, so neither signature can pass for the other."""


def key_change(purpose: str, new: Signer, old: Signer | None = None, revoked_from: int | None = None) -> KeyChange:
    """Return the change from an old key to a new one, signed by both."""
    new_key, old_key = _text(new), _text(old) if old else None
    statement = _statement(KeyChange(purpose, new_key, "", old_key, None, revoked_from))
    by_old = to_base64(old.sign(statement)) if old else None
    return KeyChange(purpose, new_key, to_base64(new.sign(statement)), old_key, by_old, revoked_from)


@dataclass
class Succession:
    """The keys of one log, in the order in which they came.

    Attributes:
        origin: the log's name.
        keys: of each purpose: the entry that brought a key, and the key.
        revoked: keys whose word no longer counts, and from which entry on.
    """

    origin: str = ""
    keys: dict[str, list[tuple[int, Verifier]]] = field(default_factory=dict)
    revoked: dict[bytes, int] = field(default_factory=dict)

    def take(self, index: int, content: Content) -> None:
        """Take in a genesis or a change of keys; anything else says nothing of keys.

        Raises:
            BadEntry: it does not follow from what is known so far.
            BadNote: a key in it is none.
        """
        if isinstance(content, Genesis):
            self._begin(index, content)
        elif isinstance(content, KeyChange):
            self._change(index, content)

    def at(self, size: int) -> Verifier | None:
        """Return the key that must sign a checkpoint of this size."""
        return next((key for index, key in reversed(self.keys.get(LOG, [])) if index < size), None)

    def known(self, size: int) -> list[Verifier]:
        """Return every key whose signature on a checkpoint of this size says something."""
        held = [key for index, key in self.keys.get(LOG, []) if index < size]
        return [key for key in held if self.revoked.get(key.key, size) >= size]

    def descends(self, verifier: Verifier) -> bool:
        """Whether a key is one of the log's own."""
        return verifier in [key for _, key in self.keys.get(LOG, [])]

    def _begin(self, index: int, content: Genesis) -> None:
        verifier = verifier_of(content.vkey)
        if index or self.keys:
            raise BadEntry("a genesis is the first entry of a log, and of its first only")
        if verifier.name != content.origin:
            raise BadEntry("the key of a genesis has another name than its log")
        self.origin = content.origin
        self.keys[LOG] = [(index, verifier)]

    def _change(self, index: int, content: KeyChange) -> None:
        held = self.keys.get(content.purpose, [])
        newest = to_base64(held[-1][1].key) if held else None
        if content.old != newest:
            raise BadEntry(f"a key for {content.purpose} takes over from another than the one that holds")
        _check_signatures(content)
        new = Verifier(self.origin, from_base64(content.new, "a new key"))
        if any(new.key == key.key for _, key in held):
            raise BadEntry(f"a key for {content.purpose} comes back that was given up")
        if content.revoked_from is not None and content.old is not None:
            if content.revoked_from > index:
                raise BadEntry("a key is revoked from an entry on that there is not yet")
            self.revoked[from_base64(content.old, "an old key")] = content.revoked_from
        self.keys[content.purpose] = [*held, (index, new)]


def succession_of(contents: Iterable[tuple[int, Content]]) -> Succession:
    """Return the keys that a log's entries bring, given with their indices.

    Raises:
        BadEntry: one does not follow from those before.
        BadNote: a key in one is none.
    """
    succession = Succession()
    for index, content in contents:
        succession.take(index, content)
    return succession


def _check_signatures(content: KeyChange) -> None:
    statement = _statement(content)
    pairs = [("new", content.new, content.by_new)]
    if content.old is not None:
        pairs.append(("old", content.old, content.by_old or ""))
    elif content.by_old is not None or content.revoked_from is not None:
        raise BadEntry(f"the first key for {content.purpose} takes over from none")
    for which, key, signature in pairs:
        verifier = Verifier("", from_base64(key, f"the {which} key"))
        if not verifier.verifies(statement, from_base64(signature, f"the signature of the {which} key")):
            raise BadEntry(f"the change of keys for {content.purpose} is not signed by the {which} key")


def _statement(content: KeyChange) -> bytes:
    said = {"purpose": content.purpose, "new": content.new, "old": content.old, "revoked_from": content.revoked_from}
    return _BEGINS + canonical.encode(said)


def _text(signer: Signer) -> str:
    return to_base64(signer.verifier.key)
