"""From the store to the queue: what waits is pushed in its turn, what the queue has lost is pushed again.

Theory of operation. A line in Redis is kept short, a few more ids than there are workers, so that the order of turns
can change until the last moment. Whoever comes by fills it up from the store: a worker between two jobs, whoever
submits, and the process over the workers once a second. So there is nothing to find out about what Redis lost: it is
not there, it waits, it is pushed. Pushed twice is harmless, because a job is taken up once.
"""

from __future__ import annotations

from grader.queue import Queue
from grader.queue.lines import LineName
from grader.store import Store

FEW, ENOUGH = 2, 4
"""A line with fewer ids than the one is filled up to the other. Short, for what is in it has had its turn decided."""


def feed(store: Store, queue: Queue) -> int:
    """Fill up the lines; returns how many ids were pushed.

    Raises:
        EngineError: the store or the queue does not answer.
    """
    pushed = 0
    for (lane, needs), count in store.lines.waiting().items():
        line = LineName(lane, needs)
        there = queue.there(line)
        if len(there) >= min(FEW, count):
            continue
        for attempt_id in store.lines.next(lane, needs, ENOUGH):
            if attempt_id not in there:
                queue.push(attempt_id, line)
                pushed += 1
    return pushed
