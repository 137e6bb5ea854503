"""Opens and ends boxes beside whoever needs them, with a few threads that live as long as the back end.

Opening a container takes a fifth of a second and removing it half of that; nobody waits for a removal. The threads stay
because connections to an engine are a thread's own, and are dear.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

T = TypeVar("T")
SIDE_BY_SIDE = 4


class Hands:
    """See the module."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=SIDE_BY_SIDE, thread_name_prefix="boxes")
        self._under_way: set[Future[Any]] = set()

    def do(self, work: Callable[[], T]) -> Future[T]:
        """Have something done, and return what will come of it."""
        future = self._threads.submit(work)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return future

    def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._under_way:
            wait(list(self._under_way))
