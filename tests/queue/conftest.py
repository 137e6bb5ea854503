"""A Redis of one's own, and what a worker in the process of the test leaves behind."""

from __future__ import annotations

import signal

import pytest
import redis
from hands import HIRED, MARK
from services import redis_server

from grader.queue import Queue


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


@pytest.fixture
def handlers():
    """What a worker sets is set back, and what it holds is let go of."""
    numbers = signal.SIGINT, signal.SIGTERM, signal.SIGALRM
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)
    while HIRED:
        HIRED.pop().worker.connection.close()
