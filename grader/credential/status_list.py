"""Which certificates were revoked or suspended: one bit each, in a list that the issuer signs (Bitstring Status List).

Open Badges 3.0 allows a credential one `credentialStatus`, so a choice was needed. The certificate names the list of
purpose `revocation`, which every verifier reads and which is final: a bit once set stays. A suspension can be taken
back, so it has a list of its own beside it, with the same index, whose `id` is that of the first with `suspension` for
its last part (`suspension_id`). Verifiers of other people do not look there; ours does when it is given the list.

The index is drawn at random by the caller: numbered in turn, the list would tell who was certified after whom. A list
has at least 131,072 bits so that looking one up tells nobody which. Source: W3C Bitstring Status List 1.0, sections
2.2, 3.2, 3.3.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Iterable
from typing import Any, Literal

from grader.credential.contexts import CREDENTIALS
from grader.credential.refusal import Refused
from grader.errors import EngineError

Purpose = Literal["revocation", "suspension"]
REVOCATION: Purpose = "revocation"
SUSPENSION: Purpose = "suspension"
LIST_ENDINGS = ("/revocation", ":revocation")
"""How the `id` of a revocation list ends, so that the suspension list beside it can be named."""
MIN_BITS = 131_072
MAX_BITS = 1_048_576
"""What a verifier unpacks at most: a list of 128 KiB. An issuer with more certificates begins another list."""

_MEMBERS = {"@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialSubject"}
_TYPES = ["VerifiableCredential", "BitstringStatusListCredential"]


def suspension_id(list_id: str) -> str:
    """Return the `id` of the suspension list beside a revocation list.

    Raises:
        EngineError: the last part of the revocation list's `id` is not `revocation`.
    """
    if not list_id.endswith(LIST_ENDINGS):
        raise EngineError(f"the status list {list_id!r} does not end in {' or '.join(LIST_ENDINGS)}")
    return list_id.removesuffix(REVOCATION) + SUSPENSION


def status_list(
    list_id: str,
    *,
    issuer: str,
    purpose: Purpose,
    positions: Iterable[int],
    valid_from: str,
    valid_until: str,
    bits: int = MIN_BITS,
) -> dict[str, Any]:
    """Return a status list, without a proof.

    Args:
        list_id: its `id`, for ever the same: it is inside every certificate.
        issuer: DID of who signs it.
        purpose: revocation or suspension.
        positions: the indices whose bit is set.
        valid_from: when it was made, RFC 3339.
        valid_until: when a newer one has to be had; a day later, say.
        bits: how many there are.

    Raises:
        EngineError: too few or too many bits, or an index beyond them.
    """
    if not MIN_BITS <= bits <= MAX_BITS or bits % 8:
        raise EngineError(f"a status list of {bits} bits; expected a multiple of 8 from {MIN_BITS} to {MAX_BITS}")
    content = bytearray(bits // 8)
    for position in positions:
        if not 0 <= position < bits:
            raise EngineError(f"the index {position} is beyond the {bits} bits of {list_id}")
        content[position // 8] |= 0x80 >> position % 8
    return {
        "@context": [CREDENTIALS],
        "id": list_id,
        "type": list(_TYPES),
        "issuer": issuer,
        "validFrom": valid_from,
        "validUntil": valid_until,
        "credentialSubject": {
            "id": f"{list_id}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": _encode(bytes(content)),
        },
    }


def bits_of(document: dict[str, Any]) -> tuple[Purpose, bytes]:
    """Return the purpose and the bits of a status list, most significant first.

    Raises:
        Refused: not in the form of a status list, or larger than one may be.
    """
    subject = document.get("credentialSubject")
    if document.get("@context") != [CREDENTIALS] or document.get("type") != _TYPES or not isinstance(subject, dict):
        raise Refused("the document is no status list (BitstringStatusListCredential)")
    if set(document) != _MEMBERS:
        raise Refused(
            f"the status list lacks {min(set(document) ^ _MEMBERS)[:40]!r}, or has it beside what it may have"
        )
    if set(subject) != {"id", "type", "statusPurpose", "encodedList"} or subject["type"] != "BitstringStatusList":
        raise Refused("the status list has other members than id, type, statusPurpose and encodedList")
    if subject["statusPurpose"] not in {REVOCATION, SUSPENSION} or not isinstance(subject["encodedList"], str):
        raise Refused("the status list is neither of revocations nor of suspensions")
    return subject["statusPurpose"], _decode(subject["encodedList"])


def is_set(bits: bytes, index: int) -> bool:
    """Whether the bit at an index is set.

    Raises:
        Refused: there is no such bit.
    """
    if not 0 <= index < len(bits) * 8:
        raise Refused(f"the index {index} is beyond the {len(bits) * 8} bits of the status list")
    return bool(bits[index // 8] & 0x80 >> index % 8)


def _encode(content: bytes) -> str:
    packed = gzip.compress(content, mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _decode(text: str) -> bytes:
    """Return what was packed; never unpacks more than the largest list, whatever the text promises."""
    if not text.startswith("u") or len(text) > MAX_BITS:
        raise Refused("the status list is no multibase base64url text (u...)")
    try:
        packed = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj(wbits=31)
        content = unpacking.decompress(packed, MAX_BITS // 8 + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise Refused(f"the status list cannot be unpacked: {error}") from None
    if len(content) * 8 > MAX_BITS or not unpacking.eof or unpacking.unused_data:
        raise Refused(f"the status list is no single gzip text of at most {MAX_BITS} bits")
    if len(content) * 8 < MIN_BITS:
        raise Refused(f"the status list has {len(content) * 8} bits; expected {MIN_BITS} or more")
    return content
