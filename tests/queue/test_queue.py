"""The queue is never believed: whoever can write to Redis can name an attempt, and can do nothing else.

A worker runs in this process, so that a test sees what it does; its lines end it when there is nothing left to see.
Each attack has a positive control: the same job, and RQ's own worker runs it.
"""

from __future__ import annotations

import json
import os
import pickle
import select
import signal
import threading
import time
import zlib
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
import rq
from rq.command import send_command, send_shutdown_command
from rq.job import Callback
from rq.serializers import JSONSerializer
from rq.suspension import suspend
from rq.worker import SimpleWorker
from rq.worker.base import StopRequested
from services import redis_server

from grader import dispatch
from grader.canonical import digest_tree
from grader.errors import EngineError
from grader.model import Attempt, Job, Lane, State, Submission
from grader.queue import Queue
from grader.queue.errand import CARRY_OUT
from grader.queue.lines import LineName
from grader.queue.worker import Worker
from grader.store import Store

pytestmark = pytest.mark.services
LINE = LineName(Lane.INTERACTIVE, "python-core")
OTHER = LineName(Lane.INTERACTIVE, "python-core+python-ml")
BATCH = LineName(Lane.BATCH, "python-core")
FILES = {"solution.py": b"x = 1"}
PATIENCE_SECONDS = 20
MARK = "QUEUE_TEST_MARK"
HIRED = []
"""The workers of the test under way."""
LEAVE_MARK = f"{__name__}.leave_mark"


@pytest.fixture(scope="module")
def server():
    with redis_server() as server:
        yield server


@pytest.fixture
def connection(server):
    if not server.pid:
        server.start()
    with redis.Redis.from_url(server.url) as connection:
        connection.flushall()
        yield connection


@pytest.fixture
def queue(server, connection):
    return Queue(server.url)


@pytest.fixture
def mark(tmp_path, monkeypatch):
    """A folder that is there when somebody's code was run."""
    mark = tmp_path / "mark"
    monkeypatch.setenv(MARK, str(mark))
    return mark


@pytest.fixture(autouse=True)
def handlers():
    """What a worker sets is set back, and what it holds is let go of."""
    numbers = signal.SIGINT, signal.SIGTERM, signal.SIGALRM
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)
    while HIRED:
        HIRED.pop().worker.connection.close()


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


class Evil:
    """Leaves the mark when it is unpickled."""

    def __reduce__(self):
        return leave_mark, ()


def ordinary(connection, line, serializer=None):
    """Have RQ's own worker carry out what is in a line."""
    queues = [rq.Queue(str(line), connection=connection, serializer=serializer)]
    with patience():
        SimpleWorker(queues, connection=connection, serializer=serializer).work(burst=True, logging_level="CRITICAL")


# --- what is pushed is carried out ------------------------------------------------------------------------------------


def test_what_is_pushed_is_there(queue):
    """In its line and in no other; pushed twice, it is looked at twice, which is harmless."""
    queue.push("a1", LINE)
    queue.push("a2", LINE)
    queue.push("a2", LINE)
    assert queue.there(LINE) == {"a1", "a2"}
    assert queue.there(OTHER) == queue.there(BATCH) == frozenset()


def test_what_is_pushed_says_nothing_but_an_id(queue, connection):
    """Not who, not which assignment, no score; and nothing of it is left when it has been carried out."""
    queue.push("a1", LINE)
    held = connection.hgetall("rq:job:a1")
    assert json.loads(zlib.decompress(held[b"data"])) == [CARRY_OUT, None, ["a1"], {}]
    hand = Hand(queue, LINE, enough=1).run()
    assert (hand.done, hand.refused) == (["a1"], {})
    assert not connection.exists("rq:job:a1")


def test_a_queue_that_does_not_answer_is_our_fault_and_tells_no_password(tmp_path):
    for url in (f"unix://{tmp_path}/none", "redis://:s3cr3t@127.0.0.1:1"):
        for ask in (lambda one: one.push("a1", LINE), lambda one: one.there(LINE), lambda one: one.answer()):
            with pytest.raises(EngineError, match="does not answer") as error:
                ask(Queue(url))
            assert "s3cr3t" not in str(error.value)


