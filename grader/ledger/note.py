"""Signed notes: text that somebody signed, and the short names of keys (C2SP signed-note).

Why this format: a checkpoint of ours is then read by every program that reads those of Go's checksum database, Sigsum,
Tessera and Rekor. A note is refused unless it is spelled in the one way that it can be: base64 has unused bits, and a
file in which a bit can be changed unnoticed is no evidence.

The text of a note means nothing before `opened` has found a signature of a key that the reader knew beforehand. Other
signatures say nothing and are passed over, so that keys can change and witnesses can sign along; but one that claims to
be of a known key, and is not, spoils the whole note.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from grader.catalog.wording import shown
from grader.errors import NOT_PASSED, GraderError, UsageError

KEY_BYTES = 32
MOST_BYTES = 1_000_000
MOST_SIGNATURES = 100
_ED25519 = b"\x01"
"""Signature type of Ed25519 over the text."""
_ID_BYTES = 4
_DASH = "\N{EM DASH} "
_SECRET = "PRIVATE+KEY+"  # noqa: S105 - how Go's sumdb/note begins the line that holds a signing key


class BadNote(GraderError):
    """A signed text, checkpoint or proof is not what it says, or nobody who is known has signed it."""

    exit_code = NOT_PASSED


@dataclass(frozen=True)
class Verifier:
    """A public key and the name of whose it is.

    Attributes:
        name: of a log, its origin.
        key: 32 bytes of Ed25519 (RFC 8032).
    """

    name: str
    key: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that go before a signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.key).digest()[:_ID_BYTES]

    @property
    def vkey(self) -> str:
        """Name, id and key in one line, as they are published."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(_ED25519 + self.key)}"

    def verifies(self, content: bytes, signature: bytes) -> bool:
        """Whether this key signed the content."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, content)
        except InvalidSignature:
            return False
        return True


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


class Signer:
    """A signing key; it is never shown, printed or compared.

    Args:
        name: of whose it is.
        seed: 32 bytes (RFC 8032, the private key).
    """

    def __init__(self, name: str, seed: bytes) -> None:
        if not _can_be_named(name):
            raise UsageError(f"no key can be named {shown(name)}: expected a name such as example.org/ledger")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw())

    def sign(self, content: bytes) -> bytes:
        """Return the 64 bytes of a signature; the same content is signed with the same bytes."""
        return self._key.sign(content)

    def line(self) -> str:
        """Return the line that keeps it, as Go's sumdb/note writes it."""
        of = self.verifier
        return f"{_SECRET}{of.name}+{of.key_id.hex()}+{to_base64(_ED25519 + self._key.private_bytes_raw())}"


def generated(name: str) -> Signer:
    """Return a new signing key.

    Raises:
        UsageError: no key can have this name.
    """
    return Signer(name, Ed25519PrivateKey.generate().private_bytes_raw())


def signer_of(line: str) -> Signer:
    """Return the signing key that `Signer.line` wrote.

    Raises:
        BadNote: it is none.
    """
    if not line.startswith(_SECRET):
        raise BadNote(f"this is no signing key: expected a line that begins with {_SECRET}")
    name, key_id, seed = _key_parts(line.removeprefix(_SECRET), "signing key")
    signer = Signer(name, seed)
    if signer.verifier.key_id != key_id:
        raise BadNote(f"the signing key of {shown(name)} is damaged: its id is another's")
    return signer


def verifier_of(vkey: str) -> Verifier:
    """Return the public key that a vkey holds.

    Raises:
        BadNote: it is none, or of another kind than Ed25519.
    """
    name, key_id, key = _key_parts(vkey, "vkey")
    verifier = Verifier(name, key)
    if verifier.key_id != key_id:
        raise BadNote(f"the vkey of {shown(name)} is damaged: its id is another's")
    return verifier


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


# --- how things are spelled -------------------------------------------------------------------------------------------


def to_base64(content: bytes) -> str:
    """Return bytes in base64 (RFC 4648, section 4)."""
    return base64.b64encode(content).decode()


def from_base64(text: str, what: str) -> bytes:
    """Return the bytes that a text stands for, if it is spelled as it can be in one way only.

    Raises:
        BadNote: it is not.
    """
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote(f"{what}: found {shown(text)}; expected base64") from error
    if to_base64(content) != text:
        raise BadNote(f"{what}: found {shown(text)}, which is not how base64 spells these bytes")
    return content


def _signature(line: str) -> Signature:
    name, gap, value = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not gap:
        raise BadNote(f"found {shown(line)}; expected a signature: an em dash, a name, and base64")
    if not _can_be_named(name):
        raise BadNote(f"found a signature by {shown(name)}, as no key can be named")
    content = from_base64(value, f"the signature by {shown(name)}")
    if len(content) <= _ID_BYTES:
        raise BadNote(f"the signature by {shown(name)} is too short")
    return Signature(name, content[:_ID_BYTES], content[_ID_BYTES:])


def _key_parts(text: str, what: str) -> tuple[str, bytes, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3:  # noqa: PLR2004 - name, id, key
        raise BadNote(f"this is no {what}: expected a name, an id and a key, joined by plus signs")
    name, key_id, key = parts
    if not _can_be_named(name):
        raise BadNote(f"found a {what} of {shown(name)}, as no key can be named")
    content = from_base64(key, f"the key in the {what} of {shown(name)}") if what == "vkey" else _hidden(key)
    if content[:1] != _ED25519 or len(content) != 1 + KEY_BYTES:
        raise BadNote(f"the {what} of {shown(name)} is no Ed25519 key")
    if len(key_id) != 2 * _ID_BYTES or key_id.strip("0123456789abcdef"):
        raise BadNote(f"the {what} of {shown(name)} has no id of {2 * _ID_BYTES} hexadecimal digits")
    return name, bytes.fromhex(key_id), content[1:]


def _hidden(key: str) -> bytes:
    """Return the bytes of a signing key; no message ever quotes one."""
    try:
        return base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _can_be_named(name: str) -> bool:
    return bool(name) and "+" not in name and name.isprintable() and not any(letter.isspace() for letter in name)


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(letter < " " and letter != "\n" for letter in text):
        raise BadNote("a note's text ends with a newline and holds no other control character")
