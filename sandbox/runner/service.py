"""Asks an ASGI app, as a server on this side of a socket would; and there is no socket.

A box has no network, and a server of its own would say nothing that the app does not: what crosses is a request and the
app's response to it. So the app is called directly, by the ASGI specification (HTTP 2.3, lifespan 2.0). That needs no
port and no thread, is the same each time, and takes a tenth of a millisecond; httpx's ASGITransport would do less (no
lifespan, no bound on a body, no `state`) and ties a service to a library that its author may not use. What uvicorn does
with an app that misbehaves is done here: an exception before the response is a 500, an exception in the midst of one
is a broken connection, a message out of turn raises in the app that sends it. The app's call is waited for to its end,
so that background tasks are done when the response is there.
"""

from __future__ import annotations

import asyncio
import re
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from .caps import TooBig
from .loop import Loop

MAX_BODY = 8 * 2**20
"""Bytes of one response's body."""
NAME = "app"
_VERSIONS = {"version": "3.0", "spec_version": "2.3"}
_FIELD_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_BODY = (204, 304)

Message = dict[str, Any]
App = Callable[..., Any]


class Service:
    """An app that has started.

    Args:
        module: holds it, under the name `app`.
    """

    def __init__(self, module: Any) -> None:
        self._app: App = getattr(module, NAME)
        self._loop = Loop()
        self._lifespan: _Lifespan | None = None
        self._start()

    def ask(self, requests: list[Message]) -> list[Message]:
        """Return the response to each request, all of them under way at once.

        Args:
            requests: of `method`, `target` (path and query, encoded), `headers` (pairs of texts) and `body`.

        Returns:
            responses of `status`, `headers` (pairs of texts) and `body`.

        Raises:
            ConnectionError: the app broke off a response.
            TooBig: a body over the cap.
        """
        state = self._start()
        return self._loop.run(self._ask(requests, state))

    def stop(self) -> None:
        """Have the app shut down; the next request starts it again.

        Raises:
            RuntimeError: it says that it cannot.
        """
        lifespan, self._lifespan = self._lifespan, None
        if lifespan is not None:
            self._loop.run(lifespan.stop())

    def _start(self) -> Message:
        if self._lifespan is None:
            self._lifespan = _Lifespan(self._app)
            self._loop.run(self._lifespan.start())
        return self._lifespan.state

    async def _ask(self, requests: list[Message], state: Message) -> list[Message]:
        exchanges = [_Exchange(request, state) for request in requests]
        return list(await asyncio.gather(*(exchange.carry_out(self._app) for exchange in exchanges)))


