"""Boxes as Docker containers: one each, used once, thrown away.

Theory of operation. The container is created with everything it is denied (network, capabilities, privilege, a writable
root, host name spaces) and with what it may use (memory, processes, temporary files); its stream is attached before it
starts, and files enter as frames on it, because a read-only root takes no copies. The engine reads the stream without
blocking and counts it; whatever is over a cap ends the box. Ending closes the stream first: a daemon whose client stops
reading can hang in kill (seen with 20.10). Then kill, look at how it ended, remove, and there is nothing left.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import docker

from grader.errors import EngineError
from grader.sandbox import cgroup, images
from grader.sandbox.container import DEADLINE, INODES, OWNER, configuration
from grader.sandbox.exchange import Exchange
from grader.sandbox.interface import Box, BoxSpec, Exit, Measured
from grader.sandbox.owner import parse, this_process
from grader.sandbox.places import Places
from grader.sandbox.promises import Promise

STDOUT = 1
_STREAM_HEAD = struct.Struct(">BxxxI")


_LIMITS_OF_KERNEL = {"MemoryLimit": Promise.MEMORY, "SwapLimit": Promise.MEMORY, "PidsLimit": Promise.PROCESSES}
GRACE_SECONDS = 5
"""A box past its deadline is about to end by itself; after this long it has not."""
_GVISOR_LACKS = {
    Promise.INODES: "gVisor does not count files; memory and CPU bound them",
    Promise.PROCESSES: "gVisor counts its own threads, so the limit is a loose one",
}


def _lacks(about: Mapping[str, Any], runtime: str) -> dict[Promise, str]:
    """Return what the engine's own account of itself (`/info`) says cannot be kept."""
    found = dict(_GVISOR_LACKS) if runtime == "runsc" else {}
    for key, promise in _LIMITS_OF_KERNEL.items():
        if about.get(key) is False:
            found[promise] = f"this Docker engine says {key} is not supported by its kernel"
    return found


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


class DockerSandbox:
    """The back end on a Docker engine.

    Args:
        sandbox_dir: the sources that images are built from.
        runtime: `runc`, or `runsc` for gVisor, whose kernel is a program of its own between box and host.

    Raises:
        EngineError: no engine answers, or it has no such runtime.
    """

    def __init__(self, sandbox_dir: Path, *, runtime: str = "runc") -> None:
        self._owner = this_process()
        self._sandbox_dir = sandbox_dir
        self._runtime = runtime
        self.own_kernel = runtime == "runsc"
        self._found: dict[str, images.Image] = {}
        self._profiles: dict[str, str] = {}
        self._clients = threading.local()
        self.name = f"docker {self._api.version()['Version']} {runtime}"
        about = self._api.info()
        known = about.get("Runtimes", {})
        self.lacks = _lacks(about, runtime)
        if runtime not in known:
            there = ", ".join(sorted(known))
            message = f"this Docker engine has no runtime {runtime}, only {there}: see `grader doctor`"
            raise EngineError(message)

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

    def _profile(self, name: str) -> str:
        if name not in self._profiles:
            self._profiles[name] = (self._sandbox_dir / "seccomp" / f"{name}.json").read_text(encoding="utf-8")
        return self._profiles[name]

    def open(self, spec: BoxSpec) -> Box:
        """Open a box in a container of its own."""
        asked = configuration(
            self._image(spec.family).id,
            spec,
            profile=self._profile(spec.filter),
            runtime=self._runtime,
            owner=str(self._owner),
            now=int(time.time()),
        )
        api = self._api
        identity = ""
        try:
            identity = api.create_container_from_config(asked)["Id"]
            stream = api.attach_socket(identity, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
            api.start(identity)
            pid = api.inspect_container(identity)["State"]["Pid"]
        except (docker.errors.DockerException, OSError) as error:
            if identity:
                with contextlib.suppress(docker.errors.DockerException, OSError):
                    self.remove(identity)
            message = f"Docker cannot open a box: {error}"
            raise EngineError(message) from error
        # gVisor's files are its own: what the host sees of them is not what the box has
        places = Places(pid if self._runtime == "runc" else 0, INODES)
        return DockerBox(self, identity, stream, cgroup.of_process(pid), places)

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

    def reap(self) -> list[str]:
        """Remove boxes that are past their deadline, or whose engine is dead; returns their names."""
        gone = []
        for found in self._api.containers(all=True, filters={"label": OWNER}):
            owner, deadline = parse(found["Labels"][OWNER]), found["Labels"].get(DEADLINE, "")
            late = not deadline.isdigit() or int(deadline) + GRACE_SECONDS < time.time()
            if owner is None or owner.dead or late:
                self.remove(found["Id"])
                gone.append(found["Names"][0].lstrip("/"))
        return gone


class DockerBox:
    """An open container. See `grader.sandbox.interface.Box`."""

    def __init__(
        self, sandbox: DockerSandbox, identity: str, stream: Any, group: cgroup.Cgroup, places: Places
    ) -> None:
        self._sandbox = sandbox
        self._identity = identity
        self._stream = stream
        self._places = places
        self._socket: socket.socket = stream._sock  # noqa: SLF001 - the SDK gives no other way to a raw socket
        self._socket.setblocking(False)  # noqa: FBT003 - the standard library's own
        self._group = group
        self._last = Measured()
        self._raw = bytearray()
        self._exchange = Exchange(self._socket.send)

    @property
    def printed(self) -> bytearray:
        """The tail of its error stream."""
        return self._exchange.printed

    @property
    def printed_bytes(self) -> int:
        """All that it printed."""
        return self._exchange.printed_bytes

    @property
    def closed(self) -> bool:
        """Its stream has ended."""
        return self._exchange.closed

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
            self._exchange.closed = True
        payloads: list[bytes] = []
        for stream, part in self._split(received):
            if stream == STDOUT:
                payloads += self._exchange.said(part)
            else:
                self._exchange.was_printed(part)
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
        self._exchange.send(payload)

    def flush(self) -> None:
        """Send what can be sent."""
        self._exchange.flush()

    @property
    def sending(self) -> bool:
        """Whether something is queued."""
        return self._exchange.sending

    def measure(self) -> Measured:
        """Return what it has used so far."""
        self._last = replace(self._group.measure(self._last), full=self._places.full())
        return self._last

    def processes(self) -> list[int]:
        """Return the host's numbers of its processes."""
        return self._group.processes()

    def end(self) -> Exit:
        """Close, kill, remove."""
        self._exchange.closed = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self._stream.close()
            self._socket.close()
        self.measure()  # the last word of a box that ended by itself
        self._group.close()
        self._places.close()
        end = self._sandbox.remove(self._identity)
        return Exit(code=end.code, oom=end.oom or self._last.oom_kills > 0)
