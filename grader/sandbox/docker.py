"""Boxes as Docker containers: one each, used once, thrown away.

Theory of operation. The container is created with everything it is denied (network, capabilities, privilege, a writable
root, host name spaces) and with what it may use (memory, processes, temporary files); its stream is attached before it
starts, and files enter as frames on it, because a read-only root takes no copies. The engine reads the stream without
blocking and counts it; whatever is over a cap ends the box. Ending closes the stream first: a daemon whose client stops
reading can hang in kill (seen with 20.10). Then kill, look at how it ended, remove, and there is nothing left.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker

from grader.errors import EngineError
from grader.sandbox import cgroup, images
from grader.sandbox.container import OWNER, configuration
from grader.sandbox.interface import Box, BoxSpec, Exit, Measured
from grader.wire import FrameReader, frame

PRINTED_TAIL = 4000
STDOUT = 1
_STREAM_HEAD = struct.Struct(">BxxxI")


class DockerSandbox:
    """The back end on a Docker engine.

    Args:
        sandbox_dir: the sources that images are built from.

    Raises:
        EngineError: no engine answers.
    """

    def __init__(self, sandbox_dir: Path) -> None:
        self._owner = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._sandbox_dir = sandbox_dir
        self._found: dict[str, images.Image] = {}
        self._clients = threading.local()
        self.name = f"docker {self._api.version()['Version']}"

    @property
    def _api(self) -> Any:
        """One client a thread, because its connections are not to be shared."""
        if not hasattr(self._clients, "client"):
            self._clients.client = connect()
        return self._clients.client.api

    def recipe(self, family: str) -> str:
        """Return the recipe digest of a family's image."""
        return self._image(family).recipe

    def image_id(self, family: str) -> str:
        """Return the local id of a family's image."""
        return self._image(family).id

    def _image(self, family: str) -> images.Image:
        if family not in self._found:
            self._api  # noqa: B018 - makes this thread's client
            self._found[family] = images.find(self._clients.client, family, self._sandbox_dir)
        return self._found[family]

    def open(self, spec: BoxSpec) -> Box:
        """Open a box in a container of its own."""
        image = self._image(spec.family)
        api = self._api
        try:
            created = api.create_container_from_config(
                configuration(image.id, spec, owner=self._owner, now=int(time.time()))
            )
            identity = created["Id"]
            stream = api.attach_socket(identity, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
            api.start(identity)
            pid = api.inspect_container(identity)["State"]["Pid"]
        except (docker.errors.DockerException, OSError) as error:
            message = f"Docker cannot open a box: {error}"
            raise EngineError(message) from error
        return DockerBox(self, identity, stream, cgroup.of_process(pid))

    def remove(self, identity: str) -> Exit:
        """Kill and remove a container, and return how it ended."""
        api = self._api
        state: dict[str, Any] = {}
        running = False
        with contextlib.suppress(docker.errors.NotFound):
            running = bool(api.inspect_container(identity)["State"]["Running"])
            with contextlib.suppress(docker.errors.APIError):
                api.kill(identity, "KILL")
            state = api.inspect_container(identity)["State"]
            api.remove_container(identity, force=True, v=True)
        return Exit(code=None if running else state.get("ExitCode"), oom=bool(state.get("OOMKilled")))

    def leftovers(self) -> list[str]:
        """Return the ids of containers of this owner that are still there."""
        return [found["Id"] for found in self._api.containers(all=True, filters={"label": f"{OWNER}={self._owner}"})]


def connect() -> docker.DockerClient:
    """Return a client of the Docker engine.

    Raises:
        EngineError: no engine answers.
    """
    try:
        client = docker.from_env(timeout=60)
        client.ping()
    except (docker.errors.DockerException, OSError) as error:
        message = "no Docker engine answers here: start it (`sudo systemctl start docker`), then see `grader doctor`"
        raise EngineError(message) from error
    return client


class DockerBox:
    """An open container. See `grader.sandbox.interface.Box`."""

    def __init__(self, sandbox: DockerSandbox, identity: str, stream: Any, group: cgroup.Cgroup) -> None:
        self._sandbox = sandbox
        self._identity = identity
        self._stream = stream
        self._socket: socket.socket = stream._sock  # noqa: SLF001 - the SDK gives no other way to a raw socket
        self._socket.setblocking(False)  # noqa: FBT003 - the standard library's own
        self._group = group
        self._last = Measured()
        self._raw = bytearray()
        self._frames = FrameReader()
        self._out = bytearray()
        self.printed = bytearray()
        self.printed_bytes = 0
        self.closed = False

    def fileno(self) -> int:
        """Return the descriptor to select on."""
        return self._socket.fileno()

    def receive(self) -> list[bytes]:
        """Return the payloads that have come."""
        try:
            received = self._socket.recv(2**20)
        except BlockingIOError:
            return []
        except OSError:
            received = b""
        if not received:
            self.closed = True
        payloads: list[bytes] = []
        for stream, part in self._split(received):
            if stream == STDOUT:
                payloads += self._frames.feed(part)
            else:
                self.printed_bytes += len(part)
                self.printed = (self.printed + part)[-PRINTED_TAIL:]
        return payloads

    def _split(self, received: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield (stream, bytes) of the daemon's multiplexed stream, whole parts only."""
        self._raw += received
        while len(self._raw) >= _STREAM_HEAD.size:
            stream, length = _STREAM_HEAD.unpack_from(self._raw)
            end = _STREAM_HEAD.size + length
            if len(self._raw) < end:
                return
            yield stream, bytes(self._raw[_STREAM_HEAD.size : end])
            del self._raw[:end]

    def send(self, payload: bytes) -> None:
        """Queue a payload."""
        self._out += frame(payload)
        self.flush()

    def flush(self) -> None:
        """Send what can be sent."""
        try:
            while self._out:
                sent = self._socket.send(self._out[: 2**18])
                del self._out[:sent]
        except BlockingIOError:
            return
        except OSError:
            self._out.clear()
            self.closed = True

    @property
    def sending(self) -> bool:
        """Whether something is queued."""
        return bool(self._out)

    def measure(self) -> Measured:
        """Return what it has used so far."""
        self._last = self._group.measure(self._last)
        return self._last

    def end(self) -> Exit:
        """Close, kill, remove."""
        self.closed = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self._stream.close()
            self._socket.close()
        end = self._sandbox.remove(self._identity)
        return Exit(code=end.code, oom=end.oom or self._last.oom_kills > 0)
