"""Process 1 of every box: ours, out of the learner's reach, and the last to believe anything.

Theory of operation. Process 1 of a name space takes no signal from inside that it has no handler for, SIGKILL included;
when it ends, the kernel kills all the others. So it forks once, runs nothing of a stranger's, and waits: for the child,
for the deadline, and for the engine, whose going it sees as the end of its input. That input is read here and handed to
the child through a pipe of its own, because whoever holds the read end of a pipe can open it for writing too (by
/proc/self/fd), and would keep it from ending. It is not dumpable, so nothing of it can be opened or traced by the
child's user; what a kernel does not keep of this, the child has given up by itself before it runs anything (`shield`).
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
import time
import traceback
from typing import NoReturn

from .shield import raise_shield

PIECE = 65536
PR_SET_DUMPABLE = 4
TIME_UP = 124
"""Exit code of a box that reached its deadline, as of timeout(1)."""


def main() -> NoReturn:
    """Run the program of argument 2 in a child for at most as many seconds as argument 1 says."""
    seconds, program = float(sys.argv[1]), sys.argv[2]
    deadline = time.monotonic() + seconds
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's own handler would let the child interrupt us
    _be_dumpable(yes=False)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _be_dumpable(yes=True)
        os.dup2(reading, 0)
        os.close(reading)
        os.close(writing)
        os.setsid()  # a signal to a whole group is none to process 1
        raise_shield()
        _run(program)
    os.close(reading)
    _close_outputs()
    os._exit(_Keeper(child, writing, deadline).keep())


def _be_dumpable(*, yes: bool) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_DUMPABLE, int(yes), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _run(program: str) -> NoReturn:
    try:
        exec(compile(program, "<box>", "exec"), {"__name__": "__main__"})
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _close_outputs() -> None:
    """Let the streams end when the child's side has closed them."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)


class _Keeper:
    """Hands on the input, collects the dead, and decides when to end.

    Args:
        child: who gets the input.
        writing: where to write it.
        deadline: of the steady clock.
    """

    def __init__(self, child: int, writing: int, deadline: float) -> None:
        self._child = child
        self._writing = writing
        self._deadline = deadline
        self._piece = b""
        self._woken, wake = os.pipe()
        for descriptor in (self._woken, wake, writing):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def keep(self) -> int:
        """Return the exit code of the box, once it is to end."""
        while True:
            code = self._collect()
            if code is not None:
                return code
            left = self._deadline - time.monotonic()
            if left <= 0:
                return TIME_UP
            if not self._turn(left):
                return 0

    def _turn(self, seconds: float) -> bool:
        """Wait for one thing and do it; returns False when the engine is gone."""
        poll = select.poll()
        poll.register(self._woken, select.POLLIN)
        # also while a piece is waiting for a child that reads nothing: only then, for the end alone
        poll.register(0, 0 if self._piece else select.POLLIN)
        if self._piece:
            poll.register(self._writing, select.POLLOUT)
        for descriptor, events in poll.poll(seconds * 1000):
            if descriptor == self._woken:
                os.read(self._woken, PIECE)
            elif descriptor == self._writing:
                self._hand_on()
            elif events & select.POLLIN:
                self._piece = os.read(0, PIECE)
                if not self._piece:
                    return False
                self._hand_on()
            elif events:
                return False
        return True

    def _hand_on(self) -> None:
        try:
            self._piece = self._piece[os.write(self._writing, self._piece) :]
        except BlockingIOError:
            return
        except BrokenPipeError:  # a child that no longer listens is still ours to end
            self._piece = b""

    def _collect(self) -> int | None:
        """Bury the dead; returns the child's exit code once it is among them."""
        while True:
            try:
                dead, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return 0
            if dead == 0:
                return None
            if dead == self._child:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code