class _Lifespan:
    """What an app is told of its own beginning and end; one that wants to know nothing of it raises, and is let be.

    Attributes:
        state: what the app keeps for its requests.
    """

    def __init__(self, app: App) -> None:
        self.state: Message = {}
        self._app = app
        self._events: asyncio.Queue[str] = asyncio.Queue()
        self._expected = ""

    async def start(self) -> None:
        """Return when the app has started.

        Raises:
            RuntimeError: it says that it cannot.
        """
        self._life = asyncio.ensure_future(self._live())
        await self._tell("startup")

    async def stop(self) -> None:
        """Return when the app has shut down.

        Raises:
            RuntimeError: it says that it cannot.
        """
        await self._tell("shutdown")

    async def _tell(self, what: str) -> None:
        self._expected, self._answer = what, asyncio.get_running_loop().create_future()
        self._events.put_nowait(f"lifespan.{what}")
        await asyncio.wait({self._life, self._answer}, return_when=asyncio.FIRST_COMPLETED)
        if self._answer.done() and self._answer.result() is not None:
            raise RuntimeError(f"the app's {what} failed: {self._answer.result()}"[:500])

    async def _live(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await self._app(scope, self._receive, self._send)
        except BaseException as error:
            _print_trace(error)

    async def _receive(self) -> Message:
        return {"type": await self._events.get()}

    async def _send(self, message: Message) -> None:
        kind = message["type"]
        done, failed = (f"lifespan.{self._expected}.{end}" for end in ("complete", "failed"))
        if kind not in (done, failed) or self._answer.done():
            raise RuntimeError(f"{kind} out of turn")
        self._answer.set_result(None if kind == done else str(message.get("message", "")))


class _Exchange:
    """One request and its response.

    Args:
        request: see `Service.ask`.
        state: of the lifespan; a request has a copy.
    """

    def __init__(self, request: Message, state: Message) -> None:
        self._request = request
        self._state = state
        self._told = False
        self._status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = bytearray()
        self._complete = asyncio.Event()
        self._too_big = False

    async def carry_out(self, app: App) -> Message:
        """Return the response.

        Raises:
            ConnectionError: the app broke it off, or sent other bytes than it said.
            TooBig: its body is over the cap.
        """
        try:
            await app(self._scope(), self._receive, self._send)
        except BaseException as error:
            _print_trace(error)
        if self._too_big:
            raise TooBig(f"a response of more than {MAX_BODY} bytes")
        if not self._status:
            self._status, self._headers = 500, [(b"content-type", b"text/plain; charset=utf-8")]
            self._body[:] = b"Internal Server Error"
        elif not self._complete.is_set():
            raise ConnectionError("the app did not finish its response")
        self._hold_to_its_length()
        headers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in self._headers]
        return {"status": self._status, "headers": headers, "body": bytes(self._body)}

    def _scope(self) -> Message:
        path, _, query = self._request["target"].partition("?")
        lines = [(name.lower(), value) for name, value in self._request["headers"]]
        return {
            "type": "http",
            "asgi": dict(_VERSIONS),
            "http_version": "1.1",
            "method": self._request["method"],
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode("ascii"),
            "query_string": query.encode("ascii"),
            "root_path": "",
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in lines],
            "client": ("127.0.0.1", 50000),
            "server": ("localhost", 80),
            "state": dict(self._state),
        }

    async def _receive(self) -> Message:
        if not self._told:
            self._told = True
            return {"type": "http.request", "body": self._request["body"], "more_body": False}
        await self._complete.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        kind = message["type"]
        expected = "http.response.body" if self._status else "http.response.start"
        if self._complete.is_set() or kind != expected:
            raise RuntimeError(f"{kind} out of turn")
        if kind == "http.response.start":
            self._headers = [_checked(name, value) for name, value in message.get("headers", ())]
            self._status = _status(message["status"])
            return
        self._body += message.get("body", b"")
        if len(self._body) > MAX_BODY:
            self._too_big = True
            self._body.clear()
            raise TooBig("a response without end")
        if not message.get("more_body", False):
            self._complete.set()

    def _hold_to_its_length(self) -> None:
        if self._request["method"] == "HEAD" or self._status in _NO_BODY:
            self._body.clear()
            return
        said = [value for name, value in self._headers if name == b"content-length"]
        if said and said != [b"%d" % len(self._body)]:
            raise ConnectionError("the app sent other bytes than its Content-Length says")


def _print_trace(error: BaseException) -> None:
    """Tell authors why a request failed: where, without the frames of a framework above it."""
    traceback.print_exception(error, limit=-3, chain=False)


def _checked(name: Any, value: Any) -> tuple[bytes, bytes]:
    """Return a header field, if it is one.

    Raises:
        RuntimeError: it could not be sent.
    """
    name, value = bytes(name).lower(), bytes(value)
    if not _FIELD_NAME.fullmatch(name) or any(byte in value for byte in b"\r\n\0"):
        raise RuntimeError(f"{name!r} is no header that can be sent")
    return name, value


def _status(value: Any) -> int:
    if not isinstance(value, int) or not 200 <= value <= 599:  # noqa: PLR2004 - those that end an exchange
        raise RuntimeError(f"{value!r} is no status of a response")
    return int(value)
