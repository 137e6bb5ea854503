"""Has the kernel hold what was made ready in large pages, so that a fork copies a short table and not a long one.

A fork does not copy memory but the table of its pages, and its end undoes that: with numerical libraries it is most of
what a box costs. Where a kernel cannot (madvise(2), MADV_COLLAPSE, since Linux 6.1), all is as it was.
"""

from __future__ import annotations

import ctypes

MADV_COLLAPSE = 25
LARGE = 2 * 2**20


def collapse() -> None:
    """Collapse this process's own memory into large pages, where it is large enough."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/self/maps", encoding="ascii") as maps:  # noqa: PTH123 - read once, by a process that imports little
        lines = [line.split() for line in maps]
    for area, mode, _offset, _device, inode, *_name in lines:
        start, end = (int(edge, 16) for edge in area.split("-"))
        if mode == "rw-p" and inode == "0" and end - start >= LARGE:
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_COLLAPSE)
