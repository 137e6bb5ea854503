"""One container as a box: its stream, taken apart and counted; its measurements; its end."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from grader.errors import EngineError
from grader.sandbox import cgroup
from grader.sandbox.exchange import Exchange, Exchanging
from grader.sandbox.interface import Exit, Measured, since
from grader.sandbox.lifeline import Lifeline
from grader.sandbox.places import Places

STDOUT = 1
_STREAM_HEAD = struct.Struct(">BxxxI")


class DockerBox(Exchanging):
    """An open container. See `grader.sandbox.interface.Box`.

    Attributes:
        identity: the engine's name for it.
        pid: the host's number of its process 1.
        group: its control group.
    """

    def __init__(
        self,
        identity: str,
        remove: Callable[[], Exit],
        stream: Any,
        group: cgroup.Cgroup,
        pid: int,
        places: Places,
        life: Lifeline,
        hold: Callable[[bool], None],
    ) -> None:
        self.identity = identity
        self.pid = pid
        self.group = group
        self._remove = remove
        self._hold = hold
        self._held: Callable[[], None] | None = None
        self._life = life
        self._stream = stream
        self._places = places
        self._socket: socket.socket = stream._sock  # noqa: SLF001 - the SDK gives no other way to a raw socket
        self._socket.setblocking(False)  # noqa: FBT003 - the standard library's own
        self._last = self._before = Measured()
        self._raw = bytearray()
        self._exchange = Exchange(self._socket.send)

    def lost(self, seconds: float = 0.0) -> bool:
        """Whether the engine that ran it has ended."""
        return self._life.over(seconds)

    def fileno(self) -> int:
        """Return the descriptor to select on."""
        return self._socket.fileno()

    def receive(self) -> list[bytes]:
        """Return the payloads that have come."""
        try:
            received = self._socket.recv(2**20)
        except BlockingIOError:
            return []
        except OSError:
            received = b""
        if not received:
            self._exchange.closed = True
        payloads: list[bytes] = []
        for stream, part in self._split(received):
            if stream == STDOUT:
                payloads += self._exchange.said(part)
            else:
                self._exchange.was_printed(part)
        return payloads

    def _split(self, received: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield (stream, bytes) of the daemon's multiplexed stream, whole parts only."""
        self._raw += received
        while len(self._raw) >= _STREAM_HEAD.size:
            stream, length = _STREAM_HEAD.unpack_from(self._raw)
            end = _STREAM_HEAD.size + length
            if len(self._raw) < end:
                return
            yield stream, bytes(self._raw[_STREAM_HEAD.size : end])
            del self._raw[:end]

    def send(self, payload: bytes) -> None:
        """Queue a payload."""
        self._exchange.send(payload)

    def flush(self) -> None:
        """Send what can be sent."""
        self._exchange.flush()

    def measure(self) -> Measured:
        """Return what it has used since it was ready."""
        self._last = self.group.measure(self._last, self._places.full())
        return since(self._before, self._last)

    def stirred(self) -> bool:
        """Whether it may have been denied something."""
        return self.group.stirred() or bool(self._places.full())

    def run(self, program: str) -> None:
        """Have it run a program, now that it is ready, and count from here."""
        self.measure()
        self._before = replace(self._last, peak_memory_kb=0)
        self.send(program.encode())

    def processes(self) -> list[int]:
        """Return the host's numbers of its processes."""
        return self.group.processes()

    def pause(self) -> None:
        """Stop all in it: by its control group where that is ours to write, else the engine does."""
        if self._held is not None:
            return
        if self.group.freeze(yes=True):
            self._held = self._thaw
            return
        self._hold(True)  # noqa: FBT003 - a callable of one argument
        self._held = lambda: self._hold(False)  # noqa: FBT003

    def resume(self) -> None:
        """Let all go on."""
        held, self._held = self._held, None
        if held is not None:
            held()

    def _thaw(self) -> None:
        if not self.group.freeze(yes=False) and self.group.processes():
            raise EngineError("a box that was paused does not go on")

    def end(self, *, done: bool = False) -> Exit:  # noqa: ARG002 - nothing of it is used again
        """Close, kill, remove."""
        with contextlib.suppress(EngineError):
            self.resume()  # what is frozen is not killed before it goes on
        self._exchange.closed = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self._stream.close()
            self._socket.close()
        self.measure()  # the last word of a box that ended by itself
        self.group.close()
        self._places.close()
        end = self._remove()
        return Exit(code=end.code, oom=end.oom or self._last.oom_kills > 0)