def test_a_worker_carries_out_what_is_pushed_one_after_the_other(queue):
    """In the order of the line; what is pushed while it works is carried out too."""
    for number in range(4):
        queue.push(f"a{number}", LINE)
    hand = Hand(queue, LINE, enough=5)
    hand.meanwhile = lambda one: queue.push("b0", LINE) if one == "a1" else None
    assert hand.run().done == ["a0", "a1", "a2", "a3", "b0"]
    assert queue.there(LINE) == frozenset()


def test_lanes_go_before_each_other_and_lines_of_a_lane_take_turns(queue):
    for line, ids in ((BATCH, "b0 b1"), (LINE, "i0 i1 i2"), (OTHER, "j0 j1")):
        for one in ids.split():
            queue.push(one, line)
    hand = Hand(queue, BATCH, LINE, OTHER, enough=7).run()
    assert hand.done == ["i0", "j0", "i1", "j1", "i2", "b0", "b1"]


def test_a_worker_without_lines_waits_until_there_are_some(queue):
    """And takes nothing meanwhile from a line that it cannot serve."""
    queue.push("a1", OTHER)
    queue.push("b1", LINE)
    hand = Hand(queue, enough=1)
    asked = []

    def lines():
        asked.append(1)
        return [LINE] if len(asked) > 2 and not hand.done else Hand.lines(hand)

    hand.worker._lines = lines
    assert hand.run().done == ["b1"]
    assert queue.there(OTHER) == {"a1"}


def test_nothing_grows_in_redis(queue, connection):
    """However much is carried out: what a worker needs itself is all that is left."""
    for number in range(20):
        queue.push(f"a{number}", LINE)
    Hand(queue, LINE, enough=20).run()
    left = {key.decode(): connection.type(key).decode() for key in connection.scan_iter()}
    lists = {key: connection.llen(key) for key, kind in left.items() if kind == "list"}
    assert lists == {}
    assert not [key for key in left if key.startswith("rq:job:")]


# --- what somebody else writes into Redis -----------------------------------------------------------------------------


def raw(connection, line, job_id="p1", **fields):
    """Write a job by hand, without RQ."""
    call = json.dumps([CARRY_OUT, None, [job_id], {}]).encode()
    held = {"created_at": "2026-01-01T00:00:00Z", "data": zlib.compress(call), "status": "queued", **fields}
    connection.hset(f"rq:job:{job_id}", mapping=held)
    connection.sadd("rq:queues", f"rq:queue:{line}")
    connection.rpush(f"rq:queue:{line}", job_id)


def by_pickle(connection, line):
    rq.Queue(str(line), connection=connection).enqueue_call(LEAVE_MARK, job_id="p1")


def by_json(connection, line):
    queue = rq.Queue(str(line), connection=connection, serializer=JSONSerializer)
    queue.enqueue_call(LEAVE_MARK, job_id="p1")


def with_a_callback(connection, line):
    """Our very call, which an ordinary worker cannot carry out: then it does what is to be done on failure."""
    queue = rq.Queue(str(line), connection=connection, serializer=JSONSerializer)
    failed = Callback(LEAVE_MARK)
    queue.enqueue_call(CARRY_OUT, args=("p1",), job_id="p1", on_failure=failed)


def with_pickled_data(connection, line):
    raw(connection, line, data=zlib.compress(pickle.dumps(Evil())))


def with_pickled_meta(connection, line):
    raw(connection, line, meta=pickle.dumps(Evil()))


def with_a_pickled_result(connection, line):
    raw(connection, line, result=pickle.dumps(Evil()))


def by_hand(connection, line):
    call = json.dumps([LEAVE_MARK, None, [], {}]).encode()
    raw(connection, line, data=zlib.compress(call))


