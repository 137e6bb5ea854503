"""Makes the room that a box of a cell lives in: name spaces, mounts, nobody's privilege, few system calls.

Theory of operation. A cell's container has a user without privilege and a read-only root. One clone(2) makes a process
in fresh name spaces of every kind that matters; in a user name space of its own it has all capabilities over those and
none outside. With them it covers what is writable or tells of the host by file systems of its own, and then gives them
up: every capability, also those that could be regained, and every system call that could make or leave a name space.
Only after that may a stranger's code run. Covers cannot be taken off from inside: that takes a capability that is gone
and calls that are refused.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
from collections.abc import Iterable, Mapping

from .shield import install

CLONE = {"x86_64": 56, "aarch64": 220}
NEW_SPACES = 0x00020000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
"""CLONE_NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (clone(2))."""
READ_ONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
_SAFE = NOSUID | NODEV | NOEXEC
_PR_CAPBSET_READ, _PR_CAPBSET_DROP, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 23, 24, 47, 4
_CAPABILITY_VERSION_3 = 0x20080522
_EMPTY = b"size=4k,nr_inodes=2,mode=0555"
_libc = ctypes.PyDLL(None, use_errno=True)  # keeps the interpreter's lock, so that a clone finds it as it was


def clone() -> int:
    """Fork into fresh name spaces; returns 0 in the child, which is process 1 there.

    Raises:
        OSError: the kernel or the container's list of system calls does not allow it.
    """
    number = _libc.syscall(CLONE[os.uname().machine], NEW_SPACES | signal.SIGCHLD, 0, 0, 0, 0)
    if number < 0:
        raise OSError(ctypes.get_errno(), "clone into fresh name spaces")
    return int(number)


def furnish(user: int, writable: Mapping[str, str], read_only: Iterable[str], covered: Iterable[str]) -> None:
    """Make the file systems of a box, as process 1 of its name spaces.

    Args:
        user: number of the user, inside as outside.
        writable: options of tmpfs(5) by place, `exec` among them where programs may be run from it.
        read_only: files and folders that may be looked at.
        covered: files and folders that tell of the host or of the cell.

    Raises:
        OSError: naming the place.
    """
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{user} {user} 1")
    _mount(None, "/", None, RECURSIVE | PRIVATE)
    for place, options in writable.items():
        flags = NOSUID | NODEV | (0 if options.startswith("exec,") else NOEXEC)
        _mount("tmpfs", place, "tmpfs", flags, options.removeprefix("exec,").encode())
    _mount("proc", "/proc", "proc", _SAFE)
    _write("/proc/self/oom_score_adj", "1000")  # if memory runs out, a box goes and not the cell
    for path in read_only:
        if os.path.exists(path):  # noqa: PTH110 - a hundred times faster than pathlib, and done for every box
            _mount(path, path, None, BIND | RECURSIVE)
            _mount(None, path, None, REMOUNT | BIND | READ_ONLY | _SAFE)
    for path in covered:
        if os.path.isdir(path):  # noqa: PTH112
            _mount("tmpfs", path, "tmpfs", _SAFE | READ_ONLY, _EMPTY)
        elif os.path.exists(path):  # noqa: PTH110
            _mount("/dev/null", path, None, BIND)


def give_up(filter_steps: bytes) -> None:
    """Give up every capability and, but for those of a list, every system call.

    Args:
        filter_steps: the compiled list (`sandbox/seccomp/*.bpf`).

    Raises:
        OSError: the kernel does not take it.
    """
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    capability = 0
    while _libc.prctl(_PR_CAPBSET_READ, capability, 0, 0, 0) >= 0:
        _check(_libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0), "drop a capability")
        capability += 1
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION_3, 0))
    none = ctypes.create_string_buffer(bytes(24))
    _check(_libc.capset(header, none), "give up all capabilities")
    install(filter_steps)


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: bytes = b"") -> None:
    """See mount(2)."""
    encoded = [None if text is None else text.encode() for text in (source, target, kind)]
    _check(_libc.mount(*encoded, ctypes.c_ulong(flags), options or None), f"mount {target}")


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def _check(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")
