"""The files of a pack, read once and with measure.

A pack comes from people who are trusted with code but not with accidents: a link that leaves the folder would put a
file of this machine into a digest and on its way to a box, and a forgotten data set would fill the memory of a worker.
A folder that may not be read is told like everything else that an author can mend.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.errors import AuthorError

MAX_HIDDEN = 64 * 2**20
MAX_FOLDER = 64 * 2**20
MAX_FILES = 5000
MAX_DEPTH = 32
_MEGABYTE = 2**20


def files_under(folder: Path, *, leave_out: frozenset[str] = frozenset()) -> dict[str, bytes]:
    """Return every file in `folder` by its path in it, in order of name.

    Args:
        folder: a folder that the author wrote.
        leave_out: names of files and folders directly in it that are not read.

    Raises:
        AuthorError: a link that leaves the folder, something that is no file or may not be read, or too much.
    """
    files: dict[str, bytes] = {}
    size: dict[str, int] = {}
    for name in _walk(folder, leave_out):
        top = name.split("/")[0]
        files[name] = _read(folder / name, folder)
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


def entries_of(folder: Path) -> list[tuple[str, bool]]:
    """Return what is in `folder`, in order of name, each with whether it is a folder and no link to one.

    Raises:
        AuthorError: it may not be read.
    """
    try:
        with os.scandir(folder) as entries:
            return sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except OSError as error:
        raise _unreadable(folder, error) from error


def is_file(path: Path) -> bool:
    """Whether there is a file at `path`, perhaps behind a link.

    Raises:
        AuthorError: its folder may not be looked into.
    """
    try:
        return path.is_file()
    except OSError as error:
        raise _unreadable(path, error) from error


def is_folder(path: Path, pack: Path) -> bool:
    """Whether there is a folder at `path` in the pack at `pack`.

    Raises:
        AuthorError: there is a link, or it may not be looked at.
    """
    try:
        if not path.is_symlink():
            return path.is_dir()
    except OSError as error:
        raise _unreadable(path, error) from error
    _target(path, pack)
    raise AuthorError(f"{path}: found a link; expected a folder: copy it here")


def _walk(folder: Path, leave_out: frozenset[str], depth: int = 0) -> Iterator[str]:
    """Yield the name in `folder` of what is in it and is no folder; caches and dot files are nobody's work."""
    if depth > MAX_DEPTH:
        raise AuthorError(f"{folder}: found folders nested more than {MAX_DEPTH} deep; expected fewer")
    for name, is_inner in entries_of(folder):
        if name.startswith(".") or name == "__pycache__" or name in leave_out:
            continue
        if is_inner:
            yield from (f"{name}/{inner}" for inner in _walk(folder / name, frozenset(), depth + 1))
        else:
            yield name


def _read(path: Path, folder: Path) -> bytes:
    """Return the content of one regular file that lies in `folder`, following a link within it."""
    try:
        descriptor = _opened(path, folder)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise AuthorError(f"{path}: found a link to a folder, a device or a pipe; expected a file")
            content = file.read() if status.st_size <= MAX_HIDDEN else None
    except OSError as error:
        raise _unreadable(path, error) from error
    if content is None:
        raise AuthorError(f"{path}: found more than {MAX_HIDDEN // _MEGABYTE} MB; expected less")
    return content


def _opened(path: Path, folder: Path) -> int:
    """Open what `path` leads to; only of a link is it looked where that is, for its folder was come to by none."""
    how = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        return os.open(path, how | os.O_NOFOLLOW)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
    return os.open(_target(path, folder), how)


def _target(path: Path, folder: Path) -> Path:
    """Return where `path` leads, links followed, if that lies in `folder`."""
    try:
        target = path.resolve(strict=True)
        leaves = not target.is_relative_to(folder.resolve())
    except OSError as error:
        raise _unreadable(path, error) from error
    except RuntimeError as error:  # pathlib's word for a circle of links
        raise AuthorError(f"{path}: found a link that leads back to itself; expected a file") from error
    if leaves:
        raise AuthorError(f"{path}: found a link that leaves the pack; expected a file: copy it here")
    return target


def _unreadable(path: Path, error: OSError) -> AuthorError:
    """Return the refusal of what the operating system does not let us read."""
    return AuthorError(f"{path}: cannot be read: {error.strerror}")