PLANTED = [
    (by_pickle, None),
    (by_json, JSONSerializer),
    (by_hand, JSONSerializer),
    (with_a_callback, JSONSerializer),
    (with_pickled_data, None),
    (with_pickled_meta, None),
    (with_a_pickled_result, None),
]
NAMES = [plant.__name__ for plant, _ in PLANTED]


@pytest.mark.parametrize(("plant", "serializer"), PLANTED, ids=NAMES)
def test_a_planted_job_is_run_by_an_ordinary_worker(connection, mark, plant, serializer):
    """The positive control: the attack is real."""
    plant(connection, LINE)
    ordinary(connection, LINE, serializer)
    assert mark.exists()


@pytest.mark.parametrize("plant", [plant for plant, _ in PLANTED], ids=NAMES)
@pytest.mark.parametrize("lines", [(LINE,), (LINE, OTHER)], ids=["one line", "two lines"])
def test_a_planted_job_is_refused_and_told_of(queue, connection, mark, plant, lines):
    """None of it is run or unpickled; it is gone after; and what stands behind it is carried out."""
    plant(connection, LINE)
    queue.push("a1", LINE)
    hand = Hand(queue, *lines, enough=1)
    hand.worker._carry_out = lambda one: hand.carry_out(one) if one != "p1" else None
    hand.run()
    assert hand.done == ["a1"]
    assert not mark.exists()
    assert not connection.exists("rq:job:p1")
    if plant is not with_pickled_meta:  # of which the store will say that there is no such attempt
        assert set(hand.refused) == {"p1"}


WORDS = {
    "bytes": b"\xff\xfe",
    "a space": b"a b",
    "a path": b"../a",
    "nothing": b"",
    "an execution": b"a:b",
    "long": b"a" * 100_000,
    "a line": b"a1\n",
}


@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
@pytest.mark.parametrize("lines", [(LINE,), (LINE, OTHER)], ids=["one line", "two lines"])
def test_an_entry_that_is_no_id_stops_nobody(queue, connection, word, lines):
    """It is taken out, and the next is carried out."""
    connection.rpush(f"rq:queue:{LINE}", word)
    queue.push("a1", LINE)
    hand = Hand(queue, *lines, enough=1).run()
    assert hand.done == ["a1"]
    assert connection.llen(f"rq:queue:{LINE}") == 0


@pytest.mark.parametrize("lines", [(LINE,), (LINE, OTHER)], ids=["one line", "two lines"])
def test_an_id_of_something_that_is_no_job_stops_nobody(queue, connection, lines):
    """A text, a list, a set under the name of a job; and one that is not there at all."""
    connection.set("rq:job:p1", "x")
    connection.rpush("rq:job:p2", "x")
    connection.sadd("rq:job:p3", "x")
    connection.rpush(f"rq:queue:{LINE}", "p1", "p2", "p3", "p4")
    queue.push("a1", LINE)
    hand = Hand(queue, *lines, enough=1).run()
    assert hand.done == ["a1"]
    assert set(hand.refused) == {"p1", "p2", "p3"}


@pytest.mark.parametrize("field", ["created_at", "timeout", "status", "result_ttl", "description", "enqueued_at"])
def test_a_damaged_field_stops_nobody(queue, connection, field):
    """Of a job that calls what ours call: it is refused, or the field does not matter."""
    raw(connection, LINE, **{field: b"\xff nonsense"})
    queue.push("a1", LINE)
    hand = Hand(queue, LINE, enough=1)
    hand.worker._carry_out = lambda one: hand.carry_out(one) if one != "p1" else None
    assert hand.run().done == ["a1"]


@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
def test_whoever_looks_into_a_line_is_not_stopped_by_what_is_there(queue, connection, word, tmp_path):
    """Or one entry would stop everybody who hands in, and the process over the workers."""
    connection.rpush(f"rq:queue:{LINE}", word)
    ids = [f"a{number}" for number in range(dispatch.ENOUGH)]
    store = waiting(tmp_path, *ids)
    assert dispatch.feed(store, queue) == dispatch.ENOUGH
    assert set(ids) <= queue.there(LINE)
    store.database.close()


