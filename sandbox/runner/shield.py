"""Keeps process 1 out of reach where the kernel does not: nobody below may signal it, trace it or touch its memory.

Linux lets no signal from inside its name space through to a process 1 that has no handler for it. Other kernels do
(gVisor's lets it be stopped, and a stopped process 1 meets no deadline), also the signals that a kernel sends itself to
whoever is named the owner of a pipe. So the child, before a stranger's first byte runs, gives up those system calls for
itself and all it will ever start: a filter cannot be taken off (seccomp(2)).
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
NUMBER, ARGUMENTS = 0, (16, 24)  # offsets in struct seccomp_data; the low half of an argument, in little endian

_REFUSED = {  # ptrace, process_vm_readv, process_vm_writev, pidfd_open, pidfd_send_signal
    "x86_64": (101, 310, 311, 434, 424),
    "aarch64": (117, 270, 271, 434, 424),
}
_SIGNALS = {  # whom to: kill, tkill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo
    "x86_64": (62, 200, 234, 129, 297),
    "aarch64": (129, 130, 131, 138, 240),
}
_OWNERS = {  # what to do: fcntl, ioctl
    "x86_64": (72, 16),
    "aarch64": (25, 29),
}
_PROCESS_1_AND_ALL = (1, 0xFFFFFFFF)
_NAME_AN_OWNER = (8, 15, 0x8901, 0x8902)  # F_SETOWN, F_SETOWN_EX; FIOSETOWN, SIOCSPGRP

Step = tuple[int, int, int, int]


libc = ctypes.PyDLL(None, use_errno=True)
"""C's own library; it keeps the interpreter's lock, so that a fork finds it as it was."""


class Filter:
    """A filter of system calls, as the kernel takes it.

    Args:
        steps: struct sock_filter[], 8 bytes each (seccomp(2)).
    """

    def __init__(self, steps: bytes) -> None:
        self._steps = ctypes.create_string_buffer(steps)
        given = struct.pack("@HP", len(steps) // 8, ctypes.addressof(self._steps))  # struct sock_fprog
        self._given = ctypes.create_string_buffer(given)

    def install(self) -> None:
        """Have the kernel answer the system calls of this process, and of all it starts, by it, for good.

        Raises:
            OSError: the kernel does not take it.
        """
        if (
            libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
            or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, self._given, 0, 0) != 0
        ):
            raise OSError(ctypes.get_errno(), "the filter of system calls cannot be set")


def shield() -> Filter:
    """Return what a process gives up, for itself and its children, because it could reach process 1."""
    return Filter(b"".join(struct.pack("=HBBI", *step) for step in program(os.uname().machine)))


def program(machine: str) -> list[Step]:
    """Return the filter: (code, jump if true, jump if false, operand), jumps counted from the next step.

    Raises:
        KeyError: a machine whose system calls have other numbers.
    """
    steps: list[Step] = [(LOAD, 0, 0, NUMBER)]
    for number in _REFUSED[machine]:
        steps += [(JUMP_IF_EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE)]
    for number in _SIGNALS[machine]:
        steps += _unless(number, ARGUMENTS[0], _PROCESS_1_AND_ALL)
    for number in _OWNERS[machine]:
        steps += _unless(number, ARGUMENTS[1], _NAME_AN_OWNER)
    return [*steps, (RETURN, 0, 0, ALLOW)]


def _unless(number: int, argument: int, refused: tuple[int, ...]) -> list[Step]:
    """Allow a call unless an argument is one of these; any other call goes on after this."""
    steps = [(JUMP_IF_EQUAL, 0, len(refused) + 3, number), (LOAD, 0, 0, argument)]
    steps += [(JUMP_IF_EQUAL, len(refused) - at, 0, value) for at, value in enumerate(refused)]
    return [*steps, (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
