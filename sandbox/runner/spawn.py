"""Starts a program of the learner's, or a compiler: a new process that holds the descriptors it is given and no other.

Not by `subprocess`, which is slow to import and has far more to say than is needed here.
"""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Mapping, Sequence

ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/work", "LC_ALL": "C.UTF-8"}
"""What every process is told; nothing of ours is in it."""
_OUT_OF_THE_WAY = 64
"""Descriptors are copied up here first, so that none is written over before it was used."""


def spawn(command: Sequence[str], descriptors: Mapping[int, int], environment: Mapping[str, str]) -> int:
    """Start `command`, whose first part is an absolute path, and return the number of its process.

    It leads a process group of its own. Descriptors 0, 1 and 2 are this process's where they are not given.

    Args:
        command: the program and its arguments.
        descriptors: its descriptors, each from one of ours.
        environment: all of it.

    Raises:
        OSError: there is no such program, or it cannot be started.
        ValueError: an argument has a zero byte.
    """
    copies = {number: fcntl.fcntl(ours, fcntl.F_DUPFD_CLOEXEC, _OUT_OF_THE_WAY) for number, ours in descriptors.items()}
    try:
        return os.posix_spawn(
            command[0],
            list(command),
            environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, copy, number) for number, copy in copies.items()],
            setpgroup=0,
            setsigdef=[signal.SIGPIPE, signal.SIGXFSZ],  # Python ignores them, and a program would inherit that
        )
    finally:
        for copy in copies.values():
            os.close(copy)
