"""Baking: what was put into a picture comes out byte for byte, others read it, and damaged pictures are refused."""

from __future__ import annotations

import struct
import zlib

import pytest
from credential_samples import DID, KEY, NOW, signed
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib import baking

from grader.credential import Refused, Standing, Trust, verify
from grader.credential.badge_image import KEYWORD, MAX_BYTES, bake, is_png, unbake
from grader.credential.strict_json import canonical
from grader.credential.trust import trusted

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PIXELS = chunk(b"IDAT", zlib.compress(b"\0\xff"))
END = chunk(b"IEND", b"")
PICTURE = SIGNATURE + HEADER + PIXELS + END
CREDENTIAL = canonical(signed())
TEXT = KEYWORD + b"\0\0\0\0\0" + CREDENTIAL


def test_what_is_baked_comes_out() -> None:
    """Promises the exact bytes, a picture that is one still, and no other change to it."""
    baked = bake(PICTURE, CREDENTIAL)
    assert unbake(baked) == CREDENTIAL
    assert is_png(baked)
    assert baked == SIGNATURE + HEADER + chunk(b"iTXt", TEXT) + PIXELS + END


def test_somebody_elses_reader_finds_it() -> None:
    """Promises that openbadgeslib takes the same credential out of our picture."""
    found = baking.extract_png(bake(PICTURE, CREDENTIAL), keyword=KEYWORD)
    assert (found.encode() if isinstance(found, str) else found) == CREDENTIAL


def test_a_baked_certificate_verifies() -> None:
    """Promises that `verify` takes a picture as it takes the credential in it."""
    trust = Trust(issuers={DID: trusted(DID)})
    baked = verify(bake(PICTURE, CREDENTIAL), trust, at=NOW)
    assert baked.standing is Standing.ESTABLISHED
    assert baked.digest == verify(CREDENTIAL, trust, at=NOW).digest
    assert KEY.multikey in baked.findings[1].sentence


def test_a_picture_is_baked_once() -> None:
    """Promises that there are never two credentials in one picture of ours."""
    with pytest.raises(Refused, match="already"):
        bake(bake(PICTURE, CREDENTIAL), CREDENTIAL)


BAD = {
    "no picture": b"GIF89a",
    "empty": b"",
    "no credential": PICTURE,
    "two": SIGNATURE + HEADER + chunk(b"iTXt", TEXT) + chunk(b"iTXt", TEXT) + PIXELS + END,
    "one more as tEXt": SIGNATURE + HEADER + chunk(b"iTXt", TEXT) + chunk(b"tEXt", KEYWORD + b"\0x") + END,
    "compressed": SIGNATURE + HEADER + chunk(b"iTXt", KEYWORD + b"\0\1\0\0\0" + zlib.compress(CREDENTIAL)) + END,
    "as tEXt": SIGNATURE + HEADER + chunk(b"tEXt", KEYWORD + b"\0" + CREDENTIAL) + END,
    "as zTXt": SIGNATURE + HEADER + chunk(b"zTXt", KEYWORD + b"\0\0" + zlib.compress(CREDENTIAL)) + END,
    "text cut off": SIGNATURE + HEADER + chunk(b"iTXt", KEYWORD + b"\0\0\0abc") + END,
    "no header": SIGNATURE + chunk(b"iTXt", TEXT) + END,
    "two headers": SIGNATURE + HEADER + HEADER + chunk(b"iTXt", TEXT) + END,
    "no end": SIGNATURE + HEADER + chunk(b"iTXt", TEXT),
    "something after": SIGNATURE + HEADER + chunk(b"iTXt", TEXT) + END + b"x",
    "wrong checksum": SIGNATURE + HEADER + chunk(b"iTXt", TEXT)[:-1] + b"\0" + END,
    "long chunk": SIGNATURE + HEADER + b"\xff\xff\xff\xff" + b"iTXt" + TEXT + END,
    "many chunks": SIGNATURE + HEADER + chunk(b"tEXt", b"a\0b") * 5000 + chunk(b"iTXt", TEXT) + END,
    "too large": SIGNATURE + HEADER + chunk(b"IDAT", bytes(MAX_BYTES)) + chunk(b"iTXt", TEXT) + END,
}


@pytest.mark.parametrize("picture", BAD.values(), ids=BAD)
def test_a_bad_picture_is_refused(picture: bytes) -> None:
    """Promises a reason for each, and that nothing in it is unpacked."""
    with pytest.raises(Refused):
        unbake(picture)


@given(st.integers(0, len(PICTURE) + len(TEXT) + 11), st.integers(1, 255))
@settings(deadline=None)
def test_a_damaged_picture_gives_the_credential_or_a_reason(position: int, change: int) -> None:
    """Promises that a byte changed anywhere gives no other credential and no traceback."""
    baked = bytearray(bake(PICTURE, CREDENTIAL))
    baked[position] ^= change
    with pytest.raises(Refused):
        unbake(bytes(baked))
