"""The bundle: all that it takes to check a certificate, in one ZIP file, written in one way only.

    credential.json                exact bytes of the signed credential
    leaf.json                      exact bytes of the public leaf of its ledger entry
    private.json                   exact bytes of the private part that the leaf commits to
    certificate.tlog-proof         that the leaf is in the log (c2sp.org/tlog-proof@v1)
    status-lists/revocation.json   signed status list as of issuing, if there is one
    status-lists/suspension.json   likewise
    did.json                       the issuer's DID document as of issuing, if there is one; shown, never trust

Theory of operation. A ZIP file can say everything twice: in its directory and before each entry, under two names, with
gaps and tails that no program shows. Here nothing of that can be: the entries are stored without compression, so none
grows when it is read; and what was read is written again, and has to give the same bytes. Of two programs that read a
bundle, neither can see what the other does not. The few fields of the format that we need are written here, since a
library's choice of the others may change with its version, and old bundles must stay good.

Source: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (its end).
"""

from __future__ import annotations

import dataclasses
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from grader.catalog.wording import shown
from grader.credential import Refused

SUFFIX = ".certificate.zip"
"""How the name of a bundle ends."""
KIB = 1024
LIMITS = {
    "credential.json": 512 * KIB,
    "leaf.json": 64 * KIB,
    "private.json": 64 * KIB,
    "certificate.tlog-proof": 64 * KIB,
    "status-lists/revocation.json": 512 * KIB,
    "status-lists/suspension.json": 512 * KIB,
    "did.json": 64 * KIB,
}
"""Every entry there can be, in order, with the most bytes it may have."""
OVERHEAD = 256
"""Bytes that one entry takes beside its content, at most."""
MAX_BYTES = sum(LIMITS.values()) + OVERHEAD * (len(LIMITS) + 1)

_SIGNATURE = b"PK\x03\x04"
_LOCAL = struct.Struct("<4s5H3I2H")
_DIRECTORY = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION, _DAY = 20, 0x21
"""Version 2.0 of the format; 1 January 1980, the first day it knows: a file's date would say when it was packed."""
_STORED = 0
_MADE_ON_UNIX = 3 << 8 | _VERSION
_MODE = 0o100644 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What a bundle holds: exact bytes, nothing of it checked yet.

    Attributes:
        credential: the signed credential.
        leaf: of its ledger entry, public.
        private: what the leaf commits to.
        proof: that the leaf is in the log.
        revocation: signed status list as of issuing, or None.
        suspension: likewise.
        did: the issuer's DID document as of issuing, or None; keys in it are never trust.
    """

    credential: bytes
    leaf: bytes
    private: bytes
    proof: bytes
    revocation: bytes | None = None
    suspension: bytes | None = None
    did: bytes | None = None

    @property
    def status_lists(self) -> tuple[bytes, ...]:
        """The status lists that are there."""
        return tuple(one for one in (self.revocation, self.suspension) if one is not None)


_FIELDS = dict(zip(LIMITS, (field.name for field in dataclasses.fields(Bundle)), strict=True))
"""The name of each entry and the field that it is."""
_NEEDED = tuple(LIMITS)[:4]


def is_bundle(content: bytes) -> bool:
    """Whether the bytes begin as every bundle does."""
    return content.startswith(_SIGNATURE)


def write_bundle(bundle: Bundle) -> bytes:
    """Return a bundle as a file; the same bundle always gives the same bytes.

    Raises:
        Refused: a part of it is larger than it may be.
    """
    written, directory = bytearray(), bytearray()
    held = [(name, getattr(bundle, field)) for name, field in _FIELDS.items() if getattr(bundle, field) is not None]
    for name, content in held:
        if len(content) > LIMITS[name]:
            raise Refused(f"{name} has {len(content)} bytes; expected at most {LIMITS[name]}")
        about = (_VERSION, 0, _STORED, 0, _DAY, zlib.crc32(content), len(content), len(content), len(name))
        at = len(written)
        written += _LOCAL.pack(_SIGNATURE, *about, 0) + name.encode() + content
        directory += _DIRECTORY.pack(b"PK\x01\x02", _MADE_ON_UNIX, *about, 0, 0, 0, 0, _MODE, at) + name.encode()
    end = _END.pack(b"PK\x05\x06", 0, 0, len(held), len(held), len(directory), len(written), 0)
    return bytes(written + directory + end)


def read_bundle(content: bytes) -> Bundle:
    """Return what a bundle holds.

    Raises:
        Refused: no bundle, or one that is not written exactly as `write_bundle` writes it.
    """
    if len(content) > MAX_BYTES:
        raise Refused(f"the file has {len(content)} bytes; a bundle has at most {MAX_BYTES}")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            for fault in _faults(entries):
                raise Refused(fault)
            held = {_FIELDS[one.filename]: archive.read(one) for one in entries}
    except (zipfile.BadZipFile, RuntimeError, ValueError, EOFError, OSError, struct.error) as error:
        raise Refused(f"the file is no ZIP file that can be read: {shown(str(error))}") from None
    bundle = Bundle(**held)
    if write_bundle(bundle) != content:
        raise Refused(
            "the ZIP file holds more than its entries say, or says it in another way than a bundle does; "
            "it was packed again, or something is hidden in it"
        )
    return bundle


def _faults(entries: list[zipfile.ZipInfo]) -> Iterator[str]:
    """Yield what is wrong with the directory of a ZIP file, before any entry is read."""
    names = [one.filename for one in entries]
    for name in names:
        if name not in LIMITS:
            yield f"the bundle holds {shown(name)}, which is no part of a bundle"
        if names.count(name) > 1:
            yield f"the bundle holds {name} more than once; which one is meant?"
    for name in _NEEDED:
        if name not in names:
            yield f"the bundle has no {name}"
    if names != [name for name in LIMITS if name in names]:
        yield f"the entries of the bundle stand in another order than {', '.join(LIMITS)}"
    for one in entries:
        if one.compress_type != zipfile.ZIP_STORED or one.compress_size != one.file_size:
            yield f"{one.filename} is compressed; a bundle holds its parts as they are"
        if one.file_size > LIMITS[one.filename]:
            yield f"{one.filename} has {one.file_size} bytes; expected at most {LIMITS[one.filename]}"
