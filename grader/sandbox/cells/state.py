"""How a cell is between two boxes, seen from outside: what must be as it was before another submission comes in.

Nothing in the cell is asked. The kernel says which processes are in its control group, what memory they hold that it
could not take back, what the prepared process has open and mounted, and what lies in the few places where something
could be left that is no file of a box's own.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from grader.sandbox.cgroup import Cgroup

SHARED = ("dev/shm", "dev/mqueue", "dev/pts", "work", "tmp", "run/grader")
"""Places of the container that are not private to a box, and where nothing may lie."""
SLACK_KB = 16 * 1024
"""What the kernel may keep of a box for a while: it frees name spaces when it has time to."""
PATIENCE = 0.25
"""Seconds that it may take to be as it was: the kernel ends name spaces in the background."""


@dataclass(frozen=True, slots=True)
class State:
    """How a cell is.

    Attributes:
        processes: the host's numbers of all in its control group.
        descriptors: what the prepared process has open.
        mounts: how many file systems it sees.
        left: files in the shared places.
        held_kb: memory that the kernel could not take back.
    """

    processes: tuple[int, ...]
    descriptors: int
    mounts: int
    left: tuple[str, ...]
    held_kb: int


def look(group: Cgroup, zygote: int) -> State:
    """Return how a cell is.

    Args:
        group: its control group.
        zygote: the host's number of its prepared process.

    Raises:
        OSError: it cannot be seen from here, or is gone.
    """
    process = f"/proc/{zygote}"
    with open(f"{process}/mountinfo", "rb", buffering=0) as file:  # noqa: PTH123 - looked at after every box
        mounts = file.read().count(b"\n")
    return State(
        processes=tuple(sorted(group.processes())),
        descriptors=len(os.listdir(f"{process}/fd")),  # noqa: PTH208 - a count of names
        mounts=mounts,
        left=tuple(sorted(f"{place}/{name}" for place in SHARED for name in _names(f"{process}/root/{place}"))),
        held_kb=group.held_kb(),
    )


def difference(before: State, after: State) -> str:
    """Return what is not as it was, for a log; empty when all is."""
    for name in ("processes", "descriptors", "mounts", "left"):
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            return f"{name}: {was} before, {now} after"
    if after.held_kb > before.held_kb + SLACK_KB:
        return f"memory: {before.held_kb} kB before, {after.held_kb} kB after"
    return ""


def settled(group: Cgroup, zygote: int, before: State) -> str:
    """Return what is still not as it was once the kernel had a moment; empty when all is."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            found = difference(before, look(group, zygote))
        except OSError as error:
            return f"it cannot be seen any more: {error}"
        if not found or time.monotonic() > end:
            return found
        time.sleep(PATIENCE / 50)


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names alone
    except FileNotFoundError:
        return []
