"""Process 1 of a box of a cell, from the clone to its end: what `first` is in a container, with all at hand.

Theory of operation. It is a fork of the zygote and does what process 1 of a container does: it makes the room and gives
up all that it may (`spaces`), forks the program's process, and waits for that, for the deadline and for the engine. It
runs nothing of a stranger's, is not dumpable but while it makes the room, and has of the engine one socket that nothing
is ever sent on and that its child does not hold. What could reach it the child cannot do, because the zygote could not:
process 1 of the container had it give that up (`shield`), and no fork regains it.

Each page of memory that it or its child writes to is copied first: a fork is cheap, and what Python does after it is
not. So it computes and touches little. What is the same in each box is made before there is one, what is known of a box
before the clone; it waits in one call of C, ppoll(2), which alone lets the word of a dead child through. With that, and
with `spaces` as it is, a box costs about a third less processor time, and 390 faults of pages in place of 660.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import struct
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from types import CodeType
from typing import Any, NoReturn

from .first import TIME_UP, be_child, be_dumpable, collect
from .shield import libc
from .spaces import Room, clone

READY = b"!"
LEASH, MOST_DESCRIPTORS = 200, 256
_SIGNALS = 128
"""Bytes of a sigset_t of the C library."""
_python = ctypes.pythonapi
for _step in (_python.PyOS_BeforeFork, _python.PyOS_AfterFork_Parent, _python.PyOS_AfterFork_Child):
    _step.restype = None


class Boxes:
    """What all boxes of a cell begin with.

    Args:
        names: what was made ready.
        room: theirs, not made yet.
        empty: descriptors that lead nowhere and that what was made ready goes by.
    """

    def __init__(self, names: dict[str, Any], room: Room, empty: Sequence[int]) -> None:
        self._names = names
        self._room = room
        self._empty = empty
        self._leash = ctypes.create_string_buffer(struct.pack("=ihh", LEASH, select.POLLIN, 0))  # struct pollfd
        self._no_signals = bytes(_SIGNALS)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # one that is handled ends a call that waits
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})

    def open(self, program: CodeType, seconds: float, descriptors: Sequence[int]) -> int:
        """Begin a box, and return the number of its process 1 once there is one; that never returns.

        Args:
            program: what runs in it.
            seconds: to live.
            descriptors: input, output, errors and leash.

        Raises:
            OSError: it cannot be had.
        """
        deadline = time.monotonic() + seconds
        left = _timespec(seconds)
        run = partial(self._run, program)
        # what is to be done around a fork (os.register_at_fork) is for here and for the child that runs the program
        _python.PyOS_BeforeFork()
        try:
            number = clone()
            if number == 0:
                self._live(run, descriptors, deadline, left)
        finally:
            _python.PyOS_AfterFork_Parent()
        return number

    def _live(self, run: partial[None], descriptors: Sequence[int], deadline: float, left: Any) -> NoReturn:
        """Be process 1; whatever happens, never go on as a second zygote."""
        try:
            self._keep_only(descriptors)
            be_dumpable(yes=True)  # the kernel gives the files of /proc/self to root else, and they are to be written
            self._room.make()
            os.chdir("/work")
            be_dumpable(yes=False)
            os.write(LEASH, READY)
            child = _fork()
            if child == 0:
                be_child(run)
            os.closerange(1, 3)  # the streams end when the child's side has closed them
            os._exit(self._keep(child, deadline, left))
        except BaseException as error:
            with suppress(OSError):
                os.write(LEASH, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(1)

    def _run(self, program: CodeType) -> None:
        _python.PyOS_AfterFork_Child()
        os.close(LEASH)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        libc.sigprocmask(signal.SIG_SETMASK, self._no_signals, None)
        exec(program, self._names)

    def _keep(self, child: int, deadline: float, left: Any) -> int:
        """Return the exit code of the box, once it is to end."""
        while True:
            code = collect(child)
            if code is not None:
                return code
            if libc.ppoll(self._leash, 1, left, self._no_signals) > 0:
                return 0  # the engine is gone
            seconds = deadline - time.monotonic()
            if seconds <= 0:  # looked at by ourselves: who dies often enough would keep the call from coming to its end
                return TIME_UP
            left = _timespec(seconds)

    def _keep_only(self, descriptors: Sequence[int]) -> None:
        """Keep input, output, errors and the leash, under fixed numbers, and nothing else that another box has too.

        What was opened to make ready, and leads nowhere, is opened anew: its holders go by the number.
        """
        for descriptor, at in zip(descriptors, (0, 1, 2, LEASH), strict=True):
            os.dup2(descriptor, at)
        os.closerange(3, LEASH)
        os.closerange(LEASH + 1, MOST_DESCRIPTORS)
        for number in self._empty:
            nothing = os.open(os.devnull, os.O_RDWR)
            if nothing != number:
                os.dup2(nothing, number)
                os.close(nothing)


def _fork() -> int:
    """Fork, without what Python does around it; returns 0 in the child."""
    number = libc.fork()
    if number < 0:
        raise OSError(ctypes.get_errno(), "fork")
    return int(number)


def _timespec(seconds: float) -> Any:
    whole = int(seconds)
    return ctypes.create_string_buffer(struct.pack("@ll", whole, int((seconds - whole) * 1e9)))
