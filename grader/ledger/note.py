"""Signed notes: text that somebody signed (C2SP signed-note).

Why this format: a checkpoint of ours is then read by every program that reads those of Go's checksum database, Sigsum,
Tessera and Rekor. A note is refused unless it is spelled in the one way that it can be.

The text of a note means nothing before `opened` has found a signature of a key that the reader knew beforehand. Other
signatures say nothing and are passed over, so that keys can change and witnesses can sign along; but one that claims to
be of a known key, and is not, spoils the whole note.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.catalog.wording import shown
from grader.ledger.key import ID_BYTES, Signer, Verifier
from grader.ledger.spelling import BadNote, can_be_named, from_base64, to_base64

MOST_BYTES = 1_000_000
MOST_SIGNATURES = 100
_DASH = "\N{EM DASH} "


@dataclass(frozen=True)
class Signature:
    """One line under a note.

    Attributes:
        name: of the key.
        key_id: four bytes.
        value: what the key says, of a length that is its own affair.
    """

    name: str
    key_id: bytes
    value: bytes

    def is_of(self, verifier: Verifier) -> bool:
        """Whether it claims to be of this key: name and id, both."""
        return (self.name, self.key_id) == (verifier.name, verifier.key_id)


@dataclass(frozen=True)
class Note:
    """A text with its signatures, none of them checked.

    Attributes:
        text: ends with a newline.
        signatures: in the order of their lines.
    """

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """Return the note as it is written."""
        lines = (f"{_DASH}{one.name} {to_base64(one.key_id + one.value)}\n" for one in self.signatures)
        return f"{self.text}\n{''.join(lines)}".encode()


def signed(text: str, signers: Iterable[Signer]) -> bytes:
    """Return the text as a note with a signature of each signer.

    Raises:
        BadNote: it cannot be the text of a note.
    """
    _check_text(text)
    lines = (Signature(of.verifier.name, of.verifier.key_id, of.sign(text.encode())) for of in signers)
    return Note(text, tuple(lines)).encode()


def parsed(content: bytes) -> Note:
    """Return a note, nothing of it checked but how it is written.

    Raises:
        BadNote: it is not written as a note is; says what and in which line.
    """
    if len(content) > MOST_BYTES:
        raise BadNote(f"a note of {len(content)} bytes is too long; expected at most {MOST_BYTES}")
    try:
        whole = content.decode()
    except UnicodeDecodeError as error:
        raise BadNote(f"a note is text in UTF-8; byte {error.start} is not") from error
    text, gap, below = whole.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise BadNote("a note is a text, an empty line and lines of signatures, each ended by a newline")
    _check_text(text + "\n")
    lines = below.split("\n")[:-1]
    if len(lines) > MOST_SIGNATURES:
        raise BadNote(f"a note with {len(lines)} signatures has too many; expected at most {MOST_SIGNATURES}")
    return Note(text + "\n", tuple(_signature(line) for line in lines))


def opened(content: bytes, known: Sequence[Verifier]) -> tuple[Note, list[Verifier]]:
    """Return a note, and by which of the known keys it is signed; there is one at least.

    Raises:
        BadNote: it is not written as a note is, a signature of a known key is wrong, or there is none.
    """
    note = parsed(content)
    found = [verifier for verifier in known for line in note.signatures if _checked(line, verifier, note.text)]
    if not found:
        names = ", ".join(sorted({shown(one.name) for one in note.signatures}))
        raise BadNote(f"nobody who is known signed this: found signatures by the names of {names}")
    return note, list(dict.fromkeys(found))


def _checked(line: Signature, verifier: Verifier, text: str) -> bool:
    if not line.is_of(verifier):
        return False
    if not verifier.verifies(text.encode(), line.value):
        raise BadNote(
            f"the signature by {shown(verifier.name)} ({verifier.key_id.hex()}) is wrong: the text was changed"
        )
    return True


def _signature(line: str) -> Signature:
    name, gap, value = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not gap:
        raise BadNote(f"found {shown(line)}; expected a signature: an em dash, a name, and base64")
    if not can_be_named(name):
        raise BadNote(f"found a signature by {shown(name)}, as no key can be named")
    content = from_base64(value, f"the signature by {shown(name)}")
    if len(content) <= ID_BYTES:
        raise BadNote(f"the signature by {shown(name)} is too short")
    return Signature(name, content[:ID_BYTES], content[ID_BYTES:])


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(letter < " " and letter != "\n" for letter in text):
        raise BadNote("a note's text ends with a newline and holds no other control character")
