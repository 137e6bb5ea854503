"""Public and secret Ed25519 keys as text: Multikey, and the did:key that is nothing but a key.

A Multikey is a multibase text: `z` for base58btc, then two bytes that say what follows (0xed01 an Ed25519 public key,
0x8026 a secret one), then the 32 bytes of the key. Source: W3C Controlled Identifiers 1.0, sections 2.2.2 (Multikey)
and 2.4 (base58btc); did:key method, section 3.1.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from grader.credential.refusal import Refused

KEY_BYTES = 32
SIGNATURE_BYTES = 64

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PUBLIC = b"\xed\x01"
_SECRET = b"\x80\x26"
_MAX_TEXT = 128


def multibase(content: bytes) -> str:
    """Return bytes as `z` and base58btc; each leading zero byte is one leading `1`."""
    number, digits = int.from_bytes(content, "big"), ""
    while number:
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    zeros = len(content) - len(content.lstrip(b"\0"))
    return "z" + _ALPHABET[0] * zeros + digits


def from_multibase(text: str) -> bytes:
    """Return the bytes of a base58btc text that begins with `z`.

    Raises:
        Refused: not that, or longer than any key or signature.
    """
    if not text.startswith("z") or len(text) > _MAX_TEXT or not set(text[1:]) <= set(_ALPHABET):
        raise Refused(f"{text[:60]!r} is not base58btc after a z")
    number = 0
    for character in text[1:]:
        number = number * len(_ALPHABET) + _ALPHABET.index(character)
    zeros = len(text[1:]) - len(text[1:].lstrip(_ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def public_bytes(multikey: str) -> bytes:
    """Return the 32 bytes of a public Multikey.

    Raises:
        Refused: no Ed25519 public key.
    """
    content = from_multibase(multikey)
    if content[:2] != _PUBLIC or len(content) != len(_PUBLIC) + KEY_BYTES:
        raise Refused(f"{multikey[:60]!r} is no Ed25519 public key (a Multikey that begins with z6Mk)")
    return content[2:]


def multikey_of(public: bytes) -> str:
    """Return the public Multikey of 32 bytes of Ed25519."""
    return multibase(_PUBLIC + public)


def is_signed(multikey: str, message: bytes, signature: bytes) -> bool:
    """Whether the holder of the key signed exactly this message (RFC 8032; a signature has one spelling)."""
    try:
        Ed25519PublicKey.from_public_bytes(public_bytes(multikey)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key that can sign. It does not show itself: its text holds the public half only.

    Attributes:
        seed: the 32 secret bytes.
    """

    seed: bytes = field(repr=False)

    @property
    def multikey(self) -> str:
        """The public half."""
        return multikey_of(Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    @property
    def secret_multikey(self) -> str:
        """The secret half as text, for a file that nobody else can read."""
        return multibase(_SECRET + self.seed)

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature; the same message always gives the same."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)

    def __repr__(self) -> str:
        return f"SigningKey({self.multikey})"


def signing_key(secret_multikey: str) -> SigningKey:
    """Return the key whose secret half the text is.

    Raises:
        Refused: no Ed25519 secret key.
    """
    content = from_multibase(secret_multikey)
    if content[:2] != _SECRET or len(content) != len(_SECRET) + KEY_BYTES:
        raise Refused("the text is no Ed25519 secret key (a Multikey that begins with z3u2)")
    return SigningKey(content[2:])
