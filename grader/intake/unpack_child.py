"""Opens one archive, in a process of its own that may die: reads standard input, answers on standard output.

Theory of operation, continued from `archive.py`. This file runs as `python -I -S unpack_child.py <request>` and
imports only the standard library. First it takes from itself what it does not need (`_shrink`). Then it goes through
the archive twice: once by name, to decide, and once to read what was decided. Sizes that the archive declares are
used only to refuse; what is read is counted as it comes, and one byte too many ends it. What cannot be understood is
an exception, an exception is exit status 1, and that means: nothing was read.

Chosen, and why: a path with `..` or a root refuses the archive, since honest tools do not write one; links, devices and
pipes that nobody asked for are left out like any other file; the ending of the archive's name says what it must be, so
that one file cannot be a zip to us and a tar to somebody else.
"""

from __future__ import annotations

import json
import resource
import stat
import struct
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Protocol

FILE, IGNORED, REFUSED, DONE = range(4)
MEMORY, CPU_SECONDS = 512 * 2**20, 10
MAX_ENTRIES, MAX_UNPACKED = 5000, 256 * 2**20
_HEAD = struct.Struct(">BII")
_BLOCK, _PIECE = 512, 2**20


class Refused(Exception):
    """The archive is understood and not acceptable."""

    def __init__(self, reason: str, name: str = "") -> None:
        super().__init__(reason)
        self.reason, self.name = reason, name


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, whatever the format.

    Attributes:
        name: as the archive has it, tidied.
        kind: `file`, `folder`, `link`, `special` or `encrypted`.
        handle: the format's own record.
    """

    name: str
    kind: str
    handle: Any


class Archive(Protocol):
    """What both formats can do."""

    def entries(self) -> Iterator[Entry]:
        """Go through all entries."""

    def open(self, entry: Entry) -> IO[bytes]:
        """Open a file."""

    def size(self, entry: Entry) -> int:
        """Return the declared size."""


class Zip:
    """A zip file; its central directory is what counts, as for every other tool."""

    def __init__(self, file: IO[bytes]) -> None:
        if file.read(4) not in {b"PK\x03\x04", b"PK\x05\x06"}:
            raise zipfile.BadZipFile
        self._zip = zipfile.ZipFile(file)

    def entries(self) -> Iterator[Entry]:
        """Go through the central directory."""
        for info in self._zip.infolist():
            mode = info.external_attr >> 16
            kind = "folder" if info.is_dir() else "encrypted" if info.flag_bits & 1 else "file"
            if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
                kind = "link" if stat.S_ISLNK(mode) else "special"
            # orig_filename is the name before zipfile cuts it at a NUL.
            yield Entry(tidy(info.orig_filename), kind, info)

    def open(self, entry: Entry) -> IO[bytes]:
        """Open a file; zipfile compares its checksum when it was read to the end."""
        return self._zip.open(entry.handle)

    def size(self, entry: Entry) -> int:
        """Return the declared size."""
        return int(entry.handle.file_size)


class Tar:
    """A tar file, perhaps compressed."""

    def __init__(self, file: IO[bytes], compression: str) -> None:
        self._tar = tarfile.open(fileobj=file, mode=f"r:{compression}")  # type: ignore[call-overload]  # noqa: SIM115

    def entries(self) -> Iterator[Entry]:
        """Go through the headers, never further than MAX_UNPACKED, to an end that must be there."""
        for info in self._tar:
            if info.offset_data + max(info.size, 0) > MAX_UNPACKED:
                raise Refused("bomb")
            plain = info.type in {tarfile.REGTYPE, tarfile.AREGTYPE}
            link = info.issym() or info.islnk()
            kind = "file" if plain else "folder" if info.isdir() else "link" if link else "special"
            yield Entry(tidy(info.name), kind, info)
        self._look_at_end()

    def open(self, entry: Entry) -> IO[bytes]:
        """Open a file."""
        opened: IO[bytes] | None = self._tar.extractfile(entry.handle)
        if opened is None:
            raise tarfile.ReadError
        return opened

    def size(self, entry: Entry) -> int:
        """Return the declared size."""
        return int(entry.handle.size)

    def _look_at_end(self) -> None:
        """Refuse a tar that stops: tarfile ends quietly at a damaged header, as if the rest had never been there.

        Then read on to the end of the file, where gzip, bzip2 and xz keep the checksums of all that was read; they
        compare them only there.
        """
        file = self._tar.fileobj
        if file is None:
            raise tarfile.ReadError
        file.seek(self._tar.offset)
        if file.read(_BLOCK) != bytes(_BLOCK):
            raise tarfile.ReadError
        while file.read(_PIECE):
            if file.tell() > MAX_UNPACKED:
                raise Refused("bomb")


def tidy(name: str) -> str:
    """Return `name` without `./` and doubled slashes.

    Raises:
        Refused: it is absolute or climbs.
    """
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or "\0" in name:
        raise Refused("escapes", name)
    return "/".join(part for part in parts if part not in {"", "."})


def choose(entries: list[Entry], wanted: set[str]) -> tuple[dict[str, Entry], list[str]]:
    """Return which entry is which wanted file, and the names of the others.

    An archive of one folder is taken as if that folder were the root; what a Mac adds beside it does not count.

    Raises:
        Refused: a wanted file is there twice, or is no readable file.
    """
    held = [entry for entry in entries if entry.kind != "folder" and entry.name]
    prefix = "" if any(entry.name in wanted for entry in held) else _only_folder(held)
    chosen: dict[str, Entry] = {}
    ignored = []
    for entry in held:
        name = entry.name.removeprefix(prefix)
        if name not in wanted:
            ignored.append(entry.name)
        elif name in chosen:
            raise Refused("twice", name)
        elif entry.kind != "file":
            raise Refused(entry.kind, name)
        else:
            chosen[name] = entry
    return chosen, ignored


def _only_folder(entries: list[Entry]) -> str:
    """Return `folder/` when everything of the learner's lies in one, else nothing."""
    names = [entry.name for entry in entries if not entry.name.startswith((".", "__MACOSX/"))]
    tops = {name.partition("/")[0] + "/" for name in names if "/" in name}
    return tops.pop() if len(tops) == 1 and all("/" in name for name in names) else ""


