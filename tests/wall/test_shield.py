"""The filter that keeps process 1 out of reach, run step by step as the kernel would (seccomp(2), bpf(4))."""

from __future__ import annotations

import errno

import pytest

from sandbox.runner import shield

KILL, TGKILL, PTRACE, PIDFD_OPEN, GETPID, FCNTL, IOCTL = 62, 234, 101, 434, 39, 72, 16
F_GETFL, F_SETOWN, F_SETOWN_EX, FIOSETOWN, TCGETS = 3, 8, 15, 0x8901, 0x5401


def answer(machine: str, number: int, *arguments: int) -> str:
    """Return what the filter says to a system call."""
    low = [argument & 0xFFFFFFFF for argument in (*arguments, 0, 0)]
    data = {shield.NUMBER: number, **dict(zip(shield.ARGUMENTS, low, strict=False))}
    steps, at, held = shield.program(machine), 0, 0
    while True:
        code, if_true, if_false, operand = steps[at]
        at += 1
        if code == shield.RETURN:
            return "allow" if operand == shield.ALLOW else "refuse"
        if code == shield.LOAD:
            held = data[operand]
        else:
            at += if_true if held == operand else if_false


@pytest.mark.parametrize(
    ("number", "arguments", "expected"),
    [
        (KILL, (1,), "refuse"),
        (KILL, (-1,), "refuse"),
        (KILL, (2,), "allow"),
        (KILL, (0,), "allow"),
        (KILL, (-2,), "allow"),
        (TGKILL, (1,), "refuse"),
        (TGKILL, (7,), "allow"),
        (PTRACE, (0,), "refuse"),
        (PIDFD_OPEN, (9,), "refuse"),
        (GETPID, (1,), "allow"),
        (0, (1,), "allow"),
        (FCNTL, (5, F_SETOWN), "refuse"),
        (FCNTL, (5, F_SETOWN_EX), "refuse"),
        (FCNTL, (8, F_GETFL), "allow"),
        (IOCTL, (5, FIOSETOWN), "refuse"),
        (IOCTL, (8, TCGETS), "allow"),
    ],
)
def test_what_is_refused(number, arguments, expected):
    """Signals to process 1 and to all, also by naming an owner; tracing, handles of processes; nothing else."""
    assert answer("x86_64", number, *arguments) == expected


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_number_has_an_answer(machine):
    """No jump leaves the program, and only what is named is refused."""
    refused, signals, owners = (numbers[machine] for numbers in (shield._REFUSED, shield._SIGNALS, shield._OWNERS))
    assert {number for number in range(600) if answer(machine, number, 5, 5) == "refuse"} == set(refused)
    assert {number for number in range(600) if answer(machine, number, 1, 5) == "refuse"} == {*refused, *signals}
    assert {number for number in range(600) if answer(machine, number, 5, 8) == "refuse"} == {*refused, *owners}


def test_it_refuses_with_a_plain_error():
    """A learner meets PermissionError, as from the kernel's own rule."""
    assert shield.REFUSE & 0xFFFF == errno.EPERM
