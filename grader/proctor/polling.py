"""What the relay waits for: that a stream can be read, that one takes more, that another thread has something."""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from contextlib import suppress

from grader.sandbox.interface import Box


class Poll:
    """The streams of one proctor and its boxes, waited for together."""

    def __init__(self) -> None:
        self._poll = select.epoll()
        self._hearing: dict[int, Callable[[], None]] = {}
        self._behind: dict[int, Box] = {}
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)  # noqa: FBT003 - the standard library's own
        self._woken.setblocking(False)  # noqa: FBT003 - the standard library's own
        self.hear_from(self._woken.fileno(), self._was_woken)

    def close(self) -> None:
        """Wait for nothing more."""
        self._poll.close()
        self._wake.close()
        self._woken.close()

    def hear_from(self, descriptor: int, hear: Callable[[], None]) -> None:
        """Call `hear` whenever a stream can be read."""
        self._hearing[descriptor] = hear
        self._poll.register(descriptor, select.EPOLLIN)

    def forget(self, descriptor: int) -> None:
        """Let a stream go."""
        self._poll.unregister(descriptor)
        self._behind.pop(descriptor, None)
        del self._hearing[descriptor]

    def see_to(self, box: Box) -> None:
        """Wait for room, if its stream did not take all that it was to be sent."""
        if box.sending and box.fileno() not in self._behind:
            self._behind[box.fileno()] = box
            self._poll.modify(box.fileno(), select.EPOLLIN | select.EPOLLOUT)

    def wait(self, seconds: float) -> None:
        """Wait so long at most, and hear what has come by then."""
        for descriptor, _events in self._poll.poll(seconds):
            if descriptor in self._hearing:  # it may have gone in this very turn
                self._hearing[descriptor]()

    def send_more(self) -> None:
        """Send what streams take by now."""
        for descriptor, box in list(self._behind.items()):
            box.flush()
            if not box.sending:
                del self._behind[descriptor]
                self._poll.modify(descriptor, select.EPOLLIN)

    def wake(self) -> None:
        """Have whoever waits stop waiting; from any thread, at any time."""
        with suppress(OSError):
            self._wake.send(b"!")

    def _was_woken(self) -> None:
        with suppress(BlockingIOError):
            self._woken.recv(4096)
