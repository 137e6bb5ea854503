"""The lines as they are in Redis: for each lane, one for each combination of image families that packs need.

A worker listens only to lines that it can serve, so what it lacks never passes through its hands. What is in Redis may
be lost or forged at any time: it says which attempt to look at in the store, and the store says whether there is
anything to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import redis
import rq
from rq.queue import EnqueueData
from rq.serializers import JSONSerializer

from grader.errors import EngineError
from grader.model import Lane
from grader.queue.errand import CARRY_OUT

PREFIX = "grader"
_ANSWER_SECONDS = 10


@dataclass(frozen=True, slots=True)
class LineName:
    """Which line.

    Attributes:
        lane: the lane.
        needs: image families, in order, joined by `+`.
    """

    lane: Lane
    needs: str

    def __str__(self) -> str:
        """Return its name in Redis."""
        return f"{PREFIX}:{self.lane.value}:{self.needs}"

    @property
    def key(self) -> str:
        """Where RQ keeps it."""
        return f"{rq.Queue.redis_queue_namespace_prefix}{self}"


class Queue:
    """The queue of an installation.

    Args:
        url: `redis://…`, `rediss://…` with TLS, or `unix://…`.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def connection(self) -> redis.Redis:
        """A connection of its own; nothing is sent yet."""
        return redis.Redis.from_url(self._url, socket_connect_timeout=_ANSWER_SECONDS, health_check_interval=30)

    @cached_property
    def _kept(self) -> redis.Redis:
        """The connection that is asked again and again: making one takes longer than most questions."""
        return self.connection

    def push(self, attempt_id: str, line: LineName) -> None:
        """Say that there is an attempt to look at.

        Raises:
            EngineError: Redis does not answer; the store has the job, and it will be pushed again.
        """
        self.push_all([attempt_id], line)

    def push_all(self, attempt_ids: Sequence[str], line: LineName) -> None:
        """Say that there are attempts to look at, in this order.

        Raises:
            EngineError: Redis does not answer; the store has the jobs, and they will be pushed again.
        """
        if not attempt_ids:
            return
        with self._reached() as connection:
            rq_queue(line, connection).enqueue_many([_errand(attempt_id) for attempt_id in attempt_ids])

    def lengths(self, lines: Sequence[LineName]) -> list[int]:
        """Return how many ids are in each line.

        Raises:
            EngineError: Redis does not answer.
        """
        if not lines:
            return []
        with self._reached() as connection, connection.pipeline(transaction=False) as asked:
            for line in lines:
                asked.llen(line.key)
            # what is no line has none; whoever looks into it makes it one again
            return [found if isinstance(found, int) else 0 for found in asked.execute(raise_on_error=False)]

    def there(self, line: LineName) -> frozenset[str]:
        """Return the ids in a line.

        Raises:
            EngineError: Redis does not answer.
        """
        with self._reached() as connection:
            try:
                ids: Any = connection.lrange(line.key, 0, -1)
            except redis.ResponseError:  # somebody has put something else there
                connection.delete(line.key)
                ids = []
            return frozenset(one.decode(errors="backslashreplace") for one in ids)

    def answer(self) -> str:
        """Return the version of the Redis that answers.

        Raises:
            EngineError: none does.
        """
        with self._reached() as connection:
            return str(connection.info("server")["redis_version"])

    @contextmanager
    def _reached(self) -> Iterator[redis.Redis]:
        try:
            yield self._kept
        except (redis.RedisError, OSError) as error:
            where = self._url.rpartition("@")[2]  # never the password
            raise EngineError(f"the queue does not answer at {where}: {error}") from error


def _errand(attempt_id: str) -> EnqueueData:
    return rq.Queue.prepare_data(
        CARRY_OUT,
        args=(attempt_id,),
        job_id=attempt_id,
        timeout=-1,
        result_ttl=0,
        failure_ttl=0,
        description=attempt_id,
    )


def rq_queue(line: LineName, connection: redis.Redis) -> rq.Queue:
    """Return RQ's object for a line."""
    return rq.Queue(str(line), connection=connection, serializer=JSONSerializer)
