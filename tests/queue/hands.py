"""A worker in the process of the test, which sees what it does; it ends when there is nothing left to see."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from pathlib import Path

from handing_in import hand_in
from rq.worker.base import StopRequested

from grader.model import Lane
from grader.queue.lines import LineName
from grader.queue.worker import Worker
from grader.store import Store

LINE = LineName(Lane.INTERACTIVE, "python-core")
OTHER = LineName(Lane.INTERACTIVE, "python-core+python-ml")
BATCH = LineName(Lane.BATCH, "python-core")
PATIENCE_SECONDS = 20
MARK = "QUEUE_TEST_MARK"
HIRED = []
"""The workers of the test under way."""
LEAVE_MARK = f"{__name__}.leave_mark"
"""What somebody else would have a worker call."""


@contextmanager
def patience(seconds=PATIENCE_SECONDS):
    """Tell a worker in this process to stop, if it does not by itself."""
    late = threading.Event()

    def end():
        late.set()
        os.kill(os.getpid(), signal.SIGTERM)

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        timer.join()


class Hand:
    """A worker that stops when it has carried out so much.

    Attributes:
        done: what it carried out, in order.
        refused: what it refused, by id, and why.
    """

    def __init__(self, queue, *lines, enough, name="w1"):
        self.done, self.refused = [], {}
        self.busy = False
        self._lines, self._enough = list(lines), enough
        self.worker = Worker(queue, name, lines=self.lines, carry_out=self.carry_out, refused=self.refuse)
        HIRED.append(self)

    def lines(self):
        if len(self.done) >= self._enough:
            raise StopRequested
        return self._lines

    def carry_out(self, attempt_id):
        assert not self.busy
        self.busy = True
        self.meanwhile(attempt_id)
        self.done.append(attempt_id)
        self.busy = False

    def meanwhile(self, attempt_id):
        """Do what a test wants to happen while a job is carried out."""

    def refuse(self, job_id, why):
        self.refused[job_id] = why

    def run(self):
        with patience() as late:
            self.worker.work(logging_level="WARNING")
        assert not late.is_set(), f"it stopped with {self.done}"
        return self


def leave_mark(*_arguments, **_names):
    """Show that this was run."""
    Path(os.environ[MARK]).mkdir(exist_ok=True)


def waiting(folder, *ids):
    """Return a store where these attempts wait."""
    store = Store(folder / "home")
    for one in ids:
        hand_in(store, one, needs=LINE.needs)
    return store
