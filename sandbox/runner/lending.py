"""Functions that were lent by the other side, to be called back while a request runs.

Theory of operation. A function that came with a request can be called until that is answered; one that is *kept* can be
while any request runs, under the id of that one. A call goes out on the same line as replies, one at a time, and
whatever is asked before its answer comes is served in between, by the thread that made it. Services are functions that
the runner itself calls, in threads (`forwarding`): they find nobody once their request has been answered, so that
nothing is said on the line which nobody waits for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

from . import frames
from .caps import BadValue
from .frames import Blob
from .objects import Objects
from .raised import builtin_error
from .values import Reader, Tagged, Writer

if TYPE_CHECKING:
    from .forwarding import Forwarder

Request = dict[str, Any]


class Lending:
    """What is lent to this box.

    Args:
        reading: where answers come.
        writing: where calls go.
        objects: those of this box, which may be arguments.
        serve: serves a request that comes before an answer.

    Attributes:
        asked: id of the request under way.
    """

    def __init__(
        self, reading: int, writing: int, objects: Objects, serve: Callable[[Request, Sequence[Blob]], None]
    ) -> None:
        self.asked = ""
        self._reading = reading
        self._writing = writing
        self._objects = objects
        self._serve = serve
        self._line = RLock()
        self._forwarder: Forwarder | None = None
        self._under_way: set[str] = set()

    def borrow(self, tree: Tagged, request_id: str) -> Any:
        """Return what a reference that came with a request stands for: an object that is here, or a function to call.

        Raises:
            BadValue: neither.
        """
        if tree["$"] == "handle":
            return self._objects.find(tree["v"])
        if tree["$"] == "callback":
            return self._function(tree["v"], "" if "kept" in tree else request_id)
        raise BadValue(str(tree["$"]))

    def _function(self, number: int, request_id: str, during: str = "") -> Callable[..., Any]:
        def lent(*args: Any, **kwargs: Any) -> Any:
            writer = Writer(self._objects.lend)
            message = {
                "id": request_id or self.asked,
                "callback": number,
                "args": [writer.write(arg) for arg in args],
                "kwargs": {name: writer.write(arg) for name, arg in kwargs.items()},
                **self._objects.gone(),
            }
            answer, blobs = self._call_out(number, frames.parts(message, writer.blobs), during)
            if "raised" in answer:
                raise builtin_error(answer["raised"])
            return Reader(blobs, lambda tree: self.borrow(tree, request_id)).read(answer["value"])

        return lent

    def _call_out(self, number: int, message: Sequence[Blob], during: str) -> tuple[Request, Sequence[Blob]]:
        """Send a call and return its answer; one thread at a time, and requests meanwhile are served by it.

        Args:
            number: of the function.
            message: the call.
            during: id of the request without which there is no call, or empty for what the learner's code calls.

        Raises:
            ConnectionError: that request has been answered.
        """
        with self._line:
            if during and during not in self._under_way:
                raise ConnectionError
            frames.write(self._writing, *message)
            while True:
                answer, blobs = frames.unpack(frames.read(self._reading))
                if answer.get("answer") == number:
                    return answer, blobs
                self._line.release()
                try:
                    self._serve(answer, blobs)
                finally:
                    self._line.acquire()

    @contextmanager
    def services(self, request: Request) -> Iterator[None]:
        """Lend what services came with a request, until it is answered; nobody writes to the line after that."""
        if "services" not in request:
            yield
            return
        from .forwarding import Forwarder

        forwarder = self._forwarder = self._forwarder or Forwarder()
        during = request["id"]
        lent = {name: self._function(number, during, during) for name, number in request["services"].items()}
        self._under_way.add(during)
        before = forwarder.lend(lent)
        try:
            yield
        finally:
            with self._line:  # whoever is on it has been answered
                self._under_way.discard(during)
                forwarder.lent = before
