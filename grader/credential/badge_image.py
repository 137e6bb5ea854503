"""A certificate inside a PNG: one text chunk, put in (baked) and taken out again.

The chunk is an iTXt with the keyword `openbadgecredential`, uncompressed, and there is exactly one: of two, one program
would check the first and another show the second. A stranger's picture is walked chunk by chunk and never decoded, so
that nothing is unpacked. Source: Open Badges 3.0, section 5.3.1 (baking a PNG); PNG third edition, sections 5.3 and
11.3.3.4 (iTXt).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from grader.credential.refusal import Refused

KEYWORD = b"openbadgecredential"
MAX_BYTES = 8 * 1024 * 1024
MAX_CHUNKS = 4096

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_FRAME = 12
"""Bytes of a chunk beside its data: length, type and checksum."""
_TEXTS = {b"iTXt", b"tEXt", b"zTXt"}


def is_png(content: bytes) -> bool:
    """Whether the bytes begin as every PNG does."""
    return content.startswith(_SIGNATURE)


def bake(picture: bytes, credential: bytes) -> bytes:
    """Return the picture with the credential inside, right after its header.

    Args:
        picture: a PNG without a credential.
        credential: the exact bytes of a signed credential, UTF-8.

    Raises:
        Refused: no PNG, or one that holds a credential already.
    """
    kinds = list(_chunks(picture))
    if _texts(kinds):
        raise Refused("the picture holds a credential already")
    data = KEYWORD + b"\0" + b"\0\0" + b"\0" + b"\0" + credential
    head = len(_SIGNATURE) + _FRAME + len(kinds[0][1])
    return picture[:head] + _chunk(b"iTXt", data) + picture[head:]


def unbake(picture: bytes) -> bytes:
    """Return the bytes of the credential inside a PNG.

    Raises:
        Refused: no PNG, damaged, no credential, more than one, or a compressed one.
    """
    found = _texts(list(_chunks(picture)))
    if len(found) != 1:
        raise Refused(f"the picture holds {len(found) or 'no'} credentials; expected exactly one")
    kind, data = found[0]
    if kind != b"iTXt" or data[:2] != b"\0\0":
        raise Refused("the credential in the picture is not an uncompressed iTXt")
    _language, _, rest = data[2:].partition(b"\0")
    _translated, separator, credential = rest.partition(b"\0")
    if not separator:
        raise Refused("the text chunk of the credential is damaged")
    return credential


def _texts(chunks: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return kind and data after the keyword of every text chunk that is a credential's."""
    split = [(kind, *data.partition(b"\0")) for kind, data in chunks if kind in _TEXTS]
    return [(kind, rest) for kind, keyword, _, rest in split if keyword == KEYWORD]


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and data of every chunk, after checking length, checksum and order."""
    if len(picture) > MAX_BYTES:
        raise Refused(f"the picture has {len(picture)} bytes; a badge has at most {MAX_BYTES}")
    if not is_png(picture):
        raise Refused("the file is no PNG")
    at, kind = len(_SIGNATURE), b""
    for number in range(MAX_CHUNKS):
        if len(picture) - at < _FRAME:
            raise Refused("the PNG ends too early")
        (length,) = struct.unpack(">I", picture[at : at + 4])
        if length > len(picture) - at - _FRAME:
            raise Refused("a chunk of the PNG is longer than the file")
        kind, data = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        if struct.pack(">I", zlib.crc32(kind + data)) != picture[at + 8 + length : at + _FRAME + length]:
            raise Refused("a chunk of the PNG does not have its checksum; the picture is damaged")
        if (number == 0) != (kind == b"IHDR"):
            raise Refused("the PNG does not begin with its one header")
        yield kind, data
        at += _FRAME + length
        if kind == b"IEND":
            if at != len(picture):
                raise Refused("something follows the end of the PNG")
            return
    raise Refused(f"the PNG has more than {MAX_CHUNKS} chunks")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
