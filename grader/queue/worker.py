"""A worker: takes attempts' ids out of its lines, one after the other, and has each carried out in its own process.

Theory of operation. RQ would fork for every job; what needs a wall has one already, the boxes, so jobs are carried out
in this process, which holds the libraries and connections that they need. Of RQ's worker the loop, the signals and the
list of who is there are used; what it would make of a job, the commands that it would take over Redis, the order to
pause and the sweeping of its books are not: all of them believe what stands in Redis. A job that is not ours is taken
out and told of (`errand`), and what is no line or no job at all stops nobody.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import redis
import rq
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from rq.worker import SimpleWorker, WorkerStatus

from grader.model import Lane
from grader.queue.errand import Refused, attempt_in
from grader.queue.lines import LineName, Queue

LOOK_SECONDS = 1
"""So often an idle worker asks again which lines there are."""
LONGEST_SECONDS = 2 * 3600
"""A grading that takes longer hangs, and is given back."""
GRACE_SECONDS = 60
BEAT_SECONDS = 5
"""So often Redis is told that a worker is there."""

Lines = Callable[[], list[LineName]]
Told = Callable[[str, str], None]
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

    should_run_maintenance_tasks = False

    def __init__(self, queue: Queue, name: str, *, lines: Lines, carry_out: CarryOut, refused: Told) -> None:
        self._lines = lines
        self._carry_out = carry_out
        self._told_of = refused
        self._turn = itertools.count(1)
        self._served: dict[str, int] = {}
        self._beat_at = float("-inf")
        connection = queue.connection
        # RQ wants a line to begin with; which there are is asked each time
        nothing = rq.Queue("grader:nothing", connection=connection, serializer=JSONSerializer)
        super().__init__([nothing], name=name, connection=connection, serializer=JSONSerializer)

    def subscribe(self) -> None:
        """Take no commands over Redis."""

    def unsubscribe(self) -> None:
        """There is nothing to leave."""

    def teardown(self) -> None:
        """Leave, and let go of Redis."""
        with suppress(redis.RedisError):
            super().teardown()  # type: ignore[no-untyped-call]  # RQ's
        self.connection.close()

    def check_for_suspension(self, burst: bool) -> None:  # noqa: FBT001 - RQ's
        """Pause for nobody."""

    def dequeue_job_and_maintain_ttl(
        self,
        timeout: int | None,  # noqa: ARG002 - RQ's; an idle worker looks again sooner
        max_idle_time: int | None = None,  # noqa: ARG002
    ) -> tuple[Job, rq.Queue]:
        """Return the next job, whatever lines and connections come and go meanwhile."""
        while True:
            try:
                self.heartbeat()
                lines = self._in_turn(self._lines())
                if not lines:
                    time.sleep(LOOK_SECONDS)
                elif found := self._take({line.key.encode(): line for line in lines}):
                    return found
            except (redis.ConnectionError, redis.TimeoutError):
                time.sleep(LOOK_SECONDS)

    def execute_job(self, job: Job, queue: rq.Queue) -> None:  # noqa: ARG002 - RQ's
        """Have a job carried out.

        Without RQ's books of what runs, succeeded and failed: the store has them, and Redis may have lost them. For the
        same reason Redis is not told what this worker is at.
        """
        self._state = WorkerStatus.BUSY  # what a signal to stop waits for
        try:
            with self.death_penalty_class(LONGEST_SECONDS, JobTimeoutException, job_id=job.id):
                self._carry_out(job.id)
        finally:
            self._state = WorkerStatus.IDLE

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:  # noqa: ARG002 - RQ's
        """Tell Redis every few seconds, if it answers, that this worker is there, for as long as a job may take."""
        if time.monotonic() - self._beat_at < BEAT_SECONDS:
            return
        with suppress(redis.RedisError):
            super().heartbeat(LONGEST_SECONDS + GRACE_SECONDS, pipeline)
            self._beat_at = time.monotonic()

    def _take(self, by_key: dict[bytes, LineName]) -> tuple[Job, rq.Queue] | None:
        """Take the first id out of the first line that has one, and look at what it names."""
        try:
            popped: Any = self.connection.blpop(list(by_key), timeout=LOOK_SECONDS)
        except redis.ResponseError:
            self._remove_what_is_no_line(list(by_key))
            return None
        if popped is None:
            return None
        line, job_id = by_key[popped[0]], popped[1]
        self._served[str(line)] = next(self._turn)
        attempt_id = self._looked_at(job_id)
        if attempt_id is None:
            return None
        job = Job(attempt_id, connection=self.connection, serializer=JSONSerializer)
        return job, self.queues[0]  # RQ wants one, and hands it back

    def _looked_at(self, job_id: bytes) -> str | None:
        """Return the attempt that an id stands for, and forget the job; None when it is not ours, or is gone."""
        key, attempt_id = Job.redis_job_namespace_prefix.encode() + job_id, None
        with self.connection.pipeline(transaction=False) as asked:
            asked.hgetall(key)
            asked.delete(key)
            raw: Any = asked.execute(raise_on_error=False)[0]
        if isinstance(raw, redis.ResponseError):
            self._tell_of(job_id, "what it names is no job")
        elif raw:
            try:
                attempt_id = attempt_in(raw)
            except Refused as refused:
                self._tell_of(job_id, str(refused))
        return attempt_id

    def _tell_of(self, job_id: bytes, why: str) -> None:
        self._told_of(job_id.decode(errors="backslashreplace"), why)

    def _remove_what_is_no_line(self, keys: list[bytes]) -> None:
        for key in keys:
            if self.connection.type(key) not in {b"list", b"none"}:
                self._tell_of(key, "it stands where a line should be")
                self.connection.delete(key)

    def _in_turn(self, lines: list[LineName]) -> list[LineName]:
        """Order lines by their lanes, and within a lane by how long ago each was served."""
        lanes = list(Lane)
        return sorted(lines, key=lambda line: (lanes.index(line.lane), self._served.get(str(line), 0)))


def run(worker: Worker) -> Any:
    """Work until a signal says to stop."""
    return worker.work(logging_level="WARNING")
