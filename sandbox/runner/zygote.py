"""The prepared process of a cell: holds what was imported, and forks a box of it for every submission.

Theory of operation. This is believed. It runs as the only child of process 1 of a container (`first`), speaks to the
engine alone, over a socket that no box ever holds, and does one thing at a time: make ready, once; open a box; end it.
A box is a clone into fresh name spaces (`spaces`). In it, before a byte of a stranger's: private file systems, nobody's
privilege, the learner's list of system calls, and no descriptor but its own; then it is process 1 there, exactly as in
a container of its own (`first.be_first`), and its child runs the program. Nothing comes back from a box to here: it has
a copy of this memory, and what it does to the copy ends with it. Nothing is here that a box may not read: no hidden
file, no key, no socket but the engine's, which is closed first. It is process 1 of the box that ends it when the engine
is gone or its time is up; when it ends, the kernel ends all the others; and the engine, before it lets another
submission in, looks from outside whether the cell is as it was.

    engine -> here      {"op": "prepare", "source", "filter", "user", "writable", "read_only",
                         "covered"}, then the bundle
                        {"op": "open", "program", "seconds"} with input, output, errors and leash as descriptors
                        {"op": "end", "patience": seconds}
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
import traceback
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NoReturn

from . import frames
from .first import be_dumpable, be_first, prepared, run
from .pages import collapse
from .spaces import clone, furnish, give_up

DOOR = "/run/grader/cell"
"""Where the engine waits for us: its folder, mounted read-only."""
READY = b"!"
LEASH, MOST_DESCRIPTORS = 200, 256
_LENGTH = 4

Message = dict[str, Any]


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

    def __init__(self, engine: socket.socket) -> None:
        self._engine = engine
        self._names: dict[str, Any] = {}
        self._room: Message = {}
        self._empty: list[int] = []
        self._box = 0

    def run(self) -> None:
        """Do what the engine says."""
        try:
            while True:
                order, descriptors = self._hear()
                self._tell(self._obey(order, descriptors))
        except (EOFError, ConnectionError):
            os._exit(0)

    def _obey(self, order: Message, descriptors: list[int]) -> Message:
        if order["op"] == "prepare":
            return self._prepare(order)
        if order["op"] == "open":
            return self._open(order, descriptors)
        return self._end(order["patience"])

    def _prepare(self, order: Message) -> Message:
        bundle = bytes(frames.read(self._engine.fileno()))
        try:
            self._names = prepared(order["source"], bundle)
        except BaseException:
            return {"failed": traceback.format_exc()[-4000:]}
        self._empty = [number for number in range(3, MOST_DESCRIPTORS) if _is_open(number)]
        self._empty.remove(self._engine.fileno())
        if any(not os.path.samestat(os.fstat(number), os.stat(os.devnull)) for number in self._empty):  # noqa: PTH116
            return {"failed": "what makes ready leaves something open that boxes would share"}
        self._room = {**order, "filter": base64.b64decode(order["filter"])}
        be_dumpable(yes=False)
        gc.collect()
        collapse()
        gc.freeze()  # what is here now is never looked through again, and so stays shared
        return {"ready": True}

    def _open(self, order: Message, descriptors: list[int]) -> Message:
        try:
            number = clone()
        except OSError as error:
            return {"failed": str(error)}
        if number == 0:
            _live(self._names, self._room, self._empty, order, descriptors)
        self._box = number
        for descriptor in descriptors:
            os.close(descriptor)
        return {"opened": True}

    def _end(self, patience: float) -> Message:
        """End the box; its exit code if it ended by itself, or does so within so many seconds."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        ended, status = os.waitpid(self._box, os.WNOHANG)
        if not ended and patience and signal.sigtimedwait({signal.SIGCHLD}, patience):
            ended, status = os.waitpid(self._box, os.WNOHANG)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        if ended:
            return {"code": os.waitstatus_to_exitcode(status)}
        os.kill(self._box, signal.SIGKILL)
        os.waitpid(self._box, 0)  # not before all that was in its name spaces has ended
        return {"code": None}

    def _hear(self) -> tuple[Message, list[int]]:
        head, descriptors, _, _ = socket.recv_fds(self._engine, _LENGTH, 4)
        if len(head) < _LENGTH:
            raise EOFError
        text = b""
        while len(text) < int.from_bytes(head, "big"):
            part = self._engine.recv(int.from_bytes(head, "big") - len(text))
            if not part:
                raise EOFError
            text += part
        message: Message = json.loads(text)
        return message, list(descriptors)

    def _tell(self, message: Message) -> None:
        text = json.dumps(message).encode()
        self._engine.sendall(len(text).to_bytes(_LENGTH, "big") + text)


def _live(
    names: dict[str, Any], room: Mapping[str, Any], empty: list[int], order: Message, descriptors: list[int]
) -> NoReturn:
    """Be process 1 of a box; whatever happens, never go on as a second zygote."""
    try:
        _keep_only(descriptors, empty)
        be_dumpable(yes=True)  # the kernel gives the files of /proc/self to root else, and they are to be written
        furnish(room["user"], room["writable"], room["read_only"], room["covered"])
        os.chdir("/work")
        give_up(room["filter"])
        os.write(LEASH, READY)

        def child() -> None:
            os.close(LEASH)
            run(names, order["program"])

        be_first(order["seconds"], child, lambda: (LEASH, None))
    except BaseException as error:
        with suppress(OSError):
            os.write(LEASH, f"{type(error).__name__}: {error}".encode())
    finally:
        os._exit(1)


def _keep_only(descriptors: list[int], empty: list[int]) -> None:
    """Keep input, output, errors and the leash, under fixed numbers, and nothing else that another box has too.

    What was opened to make ready, and leads nowhere, is opened anew: its holders go by the number.
    """
    for at, descriptor in enumerate(descriptors):
        os.dup2(descriptor, LEASH + at)
    for at in range(3):
        os.dup2(LEASH + at, at)
    os.dup2(LEASH + 3, LEASH)
    os.closerange(3, LEASH)
    os.closerange(LEASH + 1, MOST_DESCRIPTORS)
    for number in empty:
        nothing = os.open(os.devnull, os.O_RDWR)
        if nothing != number:
            os.dup2(nothing, number)
            os.close(nothing)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
