"""A connection to the Docker engine that lasts as long as the engine does: when it ends, the engine has.

Theory of operation. When an engine dies, the streams of its boxes end and their processes with them, which looks like
boxes that ended by themselves; by the time somebody asks, a new engine may answer, and say that they exited. A box's
end is the submission's, an engine's end is ours, so they must be told apart. A request for events that never come is
held open beside the boxes: it belongs to the engine's process, whatever the transport, and ends with it.
"""

from __future__ import annotations

import json
import socket
import weakref
from contextlib import suppress
from typing import Any

from grader.sandbox.waiting import is_readable


class Lifeline:
    """One engine's life, from now on.

    Args:
        api: a client of the engine, for this connection alone.

    Raises:
        docker.errors.DockerException: it does not answer.
    """

    def __init__(self, api: Any) -> None:
        nothing = json.dumps({"label": ["grader.nothing"]})
        response = api._get(  # noqa: SLF001 - the SDK's own events() hides the connection that matters here
            api._url("/events"),  # noqa: SLF001
            params={"filters": nothing},
            stream=True,
            timeout=None,
        )
        raw = api._get_raw_response_socket(response)  # noqa: SLF001 - as attach_socket() does
        self._socket: socket.socket = getattr(raw, "_sock", raw)
        self._over = False
        innermost_first = [response.raw._fp, response, self._socket, api]  # noqa: SLF001
        self._let_go = weakref.finalize(self, _close_all, innermost_first)

    def over(self, seconds: float = 0.0) -> bool:
        """Return whether the engine has ended, waiting for so long to see it end."""
        while not self._over and is_readable(self._socket, seconds):
            try:
                self._over = not self._socket.recv(4096)
            except OSError:
                self._over = True
        return self._over

    def close(self) -> None:
        """Let go of the connection; who forgets a lifeline lets go of it too."""
        self._let_go()


def _close_all(held: list[Any]) -> None:
    for one in held:
        with suppress(OSError):
            one.close()
