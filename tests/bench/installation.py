"""An installation of the bench's own: Redis, a crew of workers and a store, each where its time is counted."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from crews import Crew
from services import redis_server
from variants import Variant
from yardstick import Reading, Yardstick

from grader import reception
from grader.desk import Desk
from grader.model import State
from grader.queue import Queue
from grader.settings import Settings
from grader.store import Store
from grader.store.database import FILE

LOOK_SECONDS = 0.0005
"""So often it is looked whether anything has been written down."""
SELDOM_SECONDS = 0.01
"""The same where many are under way: whoever looks takes time from whoever works."""
IDLE_SECONDS, IDLE_SHARE = 0.1, 0.05
"""An installation that uses less than this share of a core for so long is idle."""
STUCK_SECONDS = 120.0
"""So long nothing may come of anything before the run is given up."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Submissions in line.

    Attributes:
        attempts: their ids.
        cpu_ms: processor time of taking one in.
    """

    attempts: list[str]
    cpu_ms: float


class Installation:
    """A whole installation in a folder.

    Args:
        folder: for all that it writes; removed after.
        packs: folder of packs.
        docker: URL of the Docker engine that its workers use.
        yardstick: whose groups its processes are put into.
    """

    def __init__(self, folder: Path, packs: Path, docker: str, yardstick: Yardstick) -> None:
        self.folder = folder
        self._yardstick = yardstick
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("GRADER_")}
        self.environment |= {"GRADER_HOME": str(folder / "home"), "GRADER_ASSIGNMENTS": str(packs)}
        self.environment |= {"GRADER_SANDBOX": "docker", "DOCKER_HOST": docker}
        self._crew: Crew | None = None
        self._held = ExitStack()
        self._number = 0
        self._own = {"GRADER_HOME", "GRADER_ASSIGNMENTS", "GRADER_SANDBOX", "GRADER_REDIS_URL"}

    def __enter__(self) -> Self:
        """Start Redis and open the store; nobody is at work yet."""
        (self.folder / "work").mkdir(parents=True)
        with self._yardstick.within("redis"):
            server = self._held.enter_context(redis_server())
        self.environment["GRADER_REDIS_URL"] = server.url
        settings = Settings.from_environment(
            environment={name: value for name, value in self.environment.items() if name in self._own}
        )
        self.store = Store(settings.home)
        self._held.callback(self.store.database.close)
        with self.store.database.reading():  # which makes the file
            pass
        self._looking = self._held.enter_context(closing(sqlite3.connect(settings.home / FILE)))
        self.desk = Desk(settings, self.store, Queue(settings.redis_url))
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop everybody, and remove what was written."""
        self.stop()
        self._held.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, processes: int) -> None:
        """Have so many workers begin."""
        self._crew = Crew(self.environment, self.folder / "crew.log")
        with self._yardstick.within("workers"):
            self._crew.start(processes)

    def stop(self) -> None:
        """Stop the workers when their jobs are done; what is in line stays there."""
        if self._crew is not None:
            self._crew.stop()
            self._crew = None

    def workers(self) -> list[int]:
        """Return the processes at work."""
        return self._crew.workers() if self._crew is not None else []

    def hand_in(self, variant: Variant, tenancy: str, count: int = 1) -> HandedIn:
        """Hand in so many submissions, each of a learner of its own, no two of the same bytes.

        Each has a name that no other has, as one's own work does: a copy of an example that is only written otherwise
        is parsed in a process of its own, for the mark in its report, and costs about 50 ms of processor time more.
        """
        reference, attempts, used = variant.reference(), [], 0.0
        for _ in range(count):
            self._number += 1
            path = self.folder / "work" / "solution.py"
            path.write_bytes(reference + f"\nNUMBER_{self._number} = {self._number}\n".encode())
            before = time.process_time()
            learner = f"learner-{self._number}"
            attempts.append(reception.receive(self.desk, variant.slug(tenancy), path, learner=learner).id)
            used += time.process_time() - before
        return HandedIn(attempts, 1000 * used / count)

    def graded(self) -> int:
        """Return how many have a report; asked of the file itself, for whoever looks takes time from whoever works."""
        return int(self._looking.execute("SELECT count(*) FROM reports").fetchone()[0])

    def await_graded(self, count: int, look_seconds: float = LOOK_SECONDS) -> Reading:
        """Wait until so many have a report; returns the reading at that moment."""
        known, moved = -1, time.monotonic()
        seen = self._version()
        while (now := self.graded()) < count:
            if now != known:
                known, moved = now, time.monotonic()
            while (version := self._version()) == seen and time.monotonic() - moved <= STUCK_SECONDS:
                time.sleep(look_seconds)
            seen = version
            if time.monotonic() - moved > STUCK_SECONDS:
                told = self._crew.last_words() if self._crew is not None else "nobody is at work"
                raise RuntimeError(f"nothing has happened for {STUCK_SECONDS:.0f} s at {now} of {count}\n{told}")
        return self._yardstick.read()

    def _version(self) -> int:
        """Return what changes when anybody writes to the store, which costs a fiftieth of asking for reports."""
        return int(self._looking.execute("PRAGMA data_version").fetchone()[0])

    def await_idle(self) -> None:
        """Wait until nobody here has anything to do: what is made ahead is ready, what was used is cleared away."""
        before = self._yardstick.read()
        while True:
            time.sleep(IDLE_SECONDS)
            now = self._yardstick.read()
            used = sum(now.groups.values()) - sum(before.groups.values())
            if used < IDLE_SHARE * (now.clock - before.clock):
                return
            before = now

    def look_through(self, handed_in: list[str], tenancy: str) -> None:
        """Refuse to go on where one did not get all its points, or had another tenancy: something else was measured."""
        for attempt in handed_in:
            stands = self.store.attempt(attempt)
            if stands.state is State.GRADED:
                report = self.store.report(attempt)
                had = report.circumstances.tenancy
                if not report.passed or had != tenancy:
                    said = f"attempt {attempt} of {stands.assignment} was graded in tenancy {had}, "
                    raise RuntimeError(f"{said}{'passed' if report.passed else 'not passed'}: no measure of anything")

    def marks(self, first: int, each: int, rounds: int) -> Iterator[Reading]:
        """Yield a reading when `first` have a report, and after each of so many rounds."""
        for number in range(1 + rounds):
            yield self.await_graded(first + number * each, SELDOM_SECONDS)
