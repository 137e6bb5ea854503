"""How names, bytes and numbers are spelled in signed texts: in one way only, or not at all.

Why so strict: base64 has unused bits and numbers have leading zeros, and a file in which a byte can be changed without
anybody seeing it is no evidence.
"""

from __future__ import annotations

import base64
import binascii
import re

from grader.catalog.wording import shown
from grader.errors import NOT_PASSED, GraderError

MOST_ENTRIES = 2**63
"""No log has as many."""
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class BadNote(GraderError):
    """A signed text, checkpoint or proof is not what it says, or nobody who is known has signed it."""

    exit_code = NOT_PASSED


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


def number(text: str, what: str) -> int:
    """Return a size or an index, if it is spelled as it can be in one way only.

    Raises:
        BadNote: it is not.
    """
    if not _NUMBER.fullmatch(text) or int(text) >= MOST_ENTRIES:
        raise BadNote(f"{what}: found {shown(text)}; expected a whole number without leading zeros")
    return int(text)


def can_be_named(name: str) -> bool:
    """Whether a key can have this name (C2SP signed-note: no spaces, no plus sign)."""
    return bool(name) and "+" not in name and name.isprintable() and not any(letter.isspace() for letter in name)
