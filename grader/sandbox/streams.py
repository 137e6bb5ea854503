"""A box's streams on this host: frames and what it prints behind one descriptor, and its input.

For boxes that are spoken to without a daemon between: those of bubblewrap, and those in a cell.
"""

from __future__ import annotations

import os
import select

from grader.sandbox.exchange import Exchange

_ONE_READ = 2**16
"""What a pipe holds; and a buffer that takes no new pages of the kernel each time."""


class Streams:
    """See the module. The descriptors stay their maker's to close.

    Attributes:
        exchange: what was said, printed, and is still to be sent.
        spoke: something has come.

    Args:
        frames: where its payloads come from.
        errors: where what it prints comes from.
        input: where it reads.
    """

    def __init__(self, *, frames: int, errors: int, input: int) -> None:  # noqa: A002 - it is the input
        self._frames = frames
        self._input = input
        self._poll = select.epoll()
        for descriptor in (frames, errors):
            os.set_blocking(descriptor, False)
            self._poll.register(descriptor, select.EPOLLIN)
        os.set_blocking(input, False)
        self._heard = {frames, errors}
        self.exchange = Exchange(lambda part: os.write(input, part))
        self._awaits_room = False
        self.spoke = False

    def fileno(self) -> int:
        """Return the descriptor to select on: it can be read when one of the streams can, or takes more."""
        return self._poll.fileno()

    def receive(self) -> list[bytes]:
        """Return the payloads that have come."""
        payloads: list[bytes] = []
        for descriptor, _events in self._poll.poll(0):
            if descriptor not in self._heard:
                continue
            try:
                part = os.read(descriptor, _ONE_READ)
            except BlockingIOError:
                continue
            except ConnectionError:  # it ended without having read all that was sent
                part = b""
            self.spoke = self.spoke or bool(part)
            if not part:
                self._poll.unregister(descriptor)
                self._heard.discard(descriptor)
                self.exchange.closed = not self._heard
            elif descriptor == self._frames:
                payloads += self.exchange.said(part)
            else:
                self.exchange.was_printed(part)
        if self._awaits_room:
            self.flush()
        return payloads

    def send(self, payload: bytes) -> None:
        """Queue a payload."""
        self.exchange.send(payload)
        if self._awaits_room is not self.exchange.sending:
            self._await_room()

    def flush(self) -> None:
        """Send what can be sent."""
        self.exchange.flush()
        if self._awaits_room is not self.exchange.sending:
            self._await_room()

    def _await_room(self) -> None:
        """Wake whoever selects on us when the input takes more, for as long as there is more."""
        self._awaits_room = self.exchange.sending
        if self._awaits_room:
            self._poll.register(self._input, select.EPOLLOUT)
        else:
            self._poll.unregister(self._input)

    def close(self) -> None:
        """Hear and say nothing more."""
        self.exchange.closed = True
        self._heard.clear()
        self._poll.close()
