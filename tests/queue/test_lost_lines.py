"""The queue is only a hint: what Redis loses is pushed again, and a worker goes on when Redis or its like is killed."""

from __future__ import annotations

import os
import select
import signal
import threading
import time

import pytest
from hands import LINE, PATIENCE_SECONDS, Hand, waiting

from grader import dispatch

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("handlers")]


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
