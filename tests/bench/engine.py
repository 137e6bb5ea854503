"""What the engine itself pays for a submission: a worker's loop on a real Redis and store, its boxes left out.

The proctor is a stand-in that answers at once, so what is measured is the dequeue, the claim, the pack, the verdicts,
the score, the digests, the report, its page, and the writes. Processor time of the worker's own process; the server's
beside it. Figures are for comparing on one machine:

    python tests/bench/engine.py                      at 10, 1,000 and 10,000 in line
    python tests/bench/engine.py --depths 10000 --all grade every one of them: is it flat, and does memory stay?
    python tests/bench/engine.py --profile 40         where the time goes
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import secrets
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis
from rq.worker.base import StopRequested

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from services import postgresql, redis_server
from sqlalchemy import func, select

from grader import catalog
from grader.canonical import digest_tree
from grader.desk import Desk
from grader.jobs import Bench
from grader.log import open_log
from grader.model import Attempt, Job, Lane, State, Submission, Usage
from grader.queue import Queue
from grader.queue.worker import Worker, run
from grader.settings import Settings, resource
from grader.store import Store, records
from grader.store.job_rows import line_up
from grader.store.schema import jobs, reports
from grader.story import grading

PACKS = Path(__file__).resolve().parents[1] / "faults" / "pack" / "assignments"
SLUG = "small-change"
TESTS = 12
USED = Usage(cpu_ms=3, wall_ms=5, peak_memory_kb=9000, output_bytes=0, boxes=1, cpu_tenths=1, memory_tenths=2)
WARM = 40
"""So many are graded before anything is measured."""


class Stand:
    """What stands where the proctor and its boxes are: tests with a name each, and every fourth of them failed."""

    printed = ""

    def __init__(self, pack):
        self._checks = list(pack.rubric.checks)

    def model(self):
        return None

    def collect(self):
        tests = [
            {
                "id": f"test_change.py::test_number_{number}",
                "sentence": f"Counts the coins of purse `{number}`, whatever is in it.",
                "hint": "What does an empty purse hold?",
                "weight": "1",
            }
            for number in range(TESTS)
        ]
        return dict.fromkeys(self._checks, tests)

    def ask(self, name, _order, _limits, _limits_of=None):
        given = [
            {
                "op": "item",
                "check": name,
                "id": one["id"],
                "word": "FAILED" if number % 4 == 0 else "PASSED",
                "detail": "assert 3 == 4" if number % 4 == 0 else "",
                "usage": USED,
            }
            for number, one in enumerate(self.collect()[name])
        ]
        return given, {}, USED


@contextmanager
def at_once(_sandbox, pack, _submission, _seed, _tenancy):
    """Stand in for `grader.proctor.judging.judging`."""
    yield Stand(pack)


class NoSandbox:
    """A back end that has every family, and is never asked for a box."""

    name = "none"
    lacks = ()
    own_kernel = False

    def __init__(self):
        self.lacks = {}

    def answers(self):
        return True

    def tenancy(self, wanted):
        return wanted

    def reap(self):
        return []

    def recipe(self, _family):
        return "sha256:" + "0" * 64

    def image_id(self, _family):
        return "sha256:" + "1" * 64


@dataclass
class Sample:
    """What a stretch of submissions cost.

    Attributes:
        count: how many they were.
        cpu_ms: of the worker, each.
        redis_ms: of Redis, each.
        wall_ms: each.
        rss_mb: of the worker, at the end.
    """

    count: int
    cpu_ms: float
    redis_ms: float
    wall_ms: float
    rss_mb: float

    def __str__(self):
        """Return a line for a person."""
        return (
            f"{self.cpu_ms:6.2f} ms each, Redis {self.redis_ms:5.2f} ms, clock {self.wall_ms:6.2f} ms, "
            f"{self.rss_mb:5.1f} MB"
        )


@dataclass
class Meter:
    """Counts what is carried out, and takes the time.

    Attributes:
        every: a sample for so many.
        server: Redis.
    """

    every: int
    server: int
    samples: list[Sample] = field(default_factory=list)
    done: int = 0
    since: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def begin(self):
        """Start counting."""
        self.done, self.since = 0, self._now()

    def count(self):
        self.done += 1
        if self.done % self.every == 0:
            now = self._now()
            each = [1000 * (one - before) / self.every for one, before in zip(now, self.since, strict=True)]
            self.samples.append(Sample(self.every, *each, memory_mb()))
            print(self.samples[-1], flush=True)
            self.since = self._now()

    def _now(self):
        return time.process_time(), cpu_of(self.server), time.monotonic()


def cpu_of(pid):
    """Return the processor time of a process, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb():
    """Return what of this process is in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def line_up_many(store, count, each):
    """Put so many attempts in line, `each` of a learner, as `Store.receive` does."""
    pack, bundle = catalog.load_bundled(SLUG, [PACKS])
    needs = "+".join(sorted({pack.assignment.family, pack.assignment.proctor_family}))
    key = store.packs.put(SLUG, bundle, needs)
    mark = secrets.token_hex(3)
    with store.database.writing() as connection:
        now = store.database.clock(connection)
        for number in range(count):
            files = {"solution.py": f"# {mark} {number}\ndef total(coins):\n    return sum(coins)\n".encode()}
            submission = Submission(files=files, digest=digest_tree(files))
            learner = f"learner-{mark}-{number // each}"
            records.put_submission(connection, submission)
            attempt = Attempt(
                id=f"{mark}{number:06}",
                assignment=SLUG,
                learner=learner,
                course=f"course-{number % 2}",
                submission=submission.digest,
                received_at="2026-01-01T00:00:00+00:00",
                number=number % each + 1,
                state=State.QUEUED,
            )
            records.put_attempt(connection, attempt)
            job = Job(
                attempt=attempt.id,
                lane=Lane.INTERACTIVE,
                course=attempt.course,
                learner=learner,
                assignment=SLUG,
                pack=key,
                needs=needs,
                queued_at=0.0,
            )
            line_up(connection, job, now=now + number / 1000)


class Shop:
    """One worker in this process, and what it works with."""

    def __init__(self, folder, server, url):
        settings = Settings.from_environment(environment={"GRADER_HOME": str(folder), "GRADER_REDIS_URL": server.url})
        self.store = Store(settings.home, url=url)
        self.queue = Queue(server.url)
        self._server = server
        self._desk = Desk(settings, self.store, self.queue)
        self._bench = Bench(self._desk, "bench-1", [Lane.INTERACTIVE, Lane.BATCH, Lane.REGRADE], open_log())
        self._bench._sandbox = NoSandbox()

    def grade(self, count, meter):
        """Have so many graded; a Redis of their own line each time, for what is left in it is in the store."""
        meter.begin()

        def lines():
            if meter.done >= count:
                raise StopRequested
            return self._bench.lines()

        def carry_out(attempt_id):
            self._bench.carry_out(attempt_id)
            meter.count()

        before = self._reports()
        run(Worker(self.queue, "bench-1", lines=lines, carry_out=carry_out, refused=self._bench.refused))
        if self._reports() - before != count:
            raise RuntimeError(f"not all of {count} have a report: no measure of grading; see {sys.stderr.name}")

    def _reports(self):
        with self.store.database.reading() as connection:
            return connection.execute(select(func.count()).select_from(reports)).scalar_one()

    def meter(self, every):
        return Meter(every, self._server.pid)


def measured(shop, depth, each, options):
    """Return the samples at a depth: with so many in line, or all of them to the last."""
    line_up_many(shop.store, depth + (0 if options.all else WARM + options.count), each)
    if not options.all:
        shop.grade(WARM, shop.meter(10**9))
    meter = shop.meter(1000 if options.all else options.count // 5)
    profile = cProfile.Profile() if options.profile else None
    if profile is not None:
        profile.enable()
    shop.grade(depth if options.all else options.count, meter)
    if profile is not None:
        profile.disable()
        pstats.Stats(profile).sort_stats(options.sort).print_stats(options.profile)
    return meter.samples


def empty(shop):
    """Leave nothing in line."""
    with shop.store.database.writing() as connection:
        connection.execute(jobs.delete())
    with redis.Redis.from_url(shop._server.url) as connection:
        connection.flushall()


def main():
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--depths", type=int, nargs="+", default=[10, 1000, 10_000], help="how many are in line")
    options.add_argument("--count", type=int, default=200, help="how many are graded at each depth")
    options.add_argument("--each", type=int, default=5, help="how many of them a learner has")
    options.add_argument("--all", action="store_true", help="grade all that are in line")
    options.add_argument("--profile", type=int, default=0, metavar="N", help="print the N functions that cost most")
    options.add_argument("--sort", default="tottime", help="how they are ordered")
    options.add_argument("--postgresql", action="store_true", help="the store in a PostgreSQL")
    options = options.parse_args()
    grading.judging = at_once
    assert resource("sandbox").is_dir()
    medians = {}
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="grader-bench-")))
        server = held.enter_context(redis_server())
        url = held.enter_context(postgresql()) if options.postgresql else ""
        sys.stderr = held.enter_context((folder / "log").open("w", encoding="utf-8"))
        shop = Shop(folder, server, url)
        for depth in options.depths:
            print(f"{depth} in line:", flush=True)
            for one in measured(shop, depth, options.each, options):
                medians.setdefault(depth, []).append(one.cpu_ms)
            empty(shop)
        shop.store.database.close()
        sys.stderr = sys.__stderr__
    print(json.dumps({depth: round(statistics.median(found), 2) for depth, found in medians.items()}))


if __name__ == "__main__":
    main()
