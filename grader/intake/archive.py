"""Has an archive opened by a child process, and believes little of what comes back.

Theory of operation. Parsing a stranger's zip or tar means decompressors written in C and headers that lie. The
engine does not do it: a child does (`unpack_child.py`), in a process of its own with limits on memory, processor time,
descriptors and processes, that cannot write a file, has no environment, and gets the archive as an open descriptor, its
standard input. Nothing is ever unpacked to a disk: the child answers with frames that hold the wanted files, by value.

    answer = (u8 kind, u32 name_length, u32 content_length, name, content) ... then a frame of kind DONE

Here the answer is read against a clock and against a byte count, the child is killed when either is used up, and
each frame is looked at as if a stranger had written it: names must be wanted ones, once each, within their caps. A
child that dies, or that does not end with DONE, has read nothing.
"""

from __future__ import annotations

import json
import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from grader.errors import EngineError, SubmissionError
from grader.intake.folder import open_alone
from grader.intake.measure import MAX_ARCHIVE, MAX_TOTAL, MEGABYTE, cap_of, printable, too_big

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2")

_CHILD = Path(__file__).with_name("unpack_child.py")
_HEAD = struct.Struct(">BII")
_FILE, _IGNORED, _REFUSED, _DONE = range(4)
_SECONDS = 20.0
_MOST_IGNORED = 5000
_OVERHEAD = 4 * MEGABYTE
_SENTENCES = {
    "link": "{name} is a link; put the file itself in the archive",
    "special": "{name} is not a regular file",
    "twice": "{name} is in the archive twice; which one is meant?",
    "escapes": "the archive holds the path {name}, which leads out of it",
    "encrypted": "{name} is encrypted; hand in an archive without a password",
    "many": "the archive holds too many files",
    "bomb": "the archive unpacks to far too much",
}
"""Why a child may refuse, in the learner's words; a reason that is not here is no reason."""


def read_archive(path: Path, wanted: tuple[str, ...]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the wanted files of an archive, and the names of the others.

    Raises:
        SubmissionError: it is damaged, hostile or too big.
    """
    with open_alone(path) as archive:
        if os.fstat(archive.fileno()).st_size > MAX_ARCHIVE:
            raise SubmissionError(f"{printable(path.name)} is larger than {MAX_ARCHIVE // MEGABYTE} MB")
        answer = _ask_child(archive, path.name, wanted)
    if answer is None:
        raise _unreadable(path.name)
    return _look_at(answer, path.name, wanted)


def _ask_child(archive: BinaryIO, name: str, wanted: tuple[str, ...]) -> bytes | None:
    """Return all that the child said, or None when it died, was late or said too much."""
    kind = next(ending for ending in sorted(ARCHIVES, key=len, reverse=True) if name.lower().endswith(ending))
    request = json.dumps({"kind": kind, "wanted": {one: cap_of(one) for one in wanted}, "total": MAX_TOTAL})
    command = [sys.executable, "-I", "-S", "-B", str(_CHILD), request]
    try:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and file; the request is one argument, no shell
            command, stdin=archive, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
        )
    except OSError as error:
        raise EngineError(f"cannot start the process that opens archives: {error.strerror}") from error
    return said_by(child, MAX_TOTAL + _OVERHEAD, time.monotonic() + _SECONDS)


def said_by(child: subprocess.Popen[bytes], most: int, deadline: float, *, whole_group: bool = False) -> bytes | None:
    """Return all that a child says, or None when it died, was late or said too much; it is gone afterwards.

    Args:
        child: its output is a pipe.
        most: so many bytes.
        deadline: by the steady clock.
        whole_group: end what it started too; it must lead a session of its own.
    """
    with child:
        try:
            said = _bounded(child, most, deadline)
            return said if said is not None and child.wait(timeout=_SECONDS) == 0 else None
        except subprocess.TimeoutExpired:
            return None
        finally:
            if whole_group:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
            child.kill()


def _bounded(child: subprocess.Popen[bytes], most: int, deadline: float) -> bytes | None:
    """Return the child's output to its end, or None when it is longer than `most` or later than `deadline`."""
    output = child.stdout
    if output is None:
        raise EngineError("the process that opens archives has no output")
    said = bytearray()
    waiting = select.poll()  # unlike select(), it knows descriptors over 1023
    waiting.register(output, select.POLLIN)
    while (left := deadline - time.monotonic()) > 0:
        if not waiting.poll(left * 1000):
            continue
        piece = os.read(output.fileno(), MEGABYTE)
        if not piece:
            return bytes(said)
        said += piece
        if len(said) > most:
            return None
    return None


def _look_at(answer: bytes, archive: str, wanted: tuple[str, ...]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Take the answer apart, frame by frame."""
    files: dict[str, bytes] = {}
    ignored: list[str] = []
    for kind, name, content, last in frames_of(answer):
        if kind == _DONE and last:
            return files, tuple(ignored)
        if kind == _REFUSED:
            raise _refusal(content, name, archive)
        if kind == _FILE and name in wanted and name not in files:
            if len(content) > cap_of(name):
                raise too_big(name)
            files[name] = content
        elif kind == _IGNORED and len(ignored) < _MOST_IGNORED:
            ignored.append(name)
        else:
            break
    raise _unreadable(archive)


def frames_of(answer: bytes) -> Iterator[tuple[int, str, bytes, bool]]:
    """Yield the frames of an answer: kind, name, content, whether it is the last; a torn one ends it."""
    at = 0
    while len(answer) - at >= _HEAD.size:
        kind, name_length, length = _HEAD.unpack_from(answer, at)
        start, end = at + _HEAD.size, at + _HEAD.size + name_length + length
        if end > len(answer):
            return
        name = answer[start : start + name_length].decode(errors="replace")
        yield kind, name, answer[start + name_length : end], end == len(answer)
        at = end


def _refusal(reason: bytes, name: str, archive: str) -> SubmissionError:
    """Return the child's reason in the learner's words."""
    if reason == b"big":
        return too_big(name)
    sentence = _SENTENCES.get(reason.decode("ascii", errors="replace"))
    return SubmissionError(sentence.format(name=printable(name))) if sentence else _unreadable(archive)


def _unreadable(archive: str) -> SubmissionError:
    """Return the refusal of an archive that is damaged, or not what its name says."""
    return SubmissionError(f"the archive cannot be read: is {printable(archive)} damaged, or not what its ending says?")
