"""The prepared process of a cell: holds what was imported, and forks a box of it for every submission.

Theory of operation. This is believed. It runs as the only child of process 1 of a container (`first`), speaks to the
engine alone, over a socket that no box ever holds, and does one thing at a time: make ready, once; open a box; end it.
A box is a clone into fresh name spaces (`spaces`). In it, before a byte of a stranger's: private file systems, nobody's
privilege, the learner's list of system calls, and no descriptor but its own; then it is process 1 there, as in a
container of its own (`box`, `first`), and its child runs the program. Nothing comes back from a box to here: it has
a copy of this memory, and what it does to the copy ends with it. Nothing is here that a box may not read: no hidden
file, no key, no socket but the engine's, which is closed first. It is process 1 of the box that ends it when the engine
is gone or its time is up; when it ends, the kernel ends all the others; and the engine, before it lets another
submission in, looks from outside whether the cell is as it was.

    engine -> here      length, one letter, a number, then
                        R  {"source", "filter", "loopback", "user", "writable", "read_only", "covered"}, then the
                           bundle: make ready
                        O  a program: open a box that lives so many seconds; input, output, errors and leash come along
                        E  nothing: end it, or see it end within so many seconds
    here -> engine      {"ready"} | {"failed": why}; {"opened"}; {"code": exit code, or null when it was still running}
    box -> engine       one byte on the leash, once its room is made; or why it could not be
"""

from __future__ import annotations

import base64
import gc
import json
import os
import signal
import socket
import struct
import time
import traceback
from collections.abc import Sequence
from functools import lru_cache
from types import CodeType
from typing import Any

from . import frames
from .box import MOST_DESCRIPTORS, Boxes
from .first import be_dumpable, prepared
from .pages import collapse
from .spaces import Room

DOOR = "/run/grader/cell"
"""Where the engine waits for us: its folder, mounted read-only."""
HEAD = struct.Struct(">Icd")
"""Of an order: bytes of its content, its letter, its number."""
_DESCRIPTORS = socket.CMSG_SPACE(4 * struct.calcsize("i"))


def main() -> None:
    """Serve the engine until it is gone."""
    engine = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    engine.connect(DOOR)
    Zygote(engine).run()


class Zygote:
    """See the module.

    Args:
        engine: the connection to it.
    """

    _boxes: Boxes

    def __init__(self, engine: socket.socket) -> None:
        self._engine = engine
        self._box = 0

    def run(self) -> None:
        """Do what the engine says."""
        try:
            while True:
                self._obey(*self._hear())
        except (EOFError, ConnectionError):
            os._exit(0)

    def _obey(self, order: bytes, number: float, content: bytes, descriptors: Sequence[int]) -> None:
        if order == b"O":
            self._tell(self._open(content, number, descriptors))
        elif order == b"E":
            self._tell(self._end(number))
        else:
            self._tell(self._prepare(json.loads(content)))

    def _prepare(self, order: dict[str, Any]) -> bytes:
        bundle = bytes(frames.read(self._engine.fileno()))
        try:
            names = prepared(order["source"], bundle)
        except BaseException:
            return _failed(traceback.format_exc()[-4000:])
        empty = [number for number in range(3, MOST_DESCRIPTORS) if _is_open(number)]
        empty.remove(self._engine.fileno())
        if any(not os.path.samestat(os.fstat(number), os.stat(os.devnull)) for number in empty):  # noqa: PTH116
            return _failed("what makes ready leaves something open that boxes would share")
        self._boxes = Boxes(names, _room(order), empty)
        be_dumpable(yes=False)
        gc.collect()
        collapse()
        gc.freeze()  # what is here now is never looked through again, and so stays shared
        return b'{"ready": true}'

    def _open(self, program: bytes, seconds: float, descriptors: Sequence[int]) -> bytes:
        try:
            self._box = self._boxes.open(_compiled(program), seconds, descriptors)
        except OSError as error:
            return _failed(str(error))
        for descriptor in descriptors:
            os.close(descriptor)
        return b'{"opened": true}'

    def _end(self, patience: float) -> bytes:
        """End the box; its exit code if it ended by itself, or does so within so many seconds."""
        until = time.monotonic() + patience
        ended, status = os.waitpid(self._box, os.WNOHANG)
        # what is waited for may be the word of a box before: then once more
        while not ended and patience and signal.sigtimedwait({signal.SIGCHLD}, max(0.0, until - time.monotonic())):
            ended, status = os.waitpid(self._box, os.WNOHANG)
        if ended:
            return b'{"code": %d}' % os.waitstatus_to_exitcode(status)
        os.kill(self._box, signal.SIGKILL)
        os.waitpid(self._box, 0)  # not before all that was in its name spaces has ended
        return b'{"code": null}'

    def _hear(self) -> tuple[bytes, float, bytes, Sequence[int]]:
        head, ancillary, _, _ = self._engine.recvmsg(HEAD.size, _DESCRIPTORS)
        if len(head) < HEAD.size:
            raise EOFError
        length, order, number = HEAD.unpack(head)
        content = b""
        while len(content) < length:
            part = self._engine.recv(length - len(content))
            if not part:
                raise EOFError
            content += part
        descriptors = struct.unpack(f"{len(ancillary[0][2]) // 4}i", ancillary[0][2]) if ancillary else ()
        return order, number, content, descriptors

    def _tell(self, answer: bytes) -> None:
        self._engine.sendall(len(answer).to_bytes(4, "big") + answer)


def _room(order: dict[str, Any]) -> Room:
    steps = base64.b64decode(order["filter"])
    places = order["writable"], order["read_only"], order["covered"]
    return Room(order["user"], *places, steps, loopback=order["loopback"])


def _failed(why: str) -> bytes:
    return json.dumps({"failed": why}).encode()


@lru_cache(maxsize=1)
def _compiled(program: bytes) -> CodeType:
    """Boxes of a cell run the same program one after the other."""
    return compile(program, "<box>", "exec")


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
