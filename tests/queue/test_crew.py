"""Workers are there as long as the crew is: who dies is replaced, what they had is freed, and nobody is left over."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import redis
from handing_in import hand_in
from patience import until
from services import redis_server

from grader.model import JobState
from grader.queue import Queue
from grader.queue.server import RedisServer
from grader.store import Store

pytestmark = pytest.mark.services
NEEDS = "no-such-family"


def status(number: int) -> str:
    """Return what the kernel says of a process after its name: its state, the process over it, ..."""
    try:
        return Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    except OSError:
        return ""


def runs(number: int) -> bool:
    return bool(status(number)) and status(number).split()[0] not in "ZX"


def command_line(number: int) -> str:
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


class Crew:
    """`grader work` in a process of its own.

    Args:
        process: it.
        told: the file of what it and its workers say.
        server: its Redis.
    """

    def __init__(self, process: subprocess.Popen[bytes], told: Path, server: RedisServer) -> None:
        self.process, self._told, self._server = process, told, server

    def workers(self) -> dict[str, int]:
        """Return the processes of its workers that are running, by name."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            number = int(folder.name)
            words = command_line(number).split()
            if "grader.jobs" in words and runs(number) and status(number).split()[1] == str(self.process.pid):
                found[words[words.index("grader.jobs") + 1]] = number
        return found

    def at_work(self, count: int) -> dict[str, int]:
        """Return its workers once so many are running and wait for work."""

        def look():
            found = self.workers()
            return found if len(found) == count and found.keys() <= self._waiting() else None

        found = until(look)
        assert found is not None, self._told.read_text()
        return found

    def _waiting(self) -> set[str]:
        """Return the workers that have told Redis that they are there."""
        with redis.Redis.from_url(self._server.url) as connection:
            return {one.decode().removeprefix("rq:worker:") for one in connection.smembers("rq:workers")}

    def told(self, event: str) -> list[dict]:
        """Return what was said of an event."""
        lines = [line for line in self._told.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
        with suppress(ValueError):  # a line that is not whole yet is read the next time
            return [told for line in lines if (told := json.loads(line))["event"] == event]
        return []


@pytest.fixture
def server():
    with redis_server() as server:
        yield server


@pytest.fixture
def store(tmp_path):
    """One attempt waits for an image family that is nowhere: what matters here is who has it."""
    store = Store(tmp_path / "home")
    store.secret()
    hand_in(store, "a1", needs=NEEDS)
    yield store
    store.database.close()


@pytest.fixture
def hire(server, store, tmp_path):
    """Starts crews; whatever a test leaves of them is ended after it, by number."""
    crews = []

    @contextmanager
    def hire(processes: int = 2, port: int = 0) -> Iterator[Crew]:
        told = tmp_path / f"told{len(crews)}"
        environment = {
            **os.environ,
            "GRADER_HOME": str(store.home),
            "GRADER_REDIS_URL": server.url,
            "GRADER_SANDBOX": "embedded",
            "HOME": str(tmp_path),
        }
        words = ["work", "--processes", str(processes), "--port", str(port)]
        with told.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "grader", *words], stdout=file, stderr=file, env=environment
            )
        crew = Crew(process, told, server)
        crews.append(crew)
        try:
            yield crew
        finally:
            left = crew.workers().values()
            process.kill()
            process.wait()
            for number in left:
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)

    return hire


def gone(numbers, seconds=30):
    return until(lambda: not any(runs(number) for number in numbers), seconds=seconds)


def test_the_cores_are_dealt_out(hire):
    """Each worker keeps to its own, and none is left idle by all."""
    with hire(2) as crew:
        one, other = (os.sched_getaffinity(number) for number in crew.at_work(2).values())
    assert one | other == os.sched_getaffinity(0)
    assert not one & other or len(os.sched_getaffinity(0)) == 1


def test_as_many_are_started_as_were_asked_for_and_all_stop_when_told(hire, store, server):
    """By one signal; each says that it has stopped, and nothing is left: no process, no name on the list."""
    with hire(3) as crew:
        workers = crew.at_work(3)
        assert len(set(workers)) == 3
        crew.process.send_signal(signal.SIGTERM)
        assert crew.process.wait(60) == 0
        assert gone(workers.values())
        assert {told["worker"] for told in crew.told("stopped")} == set(workers)
    assert store.overview.hands() == ()
    assert Queue(server.url).connection.smembers("rq:workers") == set()


def test_a_terminals_ctrl_c_stops_all(hire):
    with hire(2) as crew:
        workers = crew.at_work(2)
        crew.process.send_signal(signal.SIGINT)
        assert crew.process.wait(60) == 0
        assert gone(workers.values())


