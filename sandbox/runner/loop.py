"""An event loop that goes on in a fork.

A box is loaded once and forked for each test, and what is loaded may be waiting in a loop: a service that has started.
asyncio's own loop is not made for that. Its epoll lives in the kernel and is one for parent and child, and so is the
pair of sockets by which threads wake it; its pool of threads is a list of threads that a fork does not have. So this
one polls out of its own memory, and makes the pair and the pool anew in each child. Threads and sockets of the
learner's are not carried over, as nowhere in a fork: who starts them with the app is asked with `isolate = "box"`.
"""

from __future__ import annotations

import asyncio
import os
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class Loop:
    """Runs coroutines to their end; what they leave waiting waits until the next one runs."""

    def __init__(self) -> None:
        self.asyncio = _Forkable(selectors.PollSelector())
        asyncio.set_event_loop(self.asyncio)

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Return what a coroutine returns."""
        return self.asyncio.run_until_complete(work)


class _Forkable(asyncio.SelectorEventLoop):
    def __init__(self, selector: selectors.BaseSelector) -> None:
        super().__init__(selector)
        os.register_at_fork(after_in_child=self._be_the_childs)

    def _be_the_childs(self) -> None:
        """Leave to the parent what is the parent's."""
        self._close_self_pipe()  # type: ignore[attr-defined]  # as `close` does
        self._make_self_pipe()  # type: ignore[attr-defined]  # as `__init__` does
        self._default_executor = None
