"""Process 1 of every box: ours, out of the learner's reach, and the last to believe anything.

Theory of operation. Process 1 of a name space takes no signal from inside that it has no handler for, SIGKILL included;
when it ends, the kernel kills all the others. So it forks once, runs nothing of a stranger's, and waits: for the child,
for the deadline, and for the engine, whose going it sees as the end of a stream. In a container of its own that stream
is the input, which is read here and handed to the child through a pipe of its own, because whoever holds the read end
of a pipe can open it for writing too (by /proc/self/fd), and would keep it from ending. In a cell (`zygote`) it is a
socket that nothing is ever sent on and that the child never holds. It is not dumpable, so nothing of it can be opened
or traced by the child's user; what a kernel does not keep of this, the child has given up by itself before it runs
anything (`shield`).
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from . import frames
from .shield import libc, shield

PIECE = 65536
PR_SET_DUMPABLE = 4
READY = b""
"""The first payload of a box: it is made ready, and nothing of a stranger's has run."""
TIME_UP = 124
"""Exit code of a box that reached its deadline, as of timeout(1)."""


def main() -> NoReturn:
    """Be process 1 of a container: seconds to live and what makes ready are the arguments.

    What that finds under the name BUNDLE is the first frame of the input, and the program is the second, which is sent
    when we have said that we are ready.
    """
    seconds, prepare = float(sys.argv[1]), sys.argv[2]
    reading, writing = os.pipe()

    def child() -> None:
        os.dup2(reading, 0)
        os.close(reading)
        os.close(writing)
        names = prepared(prepare, bytes(frames.read(0)))
        frames.write(1, READY)
        run(names, bytes(frames.read(0)).decode())

    def relay() -> tuple[int, int | None]:
        os.close(reading)
        return 0, writing

    be_first(seconds, child, relay)


def be_first(seconds: float, child: Callable[[], None], engine: Callable[[], tuple[int, int | None]]) -> NoReturn:
    """Run `child` in a child, shielded, for at most so many seconds, and as long as the engine is there.

    Args:
        seconds: to live.
        child: what it runs, to its end.
        engine: returns the descriptor that ends with the engine, and the one to hand on to what comes from it, if any.
    """
    deadline = time.monotonic() + seconds
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's own handler would let the child interrupt us
    be_dumpable(yes=False)
    number = os.fork()
    if number == 0:
        shield().install()
        be_child(child)
    watched, writing = engine()
    _close_outputs()
    os._exit(_Keeper(number, watched, writing, deadline).keep())


def be_child(child: Callable[[], None]) -> NoReturn:
    """Run `child` to its end, as what process 1 forked."""
    try:
        be_dumpable(yes=True)
        os.setsid()  # a signal to a whole group is none to process 1
        child()
    except EOFError:  # the engine has gone before it was ours to do anything
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def prepared(source: str, bundle: bytes) -> dict[str, Any]:
    """Run what makes ready, and return its names, which the program finds again."""
    names: dict[str, Any] = {"__name__": "__main__", "BUNDLE": bundle}
    exec(compile(source, "<ready>", "exec"), names)
    names.pop("BUNDLE", None)
    return names


def run(names: dict[str, Any], program: str) -> None:
    """Run a program with the names that were made ready."""
    exec(compile(program, "<box>", "exec"), names)


def be_dumpable(*, yes: bool) -> None:
    """Let others of this user look into this process, or not (prctl(2))."""
    if libc.prctl(PR_SET_DUMPABLE, int(yes), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _close_outputs() -> None:
    """Let the streams end when the child's side has closed them."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)


class _Keeper:
    """Waits for the engine's end, hands its words on, collects the dead, and decides when to end.

    Args:
        child: who gets the input.
        watched: ends with the engine.
        writing: where to write what comes from it, or None when nothing may come.
        deadline: of the steady clock.
    """

    def __init__(self, child: int, watched: int, writing: int | None, deadline: float) -> None:
        self._child = child
        self._watched = watched
        self._writing = writing
        self._deadline = deadline
        self._piece = b""
        self._woken, wake = os.pipe()
        for descriptor in (self._woken, wake, *([] if writing is None else [writing])):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def keep(self) -> int:
        """Return the exit code of the box, once it is to end."""
        while True:
            code = collect(self._child)
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
        poll.register(self._watched, 0 if self._piece else select.POLLIN)
        if self._piece and self._writing is not None:
            poll.register(self._writing, select.POLLOUT)
        for descriptor, events in poll.poll(seconds * 1000):
            if descriptor == self._woken:
                os.read(self._woken, PIECE)
            elif descriptor == self._writing:
                self._hand_on()
            elif self._writing is not None and events & select.POLLIN:
                self._piece = os.read(self._watched, PIECE)
                if not self._piece:
                    return False
                self._hand_on()
            elif events:
                return False
        return True

    def _hand_on(self) -> None:
        if self._writing is None:
            return
        try:
            self._piece = self._piece[os.write(self._writing, self._piece) :]
        except BlockingIOError:
            return
        except BrokenPipeError:  # a child that no longer listens is still ours to end
            self._piece = b""


def collect(child: int) -> int | None:
    """Bury the dead; returns the child's exit code once it is among them."""
    while True:
        try:
            dead, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return 0
        if dead == 0:
            return None
        if dead == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
