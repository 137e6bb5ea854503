"""A worker: takes attempts' ids out of its lines, one after the other, and has each carried out in its own process.

Theory of operation. RQ would fork for every job; what needs a wall has one already, the boxes, so jobs are carried out
in this process, which holds the libraries and connections that they need. It listens to nothing but the lines: RQ's
commands over Redis are not subscribed to. A job that is not ours (`errand`) is taken out and told of.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

import rq
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from rq.worker import SimpleWorker, WorkerStatus

from grader.model import Lane
from grader.queue.errand import Errand
from grader.queue.lines import LineName, Queue, rq_queue

LOOK_SECONDS = 1
"""So often an idle worker asks again which lines there are."""
LONGEST_SECONDS = 2 * 3600
"""A grading that takes longer hangs, and is given back."""
GRACE_SECONDS = 60

Lines = Callable[[], list[LineName]]
Refused = Callable[[str, str], None]
CarryOut = Callable[[str], None]


class Worker(SimpleWorker):
    """One worker process.

    Args:
        queue: the installation's.
        name: unique among workers.
        lines: returns the lines to listen to now, the first first; none when nothing can be graded here now.
        carry_out: given the id of an attempt that there may be something to do for.
        refused: told the id of a job that was refused, and why.
    """

    def __init__(self, queue: Queue, name: str, *, lines: Lines, carry_out: CarryOut, refused: Refused) -> None:
        self._lines = lines
        self._carry_out = carry_out
        self._told_of = refused
        self._turn = itertools.count(1)
        self._served: dict[str, int] = {}
        connection = queue.connection
        first = [rq_queue(line, connection) for line in lines()] or [rq.Queue("grader:nothing", connection=connection)]
        super().__init__(
            first,
            name=name,
            connection=connection,
            serializer=JSONSerializer,
            job_class=Errand,
            default_result_ttl=0,
            log_job_description=False,
        )

    def subscribe(self) -> None:
        """Take no commands over Redis."""

    def unsubscribe(self) -> None:
        """There is nothing to leave."""

    def dequeue_job_and_maintain_ttl(
        self,
        timeout: int | None,  # noqa: ARG002 - RQ's; an idle worker looks again sooner
        max_idle_time: int | None = None,  # noqa: ARG002
    ) -> tuple[Job, rq.Queue] | None:
        """Return the next job, whatever lines come and go meanwhile."""
        while True:
            lines = self._in_turn(self._lines())
            if lines:
                self.queues = self._ordered_queues = [rq_queue(line, self.connection) for line in lines]
                found = super().dequeue_job_and_maintain_ttl(LOOK_SECONDS, LOOK_SECONDS)
                if found is not None:
                    self._served[found[1].name] = next(self._turn)
                    return found
            else:
                self.heartbeat()
                time.sleep(LOOK_SECONDS)

    def execute_job(self, job: Job, queue: rq.Queue) -> None:  # noqa: ARG002 - RQ's
        """Have a job carried out, if it is one of ours.

        Without RQ's books of what runs, succeeded and failed: the store has them, and Redis may have lost them.
        """
        why = getattr(job, "refused", "it was not looked at")
        if why:
            self._told_of(job.id, why)
            self.connection.delete(job.key)
            return
        self.set_state(WorkerStatus.BUSY)  # what a signal to stop waits for
        self.heartbeat(LONGEST_SECONDS + GRACE_SECONDS)
        try:
            with self.death_penalty_class(LONGEST_SECONDS, JobTimeoutException, job_id=job.id):
                self._carry_out(job.args[0])
        finally:
            self.set_state(WorkerStatus.IDLE)
        self.connection.delete(job.key)

    def _in_turn(self, lines: list[LineName]) -> list[LineName]:
        """Order lines by their lanes, and within a lane by how long ago each was served."""
        lanes = list(Lane)
        return sorted(lines, key=lambda line: (lanes.index(line.lane), self._served.get(str(line), 0)))


def run(worker: Worker) -> Any:
    """Work until a signal says to stop."""
    return worker.work(logging_level="WARNING")
