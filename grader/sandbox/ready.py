"""Makes a box ready: its process 1 is there, what makes ready has run, and nothing of a submission has.

Process 1's child says so with an empty payload, the first it sends, and gets the program then. What it took to get
there is ours to pay: the clock and the figures of a submission begin afterwards, so that a verdict does not depend on
whether a box was made ahead.
"""

from __future__ import annotations

import time

from grader.errors import EngineError
from grader.sandbox.interface import Box
from grader.sandbox.waiting import await_either

READY_SECONDS = 120.0
"""Long enough for libraries that are read from a slow disk, on a busy machine."""


def make_ready(box: Box, bundle: bytes) -> None:
    """Have a box made ready; the program is what it is sent next.

    Raises:
        EngineError: it does not become so.
    """
    box.send(bundle)
    end = time.monotonic() + READY_SECONDS
    while not box.closed and (left := end - time.monotonic()) > 0:
        readable, writable = await_either(box, left, room=box.sending)
        if writable:
            box.flush()
        if readable and (payloads := box.receive()):
            if payloads == [b""]:
                return
            break
    said = bytes(box.printed).decode(errors="replace").strip()[-500:]
    raise EngineError(f"a box does not become ready: {said or 'it said nothing'}", hidden=said)
