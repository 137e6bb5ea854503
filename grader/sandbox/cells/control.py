"""What is said to the prepared process of a cell, descriptors included (SCM_RIGHTS, unix(7)).

Its container has no network and hears nothing but this: it connects once, at its start, to a socket in a folder of ours
that is mounted there read-only, and that holds nothing any more when a box is opened.
"""

from __future__ import annotations

import json
import shutil
import socket
import struct
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from grader.errors import EngineError
from grader.sandbox.waiting import is_readable
from grader.settings import cache
from grader.wire import frame

DOOR = "cell"
PLACE = "/run/grader"
"""Where the folder is in the container."""
_HEAD = struct.Struct(">Icd")
"""Of an order: bytes of its content, its letter, its number."""
_LENGTH = 4
_LONGEST = 65536

Message = dict[str, Any]


class CellBroke(EngineError):
    """A cell does not do what it is told: a fault of ours or the machine's, and the cell's end."""


class Door:
    """A folder with a socket where a cell's prepared process knocks once."""

    def __init__(self) -> None:
        doors = cache() / "doors"
        doors.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(dir=doors, prefix=""))
        self.folder.chmod(0o711)
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listening.bind(str(self.folder / DOOR))
        (self.folder / DOOR).chmod(0o666)
        self._listening.listen(1)

    def opened(self, seconds: float) -> Control:
        """Return the conversation with whoever knocks.

        Raises:
            CellBroke: nobody does.
        """
        self._listening.settimeout(seconds)
        try:
            connection, _ = self._listening.accept()
        except TimeoutError as error:
            raise CellBroke(
                "the prepared process of a cell does not reach the engine: are they on one host?"
            ) from error
        return Control(connection)

    def close(self) -> None:
        """Take the socket away, and the folder with it."""
        self._listening.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Control:
    """The conversation with a prepared process.

    Args:
        connection: to it.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._closed = False
        connection.settimeout(None)

    @property
    def peer(self) -> int:
        """The host's number of the process that knocked, by the kernel's word."""
        given = self._connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", given)[0])

    def over(self, seconds: float = 0.0) -> bool:
        """Return whether the process has ended, waiting for so long to see it end; it says nothing unless asked."""
        return self._closed or is_readable(self._connection, seconds)

    def ask(
        self,
        order: bytes,
        content: bytes = b"",
        *,
        number: float = 0.0,
        descriptors: Sequence[int] = (),
        after: bytes | None = None,
        seconds: float,
    ) -> Message:
        """Tell it something and return its answer.

        Args:
            order: one letter (`sandbox/runner/zygote.py`).
            content: what belongs to it.
            number: what belongs to it.
            descriptors: given with it.
            after: a frame that follows.
            seconds: that it may take.

        Raises:
            CellBroke: it is gone, silent, or says that it cannot.
        """
        try:
            self._connection.settimeout(seconds)
            socket.send_fds(self._connection, [_HEAD.pack(len(content), order, number)], list(descriptors))
            if content or after is not None:
                self._connection.sendall(content + (frame(after) if after is not None else b""))
            answer: Message = json.loads(self._take(int.from_bytes(self._take(_LENGTH), "big")))
        except (OSError, EOFError, ValueError) as error:
            raise CellBroke(f"the prepared process of a cell does not answer: {error}") from error
        if "failed" in answer:
            raise CellBroke(f"a cell cannot open a box: {answer['failed']}")
        return answer

    def _take(self, count: int) -> bytes:
        if count > _LONGEST:
            raise EOFError
        taken = b""
        while len(taken) < count:
            part = self._connection.recv(count - len(taken))
            if not part:
                raise EOFError
            taken += part
        return taken

    def close(self) -> None:
        """End it: the prepared process ends with it."""
        self._closed = True
        self._connection.close()


class Leash:
    """The engine's end of a socket that a box's process 1 holds: while it is open, the box may live."""

    def __init__(self) -> None:
        self._ours, self.theirs = socket.socketpair()
        self._ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)

    def born(self, seconds: float) -> int:
        """Wait until the box's room is made; returns the host's number of its process 1, by the kernel's word.

        Raises:
            CellBroke: it could not be made.
        """
        self._ours.settimeout(seconds)
        try:
            said, ancillary, _, _ = self._ours.recvmsg(_LENGTH * 256, socket.CMSG_SPACE(struct.calcsize("3i")))
        except OSError as error:
            raise CellBroke(f"a cell opened a box that says nothing: {error}") from error
        if said != b"!":
            raise CellBroke(f"a cell cannot make a room for a box: {said.decode(errors='replace') or 'it ended'}")
        for level, kind, content in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
                return int(struct.unpack("3i", content)[0])
        raise CellBroke("the kernel does not say which process a box is")

    def close(self) -> None:
        """Let go."""
        with suppress(OSError):
            self._ours.close()
