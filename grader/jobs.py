"""What a worker process does: holds the sandbox and the store open, and carries out one job after the other.

Theory of operation. What is needed for a job is made ready before the first one is taken: libraries, connections, the
sandbox and what it has been tried for. A worker takes jobs only while its sandbox answers, so an engine that is down
costs no job a try; and only those whose image families it has, from the same recipes as the other hosts. It says so
once, and leaves the others to others. No exception leaves a job: what a job came to is in the store, and in the log.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

from grader import pipeline
from grader.desk import Desk
from grader.dispatch import Feeder
from grader.engine import engine_digest
from grader.errors import EngineError, GraderError, UsageError
from grader.log import Log, open_log
from grader.model import Lane
from grader.queue import Queue
from grader.queue.lines import LineName
from grader.queue.worker import Worker, run
from grader.sandbox import recipes
from grader.sandbox.choice import open_sandbox
from grader.sandbox.interface import Sandbox
from grader.settings import Settings, resource
from grader.store import Store

AGAIN_SECONDS = 5.0
"""So often a sandbox that does not answer is asked again, and the families are looked at again."""
AHEAD = 2
"""Containers of a kind that are made before they are needed."""
_PR_SET_PDEATHSIG = 1


class Bench:
    """A worker's place: what it has ready.

    Args:
        desk: with a queue.
        name: of the worker.
        lanes: which it serves.
        log: where it says what it does.
    """

    def __init__(self, desk: Desk, name: str, lanes: Sequence[Lane], log: Log) -> None:
        self._desk = desk
        self._name = name
        self._lanes = lanes
        self._log = log
        self._sandbox: Sandbox | None = None
        self._families: frozenset[str] = frozenset()
        self._looked_at = 0.0
        self._complaint = ""
        self._others: dict[str, str] = {}
        self._needs: tuple[str, ...] = ()
        assert desk.queue is not None  # noqa: S101 - a worker is made with one
        self._feeder = Feeder(desk.store, desk.queue)

    def lines(self) -> list[LineName]:
        """Return the lines that can be served now, filled up from the store; none while something is missing."""
        try:
            if not self._ready():
                return []
            if self._feeder.feed():
                self._needs = self._desk.store.packs.needs()
        except (EngineError, UsageError) as error:
            if str(error) != self._complaint:
                self._log.warning("not ready", why=str(error))
            self._complaint = str(error)
            return []
        self._complaint = ""
        needs = [one for one in self._needs if set(one.split("+")) <= self._families]
        return [LineName(lane, need) for lane in self._lanes for need in needs]

    def carry_out(self, attempt_id: str) -> None:
        """Grade an attempt, if there is something to do for it; never raises but to stop the worker."""
        log = self._log
        try:
            job = self._desk.store.jobs.claim(attempt_id, self._name)
            if job is None:
                log.info("nothing to do", attempt=attempt_id)
                return
            started = time.monotonic()
            log.info("taken up", attempt=job.attempt, assignment=job.assignment, lane=job.lane.value, tries=job.tries)
            done = pipeline.carry_out(self._desk, self._opened, job, progress=lambda _step: None)
            report = done.report
            log.info(
                "graded",
                attempt=job.attempt,
                points=str(report.score.earned),
                passed=report.passed,
                findings=report.findings_digest,
                seconds=round(time.monotonic() - started, 3),
            )
        except GraderError as error:
            log.warning(
                "not graded", attempt=attempt_id, kind=type(error).__name__, why=str(error), hidden=error.hidden
            )
            self._looked_at = 0.0  # whatever it was, look at the sandbox before the next
        except Exception:
            log.exception("fault", attempt=attempt_id)
            self._looked_at = 0.0

    def refused(self, job_id: str, why: str) -> None:
        """Tell of a job in the queue that is none of ours."""
        self._log.error("refused", job=ascii(job_id)[:80], why=why[:300])
        with suppress(EngineError):
            self._desk.store.agreement.note_refusal()

    def leave(self) -> None:
        """Take the name off the list of who is at work, and end what is kept ready."""
        with suppress(EngineError):
            self._desk.store.agreement.leave(self._name)
        if self._sandbox is not None:
            with suppress(EngineError):
                self._sandbox.close()

    def _opened(self) -> Sandbox:
        if self._sandbox is None:
            # never another back end because Docker happens to be down: what it grades would be practice only
            self._sandbox = open_sandbox(self._desk.settings.sandbox or "docker", ahead=AHEAD)
        return self._sandbox

    def _ready(self) -> bool:
        """Whether a job could be graded now; looked at every few seconds, and after each that could not."""
        if time.monotonic() - self._looked_at < AGAIN_SECONDS:
            return bool(self._families)
        if not self._opened().answers():
            raise EngineError(f"{self._opened().name} does not answer")
        if not self._looked_at:
            self._opened().reap()
            self._desk.store.secret()
        self._families = self._usable()
        self._desk.store.agreement.be_seen(self._name, tuple(sorted(self._families)))
        self._looked_at = time.monotonic()
        return bool(self._families)

    def _usable(self) -> frozenset[str]:
        """Return the families that this host has, and has from the recipes that hold."""
        here = {}
        for family in recipes.families(resource("sandbox")):
            with suppress(EngineError):
                here[family] = self._opened().recipe(family)
        others = self._desk.store.agreement.on_recipes(here)
        usable = frozenset(here) - frozenset(others)
        if usable != self._families or others != self._others:
            self._log.info("families", usable=sorted(usable))
            for family, recipe in others.items():
                self._log.warning("another recipe holds", family=family, here=here[family], holds=recipe)
        self._others = others
        return usable


def work(name: str, parent: int, lanes: Sequence[Lane]) -> None:
    """Be one worker process, until a signal says to stop: the first when the job is done, a second at once.

    Args:
        name: unique among workers.
        parent: the process that started this one, and without which it stops.
        lanes: which to serve.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until RQ has its own handlers
    _end_with(parent)
    settings = Settings.from_environment()
    log = open_log(worker=name)
    desk = Desk(settings, Store(settings.home, settings.secret_file, settings.database_url), Queue(settings.redis_url))
    bench = Bench(desk, name, lanes, log)
    engine_digest()  # of the files as they are while it starts: they may be others when the next job comes
    log.info("started", pid=os.getpid())
    try:
        queue = Queue(settings.redis_url)
        run(Worker(queue, name, lines=bench.lines, carry_out=bench.carry_out, refused=bench.refused))
    finally:
        bench.leave()
        log.info("stopped")


def _end_with(parent: int) -> None:
    """Have the kernel tell us to stop when the process over us is gone, however it went."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("the process over this worker is gone")


if __name__ == "__main__":
    work(sys.argv[1], int(sys.argv[2]), [Lane(one) for one in sys.argv[3:]])
