"""One process tree of bubblewrap as a box: its streams, its measurements, its end.

Theory of operation. Ending kills process 1 from outside, so that the kernel kills all the others, and waits until
nothing is left. What is stopped is not killed before it goes on, so a box that was paused is let go first.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace

from grader.errors import EngineError
from grader.sandbox.container import INODES
from grader.sandbox.exchange import Exchanging
from grader.sandbox.groups import Group
from grader.sandbox.interface import Exit, Measured, since
from grader.sandbox.places import Places
from grader.sandbox.streams import Streams
from grader.sandbox.tree import Tree

LAST_MOMENT = 5.0
"""Seconds between the end of bwrap's streams and its own, at most."""


class EmbeddedBox(Exchanging):
    """An open box of bubblewrap. See `grader.sandbox.interface.Box`."""

    def __init__(self, process: subprocess.Popen[bytes], first: int, group: Group | None) -> None:
        assert process.stdin is not None  # noqa: S101 - it was asked for
        assert process.stdout is not None  # noqa: S101 - it was asked for
        assert process.stderr is not None  # noqa: S101 - it was asked for
        self._process = process
        self._first = first
        self._group = group
        self._figures = group.figures() if group is not None else Tree(first)
        self._places = Places(0, ())
        self._last = self._before = Measured()
        self._paused = False
        self._streams = Streams(
            frames=process.stdout.fileno(), errors=process.stderr.fileno(), input=process.stdin.fileno()
        )
        self._exchange = self._streams.exchange
        self.when_ended: Callable[[], None] = lambda: None

    def lost(self, seconds: float = 0.0) -> bool:  # noqa: ARG002 - there is none but us
        """Whether the back end has ended."""
        return False

    def fileno(self) -> int:
        """Return the descriptor to select on."""
        return self._streams.fileno()

    def receive(self) -> list[bytes]:
        """Return the payloads that have come."""
        payloads = self._streams.receive()
        if self._streams.spoke and not self._places.seen:  # whoever speaks has its own root by now
            self._places = Places(self._first, INODES)
        return payloads

    def send(self, payload: bytes) -> None:
        """Queue a payload."""
        self._streams.send(payload)

    def flush(self) -> None:
        """Send what can be sent."""
        self._streams.flush()

    def measure(self) -> Measured:
        """Return what it has used so far."""
        self._last = replace(self._figures.measure(self._last), full=self._places.full())
        return since(self._before, self._last)

    def stirred(self) -> bool:
        """Whether it may have been denied something."""
        return self._figures.stirred() or bool(self._places.full())

    def run(self, program: str) -> None:
        """Have it run a program, now that it is ready, and count from here."""
        self.measure()
        self._before = replace(self._last, peak_memory_kb=0)
        self.send(program.encode())

    def processes(self) -> list[int]:
        """Return the host's numbers of its processes."""
        return self._figures.processes()

    def pause(self) -> None:
        """Stop all its processes: by its control group, or by a signal to each that none can refuse."""
        self._paused = True
        done = Tree(self._first).stop() if self._group is None else self._group.freeze(yes=True)
        if not done and self.processes():
            raise EngineError("a box cannot be paused: one of its processes does not stop")

    def resume(self) -> None:
        """Let them go on."""
        if not self._paused:
            return
        self._paused = False
        done = Tree(self._first).go_on() if self._group is None else self._group.freeze(yes=False)
        if not done and self.processes():
            raise EngineError("a box that was paused does not go on")

    def _ended_by_itself(self) -> bool:
        """Whether bwrap has ended; it holds the streams, so when they have ended it is about to."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=LAST_MOMENT if self.closed else 0)
        return self._process.returncode is not None

    def end(self, *, done: bool = False) -> Exit:  # noqa: ARG002 - nothing of it is used again
        """Close, kill, remove."""
        with contextlib.suppress(EngineError):
            self.resume()  # what is frozen is not killed before it goes on
        running = not self._ended_by_itself()
        self.measure()
        self._streams.close()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._first, signal.SIGKILL)
        code = self._process.wait()
        if self._group is not None:
            self._group.kill()
            self._group.remove()
        self._figures.close()
        self._places.close()
        self.when_ended()
        return Exit(code=None if running else code if code >= 0 else 128 - code, oom=self._last.oom_kills > 0)
