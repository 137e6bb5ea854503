"""Reads the declared files of a folder, and only as regular files.

Theory of operation. A folder may lie where its owner can still change it, and may come from someone who wishes to read
with our rights: a link to another learner's file, a pipe that never ends, a file exchanged between a look and a read.
So nothing is looked at by name and then opened by name. Each step of a path is opened in the descriptor of the step
before (`openat`), refusing links (`O_NOFOLLOW`), without waiting (`O_NONBLOCK`: a pipe opens at once); what was opened
is asked what it is (`fstat`); and at most one byte more than the cap is read, whatever it says its size is.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from grader.errors import SubmissionError
from grader.intake.measure import cap_of, printable, too_big

_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC
_MOST_LOOKED_AT = 10_000


def read_folder(folder: Path, wanted: tuple[str, ...]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the wanted files, and what else lies at the top of the folder.

    Raises:
        SubmissionError: a wanted file is a link, not a regular file, or too big.
    """
    files = {}
    try:
        root = os.open(folder, _FOLDER)
    except OSError as error:
        raise _refusal(str(folder), error) from error
    try:
        for name in wanted:
            with suppress(FileNotFoundError), _open_below(root, name) as file:
                files[name] = read_open(file, name)
        return files, _others(root, wanted)
    finally:
        os.close(root)


@contextmanager
def open_alone(path: Path) -> Iterator[BinaryIO]:
    """Open one regular file that the learner named, refusing a link.

    Raises:
        SubmissionError: it is none.
    """
    try:
        descriptor = os.open(path, _FILE)
    except OSError as error:
        raise _refusal(path.name, error) from error
    with _regular(descriptor, path.name) as file:
        yield file


def read_open(file: BinaryIO, name: str) -> bytes:
    """Return the whole of an open file, or refuse it by the cap of `name`.

    Raises:
        SubmissionError: it is too big or cannot be read.
    """
    cap = cap_of(name)
    try:
        content = file.read(cap + 1)
    except OSError as error:
        raise _refusal(name, error) from error
    if len(content) > cap:
        raise too_big(name)
    return content


@contextmanager
def _open_below(root: int, name: str) -> Iterator[BinaryIO]:
    """Open `name` step by step from the descriptor `root`."""
    *folders, last = name.split("/")
    here = os.dup(root)
    try:
        for step in folders:
            inner = os.open(step, _FOLDER, dir_fd=here)
            os.close(here)
            here = inner
        descriptor = os.open(last, _FILE, dir_fd=here)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _refusal(name, error) from error
    finally:
        os.close(here)
    with _regular(descriptor, name) as file:
        yield file


@contextmanager
def _regular(descriptor: int, name: str) -> Iterator[BinaryIO]:
    """Own a descriptor, if it is a regular file's."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SubmissionError(f"{printable(name)} is not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        yield file


def _refusal(name: str, error: OSError) -> SubmissionError:
    """Say why a name could not be opened."""
    if error.errno == errno.ELOOP:
        return SubmissionError(f"{printable(name)} is a link; hand in what it points to")
    if error.errno == errno.ENOTDIR:
        return SubmissionError(f"{printable(name)} lies behind a link or a file; hand in real folders")
    return SubmissionError(f"{printable(name)} cannot be read: {error.strerror}")


def _others(root: int, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return what else is at the top of the folder; a folder ends in a slash, and one of wanted files is none."""
    tops = {name.split("/")[0] for name in wanted}
    others = []
    with os.scandir(root) as entries:
        for seen, entry in enumerate(entries):
            if seen >= _MOST_LOOKED_AT:
                break
            if entry.name not in tops:
                others.append(entry.name + "/" * entry.is_dir(follow_symlinks=False))
    return tuple(others)
