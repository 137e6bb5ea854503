"""Containers made ahead: started, with what a submission will need imported, before there is a submission.

Starting a container takes a fifth of a second, importing a numerical library a whole one; both are the same for whoever
comes. A worker keeps a few ready of each kind that it was asked for lately. While another is ready, the next is made
when a box has ended: whoever is in one would wait for the cores that making takes. Each is used once, as ever.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from grader.errors import EngineError
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.docker_box import DockerBox
from grader.sandbox.hands import Hands
from grader.sandbox.interface import Box, BoxSpec, Exit, Kind

OLDEST_SECONDS = 600.0
"""A box has a deadline of its own; one that waited longer than this is not used any more."""
MOST_KINDS = 4


class AheadOfTime(DockerSandbox):
    """See the module.

    Args:
        sandbox_dir: the sources that images are built from.
        count: how many of a kind are kept ready.
    """

    def __init__(self, sandbox_dir: Path, count: int) -> None:
        super().__init__(sandbox_dir)
        self._count = count
        self._makers = Hands()
        self._lock = threading.Lock()
        self._ready: OrderedDict[Kind, deque[tuple[float, Future[DockerBox]]]] = OrderedDict()
        self._owed: dict[Kind, BoxSpec] = {}

    def open(self, spec: BoxSpec) -> Box:
        """Open a box in a container that was made ahead, if there is one."""
        box = self._take(spec) or self.start(spec)
        box.run(spec.program)
        return box

    def _take(self, spec: BoxSpec) -> DockerBox | None:
        """Return a box that is ready, or about to be."""
        kind = spec.kind
        while True:
            with self._lock:
                waiting = self._ready.setdefault(kind, deque())
                self._ready.move_to_end(kind)
                made_at, making = waiting.popleft() if waiting else (0.0, None)
                self._owed[kind] = spec
                if not waiting:
                    self._make_owed()
                forgotten = self._ready.popitem(last=False)[1] if len(self._ready) > MOST_KINDS else deque()
            for _, other in forgotten:
                self._makers.do(partial(_end, other))
            if making is None:
                return None
            try:
                box = making.result()
            except EngineError:  # it is tried once more, and told of then
                return None
            if not box.closed and not box.lost() and time.monotonic() - made_at < OLDEST_SECONDS:
                return box
            self._makers.do(box.end)

    def _make_owed(self) -> None:
        """Have as many made as there are to be of each kind; the lock is held."""
        for kind, spec in self._owed.items():
            waiting = self._ready.get(kind)
            while waiting is not None and len(waiting) < self._count:
                waiting.append((time.monotonic(), self._makers.do(partial(self.start, spec))))
        self._owed.clear()

    def remove(self, identity: str) -> Exit:
        """Kill and remove a container; the next ones are made now."""
        try:
            return super().remove(identity)
        finally:
            with self._lock:
                self._make_owed()

    def leftovers(self) -> list[str]:
        """Return the ids of containers that are there and wait for nobody."""
        self._makers.settle()
        there = super().leftovers()
        with self._lock:
            waiting = {made.result().identity for some in self._ready.values() for _, made in some if _was_made(made)}
        return [identity for identity in there if identity not in waiting]

    def close(self) -> None:
        """End what is kept ready."""
        with self._lock:
            waiting = [made for some in self._ready.values() for _, made in some]
            self._ready.clear()
            self._owed.clear()
        for made in waiting:
            self._makers.do(partial(_end, made))
        self._makers.settle()
        self.hands.settle()
        super().close()


def _was_made(made: Future[DockerBox]) -> bool:
    return made.done() and made.exception() is None


def _end(made: Future[DockerBox]) -> None:
    try:
        made.result().end()
    except EngineError:  # it was not made, or went with its engine
        return
