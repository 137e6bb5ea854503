"""The worker processes of one machine: started, watched, started again, stopped.

Theory of operation. Each worker is a process of its own, so that one that dies takes nothing along: its job is freed at
once, because who watches here knows that it is dead, and another takes its place, later each time if it dies young. The
process over them also looks once a second at what no worker may be there to see: leases that have run out, and what the
queue has lost. It grades nothing. When it is killed itself, the kernel tells the workers to stop.

The cores of the machine are dealt out among the workers. One and its boxes work by turns, each waiting for the others'
next word, and are woken sooner where they ran a moment ago than on a core that sleeps; its boxes keep to its cores.
"""

from __future__ import annotations

import itertools
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from grader import dispatch
from grader.errors import EngineError
from grader.log import Log
from grader.model import Lane
from grader.queue import Queue
from grader.settings import Settings
from grader.store import Store

NOT_FOR_WORKERS = ("GRADER_ISSUER", "GRADER_KEYS", "GRADER_LEDGER_URL")
"""Settings of whoever certifies: who runs strangers' code is not told where keys are."""
LOOK_SECONDS = 1.0
YOUNG_SECONDS = 10.0
LONGEST_PAUSE = 30.0


@dataclass(slots=True)
class _Hand:
    """A place for a worker: its cores, who has it, its process, and when it may be given to another."""

    cores: set[int]
    name: str = ""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    not_before: float = field(default=0.0)


class Crew:
    """The workers of this machine.

    Args:
        store: of the installation.
        settings: for the workers, which read them from their environment.
        lanes: which lines they serve, the first first.
        processes: how many there are.
        log: where it says what becomes of them.
        besides: what else is looked after, once a second.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        lanes: Sequence[Lane],
        processes: int,
        log: Log,
        besides: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._queue = Queue(settings.redis_url)
        told = {name: value for name, value in os.environ.items() if name not in NOT_FOR_WORKERS}
        self._environment = {**told, "GRADER_REDIS_URL": settings.redis_url}
        self._lanes = lanes
        self._log = log
        self._besides = besides
        self._hands = [_Hand(cores) for cores in _deal(_cores(), processes)]
        self._numbers = itertools.count(1)
        self._mark = secrets.token_hex(2)
        self._asked = 0
        self._complaint = ""

    @property
    def alive(self) -> int:
        """How many workers are running."""
        return sum(hand.process is not None and hand.process.poll() is None for hand in self._hands)

    def run(self) -> None:
        """Keep the workers at work until `stop` is called, and wait until they have stopped."""
        try:
            while not self._asked:
                self._besides()
                self._tend()
                self._keep()
                time.sleep(LOOK_SECONDS)
        finally:
            self._end_all()

    def stop(self) -> None:
        """Have them stop when their jobs are done; called again, at once. Safe in a signal's handler."""
        self._asked += 1
        if self._asked > 1:
            self._tell_all()

    def _tend(self) -> None:
        """Start who is not running, after freeing what they had in hand."""
        for hand in self._hands:
            if hand.process is not None and hand.process.poll() is not None:
                self._bury(hand, hand.process)
            if hand.process is None and time.monotonic() >= hand.not_before:
                # never a name again: the dead are still in everybody's books
                hand.name = f"{socket.gethostname()}-{os.getpid()}-{self._mark}-{next(self._numbers)}"
                command = [sys.executable, "-m", "grader.jobs", hand.name, str(os.getpid())]
                command += [lane.value for lane in self._lanes]
                # a session of its own: a Ctrl-C in the terminal is for us, and we pass it on in our words
                with _on(hand.cores):
                    hand.process = subprocess.Popen(  # noqa: S603 - our own program
                        command, stdin=subprocess.DEVNULL, env=self._environment, start_new_session=True
                    )
                hand.started = time.monotonic()

    def _bury(self, hand: _Hand, process: subprocess.Popen[bytes]) -> None:
        lived = time.monotonic() - hand.started
        hand.pause = min(max(1.0, 2 * hand.pause), LONGEST_PAUSE) if lived < YOUNG_SECONDS else 0.0
        hand.not_before, hand.process = time.monotonic() + hand.pause, None
        self._log.warning("worker ended", worker=hand.name, code=process.returncode, lived=round(lived, 1))
        self._keep(dead=(hand.name,))

    def _keep(self, dead: tuple[str, ...] = ()) -> None:
        """Free what dead workers had, and push what the queue does not have."""
        try:
            freed = self._store.jobs.recover(dead)
            if freed:
                self._log.warning("freed", attempts=freed)
            pushed = dispatch.feed(self._store, self._queue)
            if pushed:
                self._log.info("pushed", ids=pushed)
            self._complaint = ""
        except EngineError as error:
            if str(error) != self._complaint:  # once, not once a second
                self._log.warning("not kept", why=str(error))
            self._complaint = str(error)

    def _tell_all(self) -> None:
        for hand in self._hands:
            if hand.process is not None and hand.process.poll() is None:
                hand.process.send_signal(signal.SIGTERM)

    def _end_all(self) -> None:
        self._tell_all()
        while self.alive:
            time.sleep(LOOK_SECONDS / 10)
            if self._asked > 1:  # who is told twice within a second does not hear it
                self._tell_all()
        self._keep(dead=tuple(hand.name for hand in self._hands))


def _cores() -> list[int]:
    """Return the numbers of the cores that we may run on; none where the system does not say."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def _deal(cores: Sequence[int], hands: int) -> list[set[int]]:
    """Return the cores of each of so many workers: all are dealt out, and shared where there are more workers."""
    return [set(cores[hand % len(cores) :: hands]) if cores else set() for hand in range(hands)]


@contextmanager
def _on(cores: set[int]) -> Iterator[None]:
    """Start processes that keep to some cores; none of them, or cores that are no longer there, are any."""
    before = _cores()
    with suppress(OSError):
        if cores:
            os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        if cores:
            os.sched_setaffinity(0, before)