def read(archive: Archive, entry: Entry, name: str, cap: int) -> bytes:
    """Return a file's bytes.

    Raises:
        Refused: there are more than `cap`.
        EOFError: there are not as many as declared.
    """
    if archive.size(entry) > cap:
        raise Refused("big", name)
    with archive.open(entry) as file:
        content = file.read(cap + 1)
    if len(content) > cap:
        raise Refused("big", name)
    if len(content) != archive.size(entry):
        raise EOFError
    return content


def unpack(request: dict[str, Any], file: IO[bytes]) -> Iterator[tuple[int, str, bytes]]:
    """Yield the frames that answer `request`.

    Raises:
        Refused: the archive is not acceptable.
        Exception: it cannot be read.
    """
    kind = request["kind"]
    compression = {".tar.gz": "gz", ".tgz": "gz", ".tar.xz": "xz", ".txz": "xz", ".tar.bz2": "bz2", ".tbz2": "bz2"}
    archive: Archive = Zip(file) if kind == ".zip" else Tar(file, compression.get(kind, ""))
    entries = []
    for entry in archive.entries():
        entries.append(entry)
        if len(entries) > MAX_ENTRIES:
            raise Refused("many")
    chosen, ignored = choose(entries, set(request["wanted"]))
    left = request["total"]
    for name, entry in chosen.items():
        content = read(archive, entry, name, min(request["wanted"][name], left))
        left -= len(content)
        yield FILE, name, content
    yield from ((IGNORED, name, b"") for name in ignored)


def main() -> None:
    """Answer, and say DONE only when everything was well."""
    _shrink()
    try:
        # All of it before the first byte is sent: an answer is whole or it is a refusal.
        frames = list(unpack(json.loads(sys.argv[1]), sys.stdin.buffer))
    except Refused as refused:
        frames = [(REFUSED, refused.name[:500], refused.reason.encode())]
    for kind, name, content in [*frames, (DONE, "", b"")]:
        text = name.encode(errors="replace")
        sys.stdout.buffer.write(_HEAD.pack(kind, len(text), len(content)) + text + content)
    sys.stdout.buffer.flush()


def _shrink() -> None:
    """Take away what this process does not need; most of it cannot be had back."""
    for which, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (most, most))


if __name__ == "__main__":
    main()
