"""Lends a learner's client the services that stand-ins give: what it sends to a port of its own box is carried across.

Theory of operation. A box has no network; its loopback is its own. So the real client of a hosted service finds a
listener there, in a thread of the learner's process, which takes each HTTP request apart and hands it on as method,
target and body: a call of a function that the proctor lent with the request it waits for (`serve`). Nothing that was
said in HTTP crosses, and nothing here is believed: whoever forges such a call has sent a request to a stand-in, which
is what any program may do. Without a request under way there is nobody to call, and the answer is 503.

The listener is opened when services are first lent, in the very process that serves the test: a fork has no threads of
the process before it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Thread

PORTS = {"pinecone": 5081, "chat": 5082}
"""Where a service is found, on 127.0.0.1."""
MOST_BODY = 2 * 2**20
"""Bytes of one request: Pinecone's own limit, and far more than a prompt has."""


Answerer = Callable[[str, str, bytes], tuple[int, bytes]]
"""Takes method, target and body of a request; gives status and body. ConnectionError when nobody asks any more."""

_NOBODY = (503, b'{"error": {"message": "no test is under way that has this service"}}')


class Listener(ThreadingHTTPServer):
    """Serves one port.

    Args:
        port: which; 0 takes any that is free.
        answer: what it answers by.
    """

    daemon_threads = True

    def __init__(self, port: int, answer: Answerer) -> None:
        self.answerer = answer
        super().__init__(("127.0.0.1", port), Handler)

    def server_bind(self) -> None:
        """Bind, without asking for the machine's name, which takes a network."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]


class Handler(BaseHTTPRequestHandler):
    """Takes requests apart, one after the other on one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener

    def log_message(self, *_: object) -> None:
        """Say nothing: what is printed counts as the learner's."""

    def carry(self) -> None:
        """Answer one request."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isascii() or not length.isdigit():
            self._refuse(411, "a request needs a Content-Length")
        elif int(length[:12]) > MOST_BODY:
            self._refuse(413, f"a request has at most {MOST_BODY} bytes")
        else:
            self._say(*self.server.answerer(self.command, self.path, self.rfile.read(int(length))))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = carry  # noqa: N815 - names that http.server looks for

    def _refuse(self, status: int, message: str) -> None:
        """Answer, and read nothing more: where the next request begins is not known."""
        self.close_connection = True
        self._say(status, json.dumps({"error": {"message": message}}).encode())

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


class Forwarder:
    """The services of this process.

    Attributes:
        lent: what to call, by service, while a request is under way that lent it.
    """

    def __init__(self) -> None:
        self.lent: dict[str, Answerer] = {}
        self._open: set[str] = set()

    def lend(self, lent: dict[str, Answerer]) -> dict[str, Answerer]:
        """Let services be reached by these functions, and return those before."""
        for name in lent.keys() - self._open:
            self._open.add(name)
            listener = Listener(PORTS[name], self._answerer(name))
            Thread(target=listener.serve_forever, daemon=True).start()
        before, self.lent = self.lent, lent
        return before

    def _answerer(self, name: str) -> Answerer:
        def answer(method: str, target: str, body: bytes) -> tuple[int, bytes]:
            carry = self.lent.get(name)
            try:
                return carry(method, target, body) if carry is not None else _NOBODY
            except ConnectionError:
                return _NOBODY

        return answer
