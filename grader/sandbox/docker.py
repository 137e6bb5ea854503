"""Boxes as Docker containers: one each, used once, thrown away.

Theory of operation. The container is created with everything it is denied (network, capabilities, privilege, a writable
root, host name spaces) and with what it may use (memory, processes, temporary files); its stream is attached before it
starts, and files enter as frames on it, because a read-only root takes no copies. The engine reads the stream without
blocking and counts it; whatever is over a cap ends the box. Ending closes the stream first: a daemon whose client stops
reading can hang in kill (seen with 20.10). Then kill, look at how it ended, remove, and there is nothing left. A box
that ended because the engine did has not ended by itself (`lifeline`), and nothing is concluded from it.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import docker

from grader.errors import EngineError
from grader.model import Tenancy
from grader.sandbox import cgroup, images
from grader.sandbox.container import INODES, configuration
from grader.sandbox.docker_box import DockerBox
from grader.sandbox.docker_client import Clients, connect
from grader.sandbox.hands import Hands
from grader.sandbox.interface import Box, BoxSpec, Exit
from grader.sandbox.lifeline import Lifeline
from grader.sandbox.owner import this_process
from grader.sandbox.places import Places
from grader.sandbox.promises import Promise
from grader.sandbox.ready import make_ready
from grader.sandbox.removal import abandoned, of_owner, take_away

Configuration = dict[str, Any]

_LIMITS_OF_KERNEL = {"MemoryLimit": Promise.MEMORY, "SwapLimit": Promise.MEMORY, "PidsLimit": Promise.PROCESSES}
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


def _cores(about: Mapping[str, Any]) -> str:
    """Return the cores that this process is held to, where the engine knows the same ones; boxes keep to them too."""
    there = set(range(os.cpu_count() or 1))
    ours = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else there
    return ",".join(map(str, sorted(ours))) if ours < there and about.get("NCPU") == len(there) else ""


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
        self._profiles: dict[str, bytes] = {}
        self._clients = Clients()
        self._lock = threading.Lock()
        self._life: Lifeline | None = None
        self._open: set[str] = set()
        self.hands = Hands()
        self.name = f"docker {self._api.version()['Version']} {runtime}"
        about = self._api.info()
        known = about.get("Runtimes", {})
        self.lacks = _lacks(about, runtime)
        self._cores = _cores(about)
        if runtime not in known:
            there = ", ".join(sorted(known))
            message = f"this Docker engine has no runtime {runtime}, only {there}: see `grader doctor`"
            raise EngineError(message)

    @property
    def _api(self) -> Any:
        return self._clients.ours().api

    def recipe(self, family: str) -> str:
        """Return the recipe digest of a family's image."""
        return self._image(family).recipe

    def image_id(self, family: str) -> str:
        """Return the local id of a family's image."""
        return self._image(family).id

    def _image(self, family: str) -> images.Image:
        if family not in self._found:
            self._found[family] = images.find(self._clients.ours(), family, self._sandbox_dir)
        return self._found[family]

    def profile(self, name: str) -> bytes:
        """Return a list of system calls: a file of `sandbox/seccomp/`."""
        if name not in self._profiles:
            self._profiles[name] = (self._sandbox_dir / "seccomp" / name).read_bytes()
        return self._profiles[name]

    def open(self, spec: BoxSpec) -> Box:
        """Open a box in a container of its own."""
        box = self.start(spec)
        box.run(spec.program)
        return box

    def start(self, spec: BoxSpec, change: Callable[[Configuration], None] = lambda _: None) -> DockerBox:
        """Start a container for `spec` and make it ready; its program is not run yet.

        Args:
            spec: what to open.
            change: changes what a container is denied.

        Raises:
            EngineError: the engine does not.
        """
        asked = configuration(
            self._image(spec.family).id,
            spec,
            profile=self.profile(f"{spec.filter}.json").decode(),
            runtime=self._runtime,
            owner=str(self._owner),
            now=int(time.time()),
            cores=self._cores,
        )
        change(asked)
        api = self._api
        identity = ""
        try:
            life = self._living()
            identity = api.create_container_from_config(asked)["Id"]
            self._open.add(identity)
            stream = api.attach_socket(identity, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
            api.start(identity)
            pid = api.inspect_container(identity)["State"]["Pid"]
        except (docker.errors.DockerException, OSError) as error:
            if identity:
                with contextlib.suppress(EngineError):
                    self.remove(identity)
            raise EngineError(f"Docker cannot open a box: {error}") from error
        # gVisor's files are its own: what the host sees of them is not what the box has
        places = Places(pid if self._runtime == "runc" else 0, INODES)
        hold = partial(self._hold, identity)
        box = DockerBox(
            identity, partial(self.remove, identity), stream, cgroup.of_process(pid), pid, places, life, hold
        )
        try:
            make_ready(box, spec.bundle)
        except EngineError:
            box.end()
            raise
        return box

    def _living(self) -> Lifeline:
        """Return the life of the engine that answers now."""
        with self._lock:
            if self._life is None or self._life.over():
                if self._life is not None:
                    self._life.close()
                self._life = Lifeline(connect().api)
            return self._life

    def give_memory(self, identity: str, size: int) -> None:
        """Change what memory a container may have, in bytes, without swap.

        Raises:
            EngineError: the engine does not.
        """
        try:
            self._api.update_container(identity, mem_limit=size, memswap_limit=size)
        except (docker.errors.DockerException, OSError) as error:
            raise EngineError(f"Docker cannot change a container: {error}") from error

    def _hold(self, identity: str, paused: bool) -> None:  # noqa: FBT001 - yes or no to one question
        """Have the engine stop all in a container, or let it go on.

        Raises:
            EngineError: it does not.
        """
        try:
            (self._api.pause if paused else self._api.unpause)(identity)
        except docker.errors.NotFound:
            return
        except (docker.errors.DockerException, OSError) as error:
            state = self._state(identity)
            if state.get("Running") and bool(state.get("Paused")) != paused:
                raise EngineError(f"Docker cannot {'pause' if paused else 'resume'} a container: {error}") from error

    def _state(self, identity: str) -> dict[str, Any]:
        try:
            return dict(self._api.inspect_container(identity)["State"])
        except (docker.errors.DockerException, OSError):
            return {}

    def remove(self, identity: str) -> Exit:
        """Kill and remove a container, and return how it ended.

        Raises:
            EngineError: the engine does not answer.
        """
        self._open.discard(identity)
        try:
            return take_away(self._api, identity)
        except (docker.errors.DockerException, OSError) as error:
            raise EngineError(f"the Docker engine does not answer: {error}") from error

    def tenancy(self, wanted: Tenancy) -> Tenancy:  # noqa: ARG002 - see grader.sandbox.cells
        """Return `single`."""
        return "single"

    def close(self) -> None:
        """Keep nothing ready, and no connection; whoever asks for something all the same has one made."""
        self._clients.close()

    def leftovers(self) -> list[str]:
        """Return the ids of containers of this owner that are still there."""
        self.hands.settle()
        return of_owner(self._api, self._owner)

    def answers(self) -> bool:
        """Whether the engine is there."""
        try:
            return bool(self._api.ping())
        except (docker.errors.DockerException, EngineError, OSError):
            return False

    def reap(self) -> list[str]:
        """Remove boxes that are past their deadline, whose engine is dead, or that we had to leave; returns names."""
        gone = []
        for identity, name in abandoned(self._api, self._owner, self._open):
            self.remove(identity)
            gone.append(name)
        return gone
