"""Broken archives and notebooks: each is a right one with one change that certainly breaks it.

Nothing here is drawn at random and hoped to be broken: a flipped bit lies where a checksum or a magic number covers it,
a cut lies before the end that a format must have, a value is of a type that no key takes. The same ones are made every
time.
"""

from __future__ import annotations

import bz2
import copy
import gzip
import io
import json
import lzma
import random
import stat
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from grader.settings import resource

_EXAMPLES = resource("assignments")
CODE = (_EXAMPLES / "sorting-searching" / "examples" / "reference" / "solution.py").read_bytes()
NOTEBOOK = (_EXAMPLES / "orders-cleaning" / "examples" / "reference" / "cleaning.ipynb").read_bytes()


# --- archives --------------------------------------------------------------------------------------------------------


def archives() -> dict[str, tuple[str, bytes]]:
    """Return names and contents of archives that hold no sound solution.py."""
    found = dict(_zips())
    tar, gz, xz = tarred(), gzip.compress(tarred(), mtime=0), lzma.compress(tarred())
    end = 512 + -(-len(CODE) // 512) * 512  # of the last file; the block of zeros after it says that nothing follows
    for at in range(0, end + 512, 600):
        found[f"tar cut at {at}"] = "a.tar", tar[:at]
    for at in random.Random(3).sample(range(148), 6):  # noqa: S311 - the header's sum covers all of it
        found[f"tar with a bit flipped at {at}"] = "a.tar", _flipped(tar, at)
    for kind, whole in (("gz", gz), ("xz", xz), ("bz2", bz2.compress(tar))):
        for part in (1, 3, 5, 7):
            found[f"{kind} cut at {part}/8"] = f"a.tar.{kind}", whole[: len(whole) * part // 8]
        for at in (0, 1, 2, *random.Random(4).sample(range(100, len(whole) - 100), 5)):  # noqa: S311 - as above
            found[f"{kind} with a bit flipped at {at}"] = f"a.tar.{kind}", _flipped(whole, at)
    found["xz with a wrong checksum"] = "a.txz", _flipped(xz, xz.index(b"YZ") - 20)
    found["gz with a wrong checksum"] = "a.tgz", _flipped(gz, len(gz) - 8)
    found["gz without its checksum"] = "a.tgz", gz[:-8]
    for path in _ESCAPES:
        found[f"tar with {path}"] = "a.tar", tarred((path, CODE))
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
        found[f"tar with an entry of type {kind!a}"] = "a.tar", tarred((_of_type(kind), b""))
    lying = tarfile.TarInfo("solution.py")
    lying.size = 2**42
    found["tar with a file of four terabytes"] = "a.tar", lying.tobuf(tarfile.GNU_FORMAT) + bytes(10240)
    found["tar with the file twice"] = "a.tar", tarred(("solution.py", CODE), ("./solution.py", CODE))
    for name, content in (("a.zip", tar), ("a.zip", gz), ("a.tar", zipped()), ("a.tar.gz", xz), ("a.tar.xz", gz)):
        found[f"{name} that begins with {content[:2]!a}"] = name, content
    found["tar called gz"] = "a.tgz", tar
    return found


_ESCAPES = ("../solution.py", "../../beside/solution.py", "/solution.py", "a/../../solution.py", "..", "./../../x")


def _zips() -> Iterator[tuple[str, tuple[str, bytes]]]:
    whole, content = zipped(), zipped().index(CODE)
    directory, end = whole.index(b"PK\1\2"), whole.index(b"PK\5\6")
    for at in range(0, len(whole), len(whole) // 7):
        yield f"zip cut at {at}", ("a.zip", whole[:at])
    places = [0, 2, directory, directory + 2, directory + 16, directory + 24, end, end + 2]  # magic, checksum, size
    for at in [*places, *random.Random(5).sample(range(content, directory), 6)]:  # noqa: S311 - as above
        yield f"zip with a bit flipped at {at}", ("a.zip", _flipped(whole, at))
    for path in _ESCAPES:
        yield f"zip with {path}", ("a.zip", zipped((path, CODE)))
    for kind in (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK):
        entry = zipfile.ZipInfo("solution.py")
        entry.external_attr = (kind | 0o644) << 16
        yield f"zip with an entry of mode {kind:o}", ("a.zip", zipped((entry, b"/etc/passwd")))
    size, secret = struct.pack("<L", len(CODE)), bytearray(whole)
    secret[6], secret[directory + 8] = 1, 1
    yield "zip with a password", ("a.zip", bytes(secret))
    yield "zip that says too little", ("a.zip", whole.replace(size, struct.pack("<L", 10)))
    yield "zip that says too much", ("a.zip", whole.replace(size, struct.pack("<L", len(CODE) + 1)))
    yield "zip that says two gigabytes", ("a.zip", whole.replace(size, struct.pack("<L", 2**31)))
    yield "zip with two names for one file", ("a.zip", whole.replace(b"solution.py", b"evil-two.py", 1))
    yield "zip with the file twice", ("a.zip", zipped(("solution.py", CODE), ("solution.py", CODE)))
    yield "zip bomb", ("a.zip", zipped(("solution.py", bytes(2**26)), how=zipfile.ZIP_DEFLATED))
    yield "zip of six thousand files", ("a.zip", zipped(*((f"{at}.py", b"") for at in range(6000))))
    yield "zip of nothing", ("a.zip", zipped(("notes.txt", b"")))
    yield "zip with a steering name", ("a.zip", zipped(("\x1b[2Jsolution.py", CODE)))
    yield "zip with a name of bytes", ("a.zip", whole.replace(b"solution.py", b"solution.\xff\xfe"))
    yield "zip with a NUL in a name", ("a.zip", zipped(("solution.pyX", CODE)).replace(b"pyX", b"py\0"))
    yield "zip in a zip", ("a.zip", zipped(("work.zip", whole)))
    yield "zip with a source in UTF-16", ("a.zip", zipped(("solution.py", CODE.decode().encode("utf-16"))))


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    """Return a zip; by default a right one."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the same name twice
        for entry, content in entries or [(zipfile.ZipInfo("solution.py"), CODE)]:
            archive.writestr(entry, content)
    return file.getvalue()


def tarred(*entries: tuple[str | tarfile.TarInfo, bytes]) -> bytes:
    """Return a tar; by default a right one."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for entry, content in entries or [("solution.py", CODE)]:
            info = tarfile.TarInfo(entry) if isinstance(entry, str) else entry
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def _of_type(kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo("solution.py")
    info.type, info.linkname = kind, "../../beside/precious" if kind in {tarfile.SYMTYPE, tarfile.LNKTYPE} else ""
    return info


def _flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :]


# --- notebooks -------------------------------------------------------------------------------------------------------


def notebooks() -> dict[str, bytes]:
    """Return files that are no notebooks."""
    found = {f"cut at {part} of 8": NOTEBOOK[: len(NOTEBOOK) * part // 8] for part in range(6)}
    found |= {f"a NUL at {at}": NOTEBOOK[:at] + b"\0" + NOTEBOOK[at:] for at in (0, len(NOTEBOOK))}
    found |= {
        f"nothing but {text[:12]!a}": text for text in (b" ", b"x = 1\n", b"<xml/>", b"null", b"[]", b"{}", b'"a"')
    }
    found |= {
        "UTF-16": NOTEBOOK.decode().encode("utf-16"),
        "Latin-1": NOTEBOOK.replace(b"Cleaning", b"\xe9", 1),
        "two in one": NOTEBOOK * 2,
        "a comma too many": NOTEBOOK.rstrip()[:-1] + b",}",
        "a control character": NOTEBOOK.replace(b"import io", b"\x1b[2J", 1),
        "half a pair": NOTEBOOK.replace(b"import io", b"\\ud800", 1),
        "cells a second time": NOTEBOOK.rstrip()[:-1] + b', "cells": 3}',
        "deep": b"[" * 200_000,
        "deep to its end": b"[" * 200_000 + b"]" * 200_000,
        "deep metadata": _with("metadata", value={"a": "DEEP"}).replace(b'"DEEP"', b"[" * 100_000 + b"]" * 100_000),
        "deep cells": _with("cells", value="DEEP").replace(b'"DEEP"', b"[" * 900 + b"]" * 900),
    }
    for path, values in _MISFITS:
        for value in values:
            found[f"{'.'.join(map(str, path))} is {value!a}"] = _with(*path, value=value)
    for path in (["cells"], ["nbformat"], ["metadata"], ["cells", 1, "cell_type"], ["cells", 1, "source"]):
        found[f"no {path[-1]}"] = _with(*path)
    return found


_MISFITS: tuple[tuple[tuple[str | int, ...], tuple[object, ...]], ...] = (
    (("cells",), (None, {}, "x")),
    (("nbformat",), ("4", [], 3, 5, 99, -1, 4.5)),
    (("nbformat_minor",), (None, [])),
    (("metadata",), (3, [])),
    (("cells", 1), (3, [])),
    (("cells", 1, "cell_type"), (None, [], "poem")),
    (("cells", 1, "source"), (3, {}, [3], [["x"]])),
    (("cells", 1, "metadata"), (None, 3)),
    (("cells", 1, "outputs"), (3, [3])),
)
_NOTHING = object()


def _with(*path: str | int, value: object = _NOTHING) -> bytes:
    """Return the notebook with another value at `path`, or none."""
    whole: Any = copy.deepcopy(json.loads(NOTEBOOK))
    place = whole
    for step in path[:-1]:
        place = place[step]
    if value is _NOTHING:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(whole).encode()
