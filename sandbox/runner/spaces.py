"""Makes the room that a box of a cell lives in: name spaces, mounts, nobody's privilege, few system calls.

Theory of operation. A cell's container has a user without privilege and a read-only root. One clone(2) makes a process
in fresh name spaces of every kind that matters; in a user name space of its own it has all capabilities over those and
none outside. With them it covers what is writable or tells of the host by file systems of its own, and then gives them
up: every capability, also those that could be regained, and every system call that could make or leave a name space.
Only after that may a stranger's code run. Covers cannot be taken off from inside: that takes a capability that is gone
and calls that are refused.

All that is done in a box is the same in each, so it is written down before there is one, as calls of C with arguments
of C. In a fork each page of memory that is touched is copied first, which costs more than most of these calls.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import struct
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .shield import Filter, libc

CLONE = {"x86_64": 56, "aarch64": 220}
NEW_SPACES = 0x00020000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
"""CLONE_NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (clone(2))."""
READ_ONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
_SAFE = NOSUID | NODEV | NOEXEC
_PR_CAPBSET_READ, _PR_CAPBSET_DROP, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 23, 24, 47, 4
_CAPABILITY_VERSION_3 = 0x20080522
_SET_FLAGS, _UP = 0x8914, 0x1
"""SIOCSIFFLAGS and IFF_UP."""
_EMPTY = b"size=4k,nr_inodes=2,mode=0555"

Call = tuple[Callable[..., int], tuple[Any, ...]]
"""A function that returns 0 when it is done, and its arguments."""


def clone() -> int:
    """Fork into fresh name spaces; returns 0 in the child, which is process 1 there.

    Raises:
        OSError: the kernel or the container's list of system calls does not allow it.
    """
    number = libc.syscall(*_CLONE)
    if number < 0:
        raise OSError(ctypes.get_errno(), "clone into fresh name spaces")
    return int(number)


class Room:
    """The room of a box, not made yet.

    Args:
        user: number of the user, inside as outside.
        writable: options of tmpfs(5) by place, `exec` among them where programs may be run from it.
        read_only: files and folders that may be looked at.
        covered: files and folders that tell of the host or of the cell.
        filter_steps: the system calls that are left, compiled (`sandbox/seccomp/*.bpf`).
        loopback: it may talk to itself over 127.0.0.1, as a container of its own may.
    """

    def __init__(
        self,
        user: int,
        writable: Mapping[str, str],
        read_only: Iterable[str],
        covered: Iterable[str],
        filter_steps: bytes,
        *,
        loopback: bool = False,
    ) -> None:
        self._filter = Filter(filter_steps)
        self._calls = [
            _write("/proc/self/setgroups", "deny"),
            _write("/proc/self/uid_map", f"{user} {user} 1"),
            _write("/proc/self/gid_map", f"{user} {user} 1"),
            _write("/proc/self/oom_score_adj", "1000"),  # if memory runs out, a box goes and not the cell
            *([(_raise_loopback, ())] if loopback else []),
            *_mounts(writable, read_only, covered),
            *_nobody(),
        ]

    def make(self) -> None:
        """Make it, as process 1 of its name spaces; then give up every capability, and every system call but a few.

        Raises:
            OSError: naming what cannot be done.
        """
        for function, arguments in self._calls:
            if function(*arguments) != 0:
                number = ctypes.get_errno()
                raise OSError(number, f"{function.__name__} {arguments}: {os.strerror(number)}")
        self._filter.install()


def _mounts(writable: Mapping[str, str], read_only: Iterable[str], covered: Iterable[str]) -> list[Call]:
    """What is not here now is in no box either: a kernel has the same in each of its /proc."""
    calls = [_mount(None, "/", None, RECURSIVE | PRIVATE)]
    for place, options in writable.items():
        flags = NOSUID | NODEV | (0 if options.startswith("exec,") else NOEXEC)
        calls.append(_mount("tmpfs", place, "tmpfs", flags, options.removeprefix("exec,").encode()))
    calls.append(_mount("proc", "/proc", "proc", _SAFE))
    for path in filter(os.path.exists, read_only):
        calls.append(_mount(path, path, None, BIND | RECURSIVE))
        calls.append(_mount(None, path, None, REMOUNT | BIND | READ_ONLY | _SAFE))
    for path in filter(os.path.exists, covered):
        if os.path.isdir(path):  # noqa: PTH112 - this is imported where little else is
            calls.append(_mount("tmpfs", path, "tmpfs", _SAFE | READ_ONLY, _EMPTY))
        else:
            calls.append(_mount("/dev/null", path, None, BIND))
    return calls


def _nobody() -> list[Call]:
    """Give up every capability that this kernel knows, also those that could be regained."""
    calls: list[Call] = [(libc.prctl, (_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))]
    capability = 0
    while libc.prctl(_PR_CAPBSET_READ, capability, 0, 0, 0) >= 0:
        calls.append((libc.prctl, (_PR_CAPBSET_DROP, capability, 0, 0, 0)))
        capability += 1
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION_3, 0))
    none = ctypes.create_string_buffer(bytes(24))
    return [*calls, (libc.capset, (header, none))]


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: bytes = b"") -> Call:
    """See mount(2)."""
    encoded = [None if text is None else text.encode() for text in (source, target, kind)]
    return libc.mount, (*encoded, ctypes.c_ulong(flags), options or None)


def _raise_loopback() -> int:
    """Bring up `lo`, the one interface that a fresh name space has (netdevice(7)); any kind of socket will do."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as asking:
        return int(libc.ioctl(asking.fileno(), ctypes.c_ulong(_SET_FLAGS), struct.pack("=16sH22x", b"lo", _UP)))


def _write(path: str, text: str) -> Call:
    return _write_to, (path.encode(), text.encode())


def _write_to(path: bytes, content: bytes) -> int:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, content)
    finally:
        os.close(descriptor)
    return 0


_CLONE = (CLONE.get(os.uname().machine, -1), NEW_SPACES | signal.SIGCHLD, 0, 0, 0, 0)
