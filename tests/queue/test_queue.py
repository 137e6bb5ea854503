"""What is pushed is carried out, by lanes and lines, and nothing of it stays in Redis."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest
import redis
from hands import BATCH, LINE, OTHER, Hand

from grader.errors import EngineError
from grader.queue import Queue
from grader.queue.errand import CARRY_OUT

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("handlers")]


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


def test_redis_keeps_to_its_owner(server):
    """Its socket and its folder are for nobody else, and it has no port."""
    socket = Path(server.url.removeprefix("unix://"))
    assert socket.parent.stat().st_mode & 0o077 == 0
    assert socket.stat().st_mode & 0o177 == 0
    with redis.Redis.from_url(server.url) as connection:
        assert connection.config_get("port") == {"port": "0"}
