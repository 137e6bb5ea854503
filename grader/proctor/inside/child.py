"""Work done apart, in a child process: what it does to its interpreter, or to itself, is not seen here.

A stranger's source or notebook can crash a parser or make it work for ever, so a child that reads one has limits of its
own. They lie below those of the proctor: the kernel must find no reason to end the proctor for what a child took.
"""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

CPU_SECONDS = 10
MEMORY = 256 * 2**20
"""Bytes of address space, beyond what a fork begins with."""
MOST = 64 * 2**20
"""Bytes of JSON that a child may hand back."""


def in_a_child(work: Callable[[], Any], *, bounded: bool) -> Any:
    """Return what `work` returns, as JSON carries it; None when the child did not come to its end.

    Args:
        work: called in a fork of this process.
        bounded: with the limits above, for what a stranger wrote.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work_and_exit(work, writing, bounded=bounded)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read(MOST + 1)
    _, status = os.waitpid(child, 0)
    return json.loads(text) if status == 0 and len(text) <= MOST else None


def _work_and_exit(work: Callable[[], Any], writing: int, *, bounded: bool) -> None:
    try:
        if bounded:
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
            most = pages * resource.getpagesize() + MEMORY
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(work()).encode())
        os._exit(0)
    except BaseException:  # noqa: BLE001 - whatever it meets, the child's status says it
        os._exit(1)
