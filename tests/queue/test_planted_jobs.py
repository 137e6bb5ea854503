"""The queue is never believed: whoever can write to Redis can name an attempt, and can do nothing else.

Each attack has a positive control: the same job, and RQ's own worker runs it.
"""

from __future__ import annotations

import json
import pickle
import threading
import zlib

import pytest
import rq
from hands import LEAVE_MARK, LINE, OTHER, Hand, leave_mark, patience, waiting
from rq.command import send_command, send_shutdown_command
from rq.job import Callback
from rq.serializers import JSONSerializer
from rq.suspension import suspend
from rq.worker import SimpleWorker

from grader import dispatch
from grader.queue.errand import CARRY_OUT

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("handlers")]


class Evil:
    """Leaves the mark when it is unpickled."""

    def __reduce__(self):
        return leave_mark, ()


def ordinary(connection, line, serializer=None):
    """Have RQ's own worker carry out what is in a line."""
    queues = [rq.Queue(str(line), connection=connection, serializer=serializer)]
    with patience():
        SimpleWorker(queues, connection=connection, serializer=serializer).work(burst=True, logging_level="CRITICAL")


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