def test_a_line_that_is_none_is_made_one_again(queue, connection, tmp_path):
    """Or one word under its name would stop a line for good."""
    connection.set(f"rq:queue:{LINE}", "x")
    store = waiting(tmp_path, "a1")
    dispatch.feed(store, queue)
    assert queue.there(LINE) == {"a1"}
    store.database.close()


def planted_as_running(connection, line):
    """Write a job of which RQ's books say that its worker is dead: then it does what is to be done on failure."""
    with_a_callback(connection, line)
    connection.delete(f"rq:queue:{line}")
    connection.hset("rq:job:p1", "status", "started")
    connection.zadd(f"rq:wip:{line}", {"p1:e1": 1})


SWEPT = [str(LINE), "grader:nothing"]


@pytest.mark.parametrize("line", SWEPT)
def test_rqs_sweeping_runs_what_is_planted_as_running(connection, mark, line):
    """The positive control: RQ's own worker looks through its books when it starts."""
    planted_as_running(connection, line)
    ordinary(connection, line, JSONSerializer)
    assert mark.exists()


@pytest.mark.parametrize("line", SWEPT)
@pytest.mark.parametrize("lines", [(), (LINE,)], ids=["no line", "a line"])
def test_a_worker_does_not_look_through_rqs_books(queue, connection, mark, line, lines):
    """Which anybody can write: neither when it starts without a line, nor when it has one."""
    planted_as_running(connection, line)
    queue.push("a1", LINE)
    hand = Hand(queue, *lines, enough=1)
    hand._lines = [LINE]  # what it listens to once it has started
    hand.run()
    assert hand.done == ["a1"]
    assert not mark.exists()


def test_a_command_over_redis_stops_an_ordinary_worker(connection):
    """The positive control."""
    worker = SimpleWorker([rq.Queue("x", connection=connection)], name="w0", connection=connection)
    over = threading.Event()

    def tell():
        while not over.wait(0.1):
            send_shutdown_command(connection, "w0")

    teller = threading.Thread(target=tell)
    teller.start()
    with patience() as late:
        worker.work(logging_level="CRITICAL")
        over.set()
        teller.join()
    assert not late.is_set()


def test_a_command_over_redis_does_nothing(queue, connection):
    """Nobody listens: a worker is stopped by signals of its own machine."""
    queue.push("a1", LINE)
    queue.push("a2", LINE)
    hand = Hand(queue, LINE, enough=2)

    def meanwhile(_):
        for command in ("shutdown", "kill-horse"):
            send_command(connection, "w1", command)
        assert connection.publish("rq:pubsub:w1", "x") == 0

    hand.meanwhile = meanwhile
    assert hand.run().done == ["a1", "a2"]


def test_nobody_suspends_a_worker_over_redis(queue, connection):
    """One word in Redis would stop all workers for good, and look like an empty queue."""
    suspend(connection)
    queue.push("a1", LINE)
    assert Hand(queue, LINE, enough=1).run().done == ["a1"]


# --- when things are lost ---------------------------------------------------------------------------------------------


def test_what_redis_remembers_of_a_killed_worker_keeps_nobody_out(queue):
    """Its successor has a name of its own, and goes on with what is there."""
    Hand(queue, LINE, enough=1, name="host-1-1").worker.register_birth()
    queue.push("a1", LINE)
    assert Hand(queue, LINE, enough=1, name="host-1-2").run().done == ["a1"]


def test_a_worker_that_is_told_to_stop_finishes_its_job(queue):
    """And takes no other."""
    queue.push("a1", LINE)
    queue.push("a2", LINE)
    hand = Hand(queue, LINE, enough=2)
    hand.meanwhile = lambda _: os.kill(os.getpid(), signal.SIGTERM)
    assert hand.run().done == ["a1"]
    assert queue.there(LINE) == {"a2"}


