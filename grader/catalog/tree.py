"""The files of a pack, read once and with measure.

A pack comes from people who are trusted with code but not with accidents: a link that leaves the folder would put a
file of this machine into a digest and on its way to a box, and a forgotten data set would fill the memory of a worker.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.errors import AuthorError

MAX_HIDDEN = 64 * 2**20
MAX_FOLDER = 64 * 2**20
MAX_FILES = 5000
_MEGABYTE = 2**20


def files_under(folder: Path, *, leave_out: frozenset[str] = frozenset()) -> dict[str, bytes]:
    """Return every file in `folder` by its path in it, in order of name.

    Args:
        folder: a folder that the author wrote.
        leave_out: names of files and folders directly in it that are not read.

    Raises:
        AuthorError: a link that leaves the folder, something that is no file, or too much.
    """
    files: dict[str, bytes] = {}
    size: dict[str, int] = {}
    for path in _walk(folder, leave_out):
        name = path.relative_to(folder).as_posix()
        top = name.split("/")[0]
        files[name] = _read(path, folder)
        size[top] = size.get(top, 0) + len(files[name])
        cap = MAX_HIDDEN if top == "hidden" else MAX_FOLDER
        if size[top] > cap:
            raise AuthorError(f"{folder / top}: found more than {cap // _MEGABYTE} MB; expected less")
        if len(files) > MAX_FILES:
            raise AuthorError(f"{folder}: found more than {MAX_FILES} files; expected fewer")
    return files


def within(files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    """Return the files of one folder, named from there."""
    return {name.removeprefix(f"{folder}/"): held for name, held in files.items() if name.startswith(f"{folder}/")}


def _walk(folder: Path, leave_out: frozenset[str]) -> Iterator[Path]:
    """Yield what is in `folder` and is no folder; caches and dot files are nobody's work."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name == "__pycache__" or path.name in leave_out:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path, frozenset())
        else:
            yield path


def _read(path: Path, folder: Path) -> bytes:
    """Return the content of one regular file that lies in `folder`, following a link within it."""
    try:
        target = path.resolve(strict=True)
        if not target.is_relative_to(folder.resolve()):
            raise AuthorError(f"{path}: found a link that leaves the pack; expected a file: copy it here")
        descriptor = os.open(target, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise AuthorError(f"{path}: found a link to a folder, a device or a pipe; expected a file")
            content = file.read(MAX_HIDDEN + 1)
    except OSError as error:
        raise AuthorError(f"{path}: cannot be read: {error.strerror}") from error
    if len(content) > MAX_HIDDEN:
        raise AuthorError(f"{path}: found more than {MAX_HIDDEN // _MEGABYTE} MB; expected less")
    return content
