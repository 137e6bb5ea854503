"""One timing at a time on a host: what is timed beside another timing is timed wrongly.

Theory of operation. A lock on a file in the machine's folder for temporary files (flock(2)), which the kernel lets go
of when its holder ends, however that comes. The file is empty and belongs to whoever was first; others open it to read,
which is all that a lock asks for. Whoever waits too long gives up: that is a fault of the machine, and is tried again.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.errors import EngineError

NAME = "grader-timing.lock"
PATIENCE_SECONDS = 900.0
_TICK = 0.02


@contextmanager
def one_at_a_time(patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold this host's lock on timings.

    Args:
        patience: seconds to wait for it.

    Raises:
        EngineError: it cannot be had.
    """
    path = Path(tempfile.gettempdir()) / NAME
    descriptor = _opened(path)
    try:
        end = time.monotonic() + patience
        while not _taken(descriptor):
            if time.monotonic() > end:
                raise EngineError(f"another timing on this machine holds {path} for more than {patience:g} s")
            time.sleep(_TICK)
        yield
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    """Open without making where it is there already: the kernel may refuse to make over another user's file."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        try:
            return os.open(path, flags)
        except FileNotFoundError:
            return os.open(path, flags | os.O_CREAT, 0o644)
    except OSError as error:
        raise EngineError(f"{path}: cannot be locked, so nothing can be timed: {error.strerror}") from error


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
