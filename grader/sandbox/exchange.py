"""What a box has said and printed, and what it is still to be told: the part that every back end has in common.

Counts and cuts; opens nothing. Writing never blocks, because a box may choose not to read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from grader.wire import FrameReader, frame

PRINTED_TAIL = 4000
_PIECE = 2**18


class Exchange:
    """See the module.

    Args:
        write: writes what it can of some bytes without blocking, and returns how many that were.

    Attributes:
        printed: the tail of what was printed.
        printed_bytes: how much that was in all.
        closed: the box can neither say nor be told anything more.
    """

    def __init__(self, write: Callable[[memoryview], int]) -> None:
        self._write = write
        self._frames = FrameReader()
        self._waiting: deque[memoryview] = deque()
        self.printed = bytearray()
        self.printed_bytes = 0
        self.closed = False

    def said(self, part: bytes) -> list[bytes]:
        """Take a part of what it says, and return the payloads that are whole now.

        Raises:
            grader.wire.FrameTooLong: it announced a frame over the cap.
        """
        return self._frames.feed(part)

    def was_printed(self, part: bytes) -> None:
        """Take a part of what it prints."""
        self.printed_bytes += len(part)
        self.printed = (self.printed + part)[-PRINTED_TAIL:]

    def send(self, payload: bytes) -> None:
        """Queue a payload, and send what can be sent."""
        self._waiting.append(memoryview(frame(payload)))
        self.flush()

    def flush(self) -> None:
        """Send what can be sent."""
        if not self._waiting:
            return
        try:
            while self._waiting:
                first = self._waiting[0]
                sent = self._write(first[:_PIECE])
                if sent < len(first):
                    self._waiting[0] = first[sent:]
                else:
                    self._waiting.popleft()
        except BlockingIOError:
            return
        except OSError:
            self._waiting.clear()
            self.closed = True

    @property
    def sending(self) -> bool:
        """Whether something is queued."""
        return bool(self._waiting)


class Exchanging:
    """The part of a box that tells of its exchange. See `grader.sandbox.interface.Box`."""

    _exchange: Exchange

    @property
    def printed(self) -> bytearray:
        """The tail of its error stream."""
        return self._exchange.printed

    @property
    def printed_bytes(self) -> int:
        """All that it printed."""
        return self._exchange.printed_bytes

    @property
    def closed(self) -> bool:
        """Whether its streams have ended."""
        return self._exchange.closed

    @property
    def sending(self) -> bool:
        """Whether something is queued."""
        return self._exchange.sending
