"""From the store to the queue: what waits is pushed in its turn, what the queue has lost is pushed again.

Theory of operation. A line in Redis is kept short, about what is graded in two seconds, so that the order of turns can
change until the last moment. Whoever comes by fills it up from the store: a worker whose line runs low, whoever submits
to it, and the process over the workers once a second. So there is nothing to find out about what Redis lost: it is not
there, it waits, it is pushed. Pushed twice is harmless, because a job is taken up once.

Asking for the order of ten thousand takes longer than grading a light submission, so a worker does not ask between any
two jobs: only when a line that had more runs low, and once a second, for lines that had nothing.
"""

from __future__ import annotations

import time
from math import ceil

from grader.queue import Queue
from grader.queue.lines import LineName
from grader.store import Store

FEW, ENOUGH = 2, 4
"""A line with fewer ids than the one is filled up to the other. Short, for what is in it has had its turn decided."""
AHEAD_SECONDS = 2.0
"""A line that moves faster is filled up with what will be graded in so long: nobody's turn is put off by more."""
MOST = 200
"""Ids in a line, however fast it moves."""
LOOK_SECONDS = 1.0
"""So often the store is asked for what a full line says nothing of."""


def feed(store: Store, queue: Queue) -> int:
    """Fill up the lines; returns how many ids were pushed.

    Raises:
        EngineError: the store or the queue does not answer.
    """
    return sum(_fill(store, queue, line, count)[0] for line, count in _waiting(store).items())


def feed_line(store: Store, queue: Queue, line: LineName) -> int:
    """Fill up one line, in which there is one more; returns how many ids were pushed. It is not counted who waits.

    Raises:
        EngineError: the store or the queue does not answer.
    """
    return _fill(store, queue, line, FEW)[0]


class Feeder:
    """Fills the lines up when they run low.

    Args:
        store: where jobs wait.
        queue: where they are pushed.
    """

    def __init__(self, store: Store, queue: Queue) -> None:
        self._store = store
        self._queue = queue
        self._longer: list[LineName] = []
        self._looked_at = float("-inf")

    def feed(self) -> bool:
        """Fill up the lines if it is time to; returns whether the store was asked.

        Raises:
            EngineError: the store or the queue does not answer.
        """
        late = time.monotonic() - self._looked_at >= LOOK_SECONDS
        if not late and all(length >= FEW for length in self._queue.lengths(self._longer)):
            return False
        self._looked_at = float("-inf")  # until it is done
        waiting = _waiting(self._store)
        self._longer = [
            line for line, count in waiting.items() if count > sum(_fill(self._store, self._queue, line, count))
        ]
        self._looked_at = time.monotonic()
        return True


def _waiting(store: Store) -> dict[LineName, int]:
    return {LineName(lane, needs): count for (lane, needs), count in store.lines.waiting().items()}


def _fill(store: Store, queue: Queue, line: LineName, count: int) -> tuple[int, int]:
    """Push who is next in a line where so many wait, if it runs low; returns how many, and how many were there."""
    there = queue.there(line)
    if len(there) >= min(FEW, count):
        return 0, len(there)
    most = max(ENOUGH, min(MOST, ceil(store.lines.pace(line.lane) * AHEAD_SECONDS)))
    fresh = [one for one in store.lines.next(line.lane, line.needs, most) if one not in there]
    queue.push_all(fresh, line)
    return len(fresh), len(there)