def waiting(folder, *ids):
    """Return a store where these attempts wait."""
    store = Store(folder / "home")
    pack = store.packs.put("sorting", {"assignments/x": b""}, LINE.needs)
    submission = Submission(files=FILES, digest=digest_tree(FILES))
    for one in ids:
        attempt = Attempt(
            id=one,
            assignment="sorting",
            learner="ada",
            course="",
            submission=submission.digest,
            received_at="2026-01-01T00:00:00+00:00",
            number=0,
            state=State.RECEIVED,
        )
        job = Job(
            attempt=one,
            lane=LINE.lane,
            course="",
            learner="ada",
            assignment="sorting",
            pack=pack,
            needs=LINE.needs,
            queued_at=0.0,
        )
        store.receive(attempt, submission, job)
    return store


def test_what_redis_has_lost_is_pushed_again(queue, connection, tmp_path):
    """All of it, and once; what is taken up is not."""
    store = waiting(tmp_path, "a1", "a2", "a3")
    assert dispatch.feed(store, queue) == 3
    assert dispatch.feed(store, queue) == 0
    connection.flushall()
    assert queue.there(LINE) == frozenset()
    store.jobs.claim("a2", "w1")
    assert dispatch.feed(store, queue) == 2
    assert queue.there(LINE) == {"a1", "a3"}
    store.database.close()


def test_a_line_in_redis_is_kept_short_and_filled_up(queue, tmp_path):
    """So that the order can change until the last moment, and everything is carried out, each once."""
    ids = [f"a{number:02}" for number in range(40)]
    store = waiting(tmp_path, *ids)
    hand = Hand(queue, LINE, enough=40)

    def lines():
        dispatch.feed(store, queue)
        assert len(queue.there(LINE)) <= dispatch.ENOUGH
        return Hand.lines(hand)

    hand.worker._lines = lines
    hand.meanwhile = lambda one: store.jobs.claim(one, "w1")
    assert hand.run().done == ids
    store.database.close()


def test_a_worker_goes_on_when_redis_was_killed_and_started_again(server, queue):
    """While it waits, with all that was in it lost: what is pushed after is carried out."""
    hand = Hand(queue, LINE, enough=2)
    queue.push("a1", LINE)
    failed = []

    def strike():
        try:
            end = time.monotonic() + PATIENCE_SECONDS
            while not hand.done and time.monotonic() < end:
                select.select([], [], [], 0.02)
            os.kill(server.pid, signal.SIGKILL)
            server.wait()
            server.start()
            queue.push("a2", LINE)
        except Exception as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    striker = threading.Thread(target=strike)
    striker.start()
    hand.run()
    striker.join()
    assert (hand.done, failed) == (["a1", "a2"], [])


def test_a_worker_goes_on_when_redis_was_killed_while_it_worked(server, queue):
    """It finishes what it has, and takes what comes."""
    hand = Hand(queue, LINE, enough=2)
    queue.push("a1", LINE)

    def meanwhile(one):
        if one == "a1":
            os.kill(server.pid, signal.SIGKILL)
            server.wait()
            starter.start()

    missed = threading.Event()
    heartbeat = hand.worker.heartbeat

    def beat(*arguments):
        try:
            heartbeat(*arguments)
        finally:
            if hand.done:
                missed.set()

    hand.worker.heartbeat = beat

    def start():
        missed.wait(PATIENCE_SECONDS)
        server.start()
        queue.push("a2", LINE)

    starter = threading.Thread(target=start)
    hand.meanwhile = meanwhile
    try:
        hand.run()
    finally:
        starter.join()
    assert hand.done == ["a1", "a2"]


def test_redis_keeps_to_its_owner(server):
    """Its socket and its folder are for nobody else, and it has no port."""
    socket = Path(server.url.removeprefix("unix://"))
    assert socket.parent.stat().st_mode & 0o077 == 0
    assert socket.stat().st_mode & 0o177 == 0
    with redis.Redis.from_url(server.url) as connection:
        assert connection.config_get("port") == {"port": "0"}