def test_a_killed_worker_is_replaced_and_its_job_is_freed(hire, store):
    """At once, not when the lease has run out; and the other worker is not touched."""
    with hire(2) as crew:
        before = crew.at_work(2)
        victim, other = sorted(before)
        assert store.jobs.claim("a1", victim).state is JobState.RUNNING
        os.kill(before[victim], signal.SIGKILL)
        assert until(lambda: store.jobs.job("a1").state is JobState.WAITING, seconds=15)
        assert store.jobs.job("a1").worker == ""
        after = crew.at_work(2)
        assert after[other] == before[other]
        (successor,) = after.keys() - {other}
        assert successor not in before  # the dead are still in everybody's books
        assert [told["attempts"] for told in crew.told("freed")] == [["a1"]]
        ended = crew.told("worker ended")
        assert [(told["worker"], told["code"]) for told in ended] == [(victim, -signal.SIGKILL)]


def test_who_replaces_a_killed_worker_stays(hire):
    """It works: Redis remembers the dead for a while, and that keeps nobody out."""
    with hire(1) as crew:
        (victim,) = crew.at_work(1).values()
        os.kill(victim, signal.SIGKILL)
        assert until(lambda: crew.told("worker ended"))
        (successor,) = crew.at_work(1).values()
        assert successor != victim
        assert until(lambda: len(crew.told("worker ended")) > 1, seconds=5) is None
        assert runs(successor)


def test_a_killed_crew_takes_its_workers_with_it(hire):
    """The kernel tells them, because nobody else could: nothing is left running."""
    with hire(2) as crew:
        workers = crew.at_work(2)
        crew.process.kill()
        crew.process.wait()
        assert gone(workers.values())


def test_what_nobody_renews_is_freed_by_whoever_watches(hire, store):
    """Of a worker on a host that is no more: its lease has run out."""
    store.jobs.claim("a1", "elsewhere-1-1")
    with store.database.writing() as connection:
        connection.exec_driver_sql("update jobs set lease_until = 1")
    with hire(1):
        assert until(lambda: store.jobs.job("a1").state is JobState.WAITING, seconds=30)


def test_what_redis_lost_is_pushed_by_whoever_watches(hire, server):
    """Though no worker here can serve the line."""
    with hire(1) as crew:
        queue = Queue(server.url)
        assert until(lambda: line_of(queue) == ["a1"])
        queue.connection.flushall()
        assert until(lambda: line_of(queue) == ["a1"])
        assert until(lambda: len(crew.told("pushed")) >= 2)


def line_of(queue):
    return [one.decode() for one in queue.connection.lrange(f"rq:queue:grader:interactive:{NEEDS}", 0, -1)]


def test_a_crew_whose_redis_is_gone_for_a_while_goes_on(hire, server, store):
    """It does not end, and neither do its workers; what waits is pushed when Redis is there again."""
    with hire(1) as crew:
        crew.at_work(1)
        queue = Queue(server.url)
        assert until(lambda: line_of(queue) == ["a1"])
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        assert until(lambda: crew.told("not kept"))
        server.start()
        assert until(lambda: line_of(queue) == ["a1"])
        assert crew.process.poll() is None
        assert len(crew.workers()) == 1


def test_junk_in_redis_does_not_end_a_crew(hire, server, store):
    """Whatever somebody writes there, who watches goes on watching."""
    connection = Queue(server.url).connection
    with hire(1) as crew:
        crew.at_work(1)
        connection.rpush(f"rq:queue:grader:interactive:{NEEDS}", b"\xff")
        store.jobs.claim("a1", "elsewhere-1-1")
        with store.database.writing() as open_one:
            open_one.exec_driver_sql("update jobs set lease_until = 1")
        assert until(lambda: store.jobs.job("a1").state is JobState.WAITING, seconds=15)
        assert until(lambda: crew.process.poll() is not None, seconds=3) is None


def test_whoever_watches_can_ask(hire):
    """A port that is taken does not keep a crew from working."""
    with hire(1, port=1) as crew:  # ours as root only; taken or not, the crew works
        crew.at_work(1)
        assert crew.told("answering") or crew.told("not watched")


def test_there_is_no_work_without_a_queue(tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRADER_")}
    told = subprocess.run(
        [sys.executable, "-m", "grader", "work"],
        env={**environment, "GRADER_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert told.returncode == 2
    assert re.search(r"GRADER_REDIS_URL is not set", told.stderr + told.stdout)
