"""A program that was built in another box, started and run with input and arguments.

One run is one new process. Its output is kept for the reply and handed on to the error stream as well, where the engine
counts it like all that a box prints and ends a box that prints too much. A program that a signal ended, a sanitizer's
SIGABRT included, takes this process with it: so the end is seen from outside, as that of any other learner's code is,
and nobody has to be believed.
"""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NoReturn

from .caps import TooBig
from .spawn import ENVIRONMENT, spawn

MOST_OUTPUT = 32 * 2**20
"""Bytes of one run's output that are kept."""
_SANITIZERS = {
    # the leak checker traces its own process, which no box may
    "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1:allocator_may_return_null=1",
    "UBSAN_OPTIONS": "halt_on_error=1:abort_on_error=1:print_stacktrace=1",
}
_TURN = 20
"""Milliseconds after which it is looked whether a program has ended that left its output open to somebody else."""
_PIECE = 65536


class Program:
    """A command that can be started.

    Args:
        command: what starts it.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command

    def start(self, descriptors: Mapping[int, int], args: Sequence[str] = ()) -> int:
        """Start a process, and return its number."""
        return spawn([*self._command, *args], descriptors, ENVIRONMENT | _SANITIZERS)

    def run(self, given: bytes, args: Sequence[str]) -> tuple[bytes, int]:
        """Run it to its end; returns what it wrote to its output, and its exit code.

        Raises:
            TooBig: it wrote more than is kept.
        """
        (inlet, feeding), (hearing, outlet) = os.pipe(), os.pipe()
        number = self.start({0: inlet, 1: outlet}, args)
        os.close(inlet)
        os.close(outlet)
        written, status = _converse(number, feeding, hearing, given)
        with suppress(ProcessLookupError):
            os.killpg(number, signal.SIGKILL)  # whom it left behind in its group
        code = os.waitstatus_to_exitcode(status)
        if code < 0:
            end_with(code)
        if len(written) > MOST_OUTPUT:
            raise TooBig("the output of a program")
        return bytes(written), code


def end_with(code: int) -> NoReturn:
    """End this process as the program's was ended: by a signal where the code is negative."""
    how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
    with suppress(OSError):
        os.write(2, f"\nthe program ended {how}\n".encode())
    os._exit(128 - code if code < 0 else code)


def _converse(number: int, feeding: int, hearing: int, given: bytes) -> tuple[bytearray, int]:
    """Feed a process and hear it until it has ended; returns what it wrote, and its wait status."""
    for descriptor in (feeding, hearing):
        os.set_blocking(descriptor, False)
    poll = select.poll()
    poll.register(hearing, select.POLLIN)
    poll.register(feeding, select.POLLOUT)
    left, written, status = memoryview(given), bytearray(), None
    while True:
        ready = dict(poll.poll(_TURN))
        if feeding in ready:
            left = _feed(feeding, left)
            if not left:
                poll.unregister(feeding)
                os.close(feeding)
                feeding = -1
        if hearing in ready and not _hear(hearing, written):
            break
        if hearing not in ready:
            if status is not None:
                break
            ended, found = os.waitpid(number, os.WNOHANG)
            status = found if ended else None
    os.close(hearing)
    if feeding >= 0:
        os.close(feeding)
    return written, os.waitpid(number, 0)[1] if status is None else status


def _feed(feeding: int, left: memoryview) -> memoryview:
    """Write a piece; nothing is left for a program that no longer reads."""
    try:
        return left[os.write(feeding, left[:_PIECE]) :] if left else left
    except BlockingIOError:
        return left
    except BrokenPipeError:
        return left[:0]


def _hear(hearing: int, written: bytearray) -> bool:
    """Take a piece, and hand it on to the error stream; returns False at the end of the stream."""
    piece = os.read(hearing, _PIECE)
    if len(written) <= MOST_OUTPUT:
        written += piece
    left = memoryview(piece)
    while left:
        left = left[os.write(2, left) :]
    return bool(piece)
