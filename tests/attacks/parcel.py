"""Hostile archives as data: a zip or tar whose entries are told one by one, so that each says one lie.

- `ending`: zip or tar.
- `entries`: each has a name and a text, or a `link` (what it points to), or is a `fifo`, or holds `megabytes` of
  nothing. The one with the solution's name alone holds the submission; it is added where no entry has that name.
- `lie`: `cut` (the end is missing), `sizes` (a declared size is another), `checksum`, `encrypted`.
"""

from __future__ import annotations

import io
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from typing import Any

Entry = dict[str, Any]
_CENTRAL = b"PK\x01\x02"
_FLAGS, _CHECKSUM, _SIZE = 8, 16, 24
"""Where these are in an entry of a zip's central directory."""


def packed(told: dict[str, Any], files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the archive, by its name."""
    ((name, content),) = files.items()
    entries = [dict(entry) for entry in told.get("entries", [])]
    if all(entry["name"] != name for entry in entries):
        entries.append({"name": name})
    for entry in entries:
        if entry == {"name": name}:
            entry["text"] = content.decode("utf-8", "surrogatepass")
    archive = {"zip": _zip, "tar": _tar}[told["ending"]](entries)
    return {f"handed-in.{told['ending']}": _LIES[told.get("lie", "")](archive)}


def _zip(entries: list[Entry]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in entries:
            archive.NameToInfo.clear()  # it warns of a name that is there twice; filters of warnings know no threads
            info = zipfile.ZipInfo(entry["name"])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = ((stat.S_IFLNK if "link" in entry else stat.S_IFREG) | 0o644) << 16
            archive.writestr(info, _content(entry))
    return written.getvalue()


def _tar(entries: list[Entry]) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for entry in entries:
            info, content = tarfile.TarInfo(entry["name"]), _content(entry)
            info.type = tarfile.SYMTYPE if "link" in entry else tarfile.FIFOTYPE if "fifo" in entry else tarfile.REGTYPE
            info.linkname = entry.get("link", "")
            info.size = len(content) if info.isreg() else 0
            info.mode = 0o644
            archive.addfile(info, io.BytesIO(content))
    return written.getvalue()


def _content(entry: Entry) -> bytes:
    text: str = entry.get("link", entry.get("text", ""))
    return text.encode("utf-8", "surrogatepass") + bytes(2**20) * entry.get("megabytes", 0)


def _patched(at: int, form: str, value: int) -> Callable[[bytes], bytes]:
    """Return what changes a field of the first entry of the central directory."""

    def patch(archive: bytes) -> bytes:
        changed = bytearray(archive)
        struct.pack_into(form, changed, archive.index(_CENTRAL) + at, value)
        return bytes(changed)

    return patch


_LIES: dict[str, Callable[[bytes], bytes]] = {
    "": lambda archive: archive,
    "cut": lambda archive: archive[: len(archive) * 2 // 3],
    "sizes": _patched(_SIZE, "<I", 7),
    "checksum": _patched(_CHECKSUM, "<I", 7),
    "encrypted": _patched(_FLAGS, "<H", 1),
}
