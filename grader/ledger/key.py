"""Keys that sign, keys that verify, and the one line that each is published or kept as (C2SP signed-note, Ed25519).

    vkey           example.org/ledger+530d903a+AekyeRr…         name, id, public key
    signing key    PRIVATE+KEY+example.org/ledger+530d903a+…    as Go's sumdb/note keeps it

A name and an id of four bytes say which key is meant; only the key itself says whether it is that one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from grader.catalog.wording import shown
from grader.errors import UsageError
from grader.ledger.spelling import BadNote, can_be_named, from_base64, to_base64

KEY_BYTES = 32
ID_BYTES = 4
_ED25519 = b"\x01"
"""Signature type of Ed25519 over the text."""
_SECRET = "PRIVATE+KEY+"  # noqa: S105 - how the line begins that holds a signing key


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
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.key).digest()[:ID_BYTES]

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


class Signer:
    """A signing key; it is never shown, printed or compared.

    Args:
        name: of whose it is.
        seed: 32 bytes (RFC 8032, the private key).
    """

    def __init__(self, name: str, seed: bytes) -> None:
        if not can_be_named(name):
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


def _key_parts(text: str, what: str) -> tuple[str, bytes, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3:  # noqa: PLR2004 - name, id, key
        raise BadNote(f"this is no {what}: expected a name, an id and a key, joined by plus signs")
    name, key_id, key = parts
    if not can_be_named(name):
        raise BadNote(f"found a {what} of {shown(name)}, as no key can be named")
    content = from_base64(key, f"the key in the {what} of {shown(name)}") if what == "vkey" else _hidden(key)
    if content[:1] != _ED25519 or len(content) != 1 + KEY_BYTES:
        raise BadNote(f"the {what} of {shown(name)} is no Ed25519 key")
    if len(key_id) != 2 * ID_BYTES or key_id.strip("0123456789abcdef"):
        raise BadNote(f"the {what} of {shown(name)} has no id of {2 * ID_BYTES} hexadecimal digits")
    return name, bytes.fromhex(key_id), content[1:]


def _hidden(key: str) -> bytes:
    """Return the bytes of a signing key; no message ever quotes one."""
    try:
        return base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        return b""
