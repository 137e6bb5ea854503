"""A Docker engine of a test's own, beside the machine's: with its own data and socket, so that it can be killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Self

import docker

PATIENCE_SECONDS = 60


class OwnDocker:
    """An engine in a folder.

    Args:
        folder: for all that it keeps; a short path, because a socket's is at most 108 bytes long.
        settings: of its `daemon.json`.

    Attributes:
        forgotten: what watched over containers when it was killed. An engine that is killed while it starts a container
            never hears of that process again, and nobody who asks the engine does.
    """

    def __init__(self, folder: Path, settings: Mapping[str, object] | None = None) -> None:
        self._folder = folder
        self._settings = dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self.forgotten: set[int] = set()

    def __enter__(self) -> Self:
        """Start it."""
        self._folder.mkdir(parents=True)
        (self._folder / "daemon.json").write_text(json.dumps(self._settings), encoding="ascii")
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop it, and remove what it kept."""
        self.stop()
        self._end_shims()
        self._let_go()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def url(self) -> str:
        """Where it answers, for DOCKER_HOST."""
        return f"unix://{self._folder}/s"

    def start(self) -> None:
        """Start it and wait until it answers; one that was killed is started again on what it kept."""
        for stale in self._folder.rglob("*.pid"):
            stale.unlink()
        folders = [f"--data-root={self._folder}/data", f"--exec-root={self._folder}/x"]
        files = [f"--pidfile={self._folder}/dockerd.pid", f"--config-file={self._folder}/daemon.json"]
        # should the machine have one containerd for all, ours is apart in it
        names = [f"--containerd-namespace={self._name}", f"--containerd-plugins-namespace={self._name}-plugins"]
        network = ["--iptables=false", "--ip6tables=false", "--bridge=none"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["dockerd", f"--host={self.url}", *folders, *files, *names, *network],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._await_answer(self._process)

    def kill(self) -> None:
        """Kill it as nothing that has a choice would; its boxes are left to themselves."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for shim in self._shims():
            self.forgotten |= {shim, *_children(shim)}

    def stop(self) -> None:
        """Stop it, if it is running."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()

    def carry(self, families: Iterable[str]) -> None:
        """Bring image families from the machine's engine."""
        names = [f"grader/{family}" for family in families]
        with subprocess.Popen(["docker", "save", *names], stdout=subprocess.PIPE) as saving:
            subprocess.run(
                ["docker", f"--host={self.url}", "load", "--quiet"],
                stdin=saving.stdout,
                stdout=subprocess.DEVNULL,
                check=True,
            )
        assert saving.returncode == 0

    def running(self) -> list[str]:
        """Return the names of the containers that run."""
        client = docker.DockerClient(self.url)
        try:
            return [found.name for found in client.containers.list()]
        finally:
            client.close()

    def processes(self) -> list[int]:
        """Return the numbers of process 1 of each container that runs."""
        client = docker.DockerClient(self.url)
        try:
            return [found.attrs["State"]["Pid"] for found in client.containers.list()]
        finally:
            client.close()

    @property
    def _name(self) -> str:
        return "grader-" + "".join(filter(str.isalnum, str(self._folder)))[-40:]

    def _await_answer(self, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            # Docker's client leaves its socket open when nobody listens, and a warning of that is an error in tests
            with suppress(OSError, docker.errors.DockerException), socket.socket(socket.AF_UNIX) as tried:
                tried.connect(self.url.removeprefix("unix://"))
                with closing(docker.DockerClient(self.url)) as client:
                    client.ping()
                return
            log = (self._folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:]
            assert process.poll() is None, f"dockerd ended before it answered:\n{log}"
            assert time.monotonic() < end, f"dockerd does not answer:\n{log}"
            time.sleep(0.05)

    def _end_shims(self) -> None:
        """End what a killed engine left running: boxes, then the shims that watch them."""
        for shim in self._shims():
            with suppress(FileNotFoundError, ProcessLookupError):  # it ended by itself
                for number in [*_children(shim), shim]:
                    os.kill(number, signal.SIGKILL)

    def _shims(self) -> list[int]:
        """Return the numbers of the processes that name our part of containerd, which is nobody else's."""
        found = []
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(FileNotFoundError, ProcessLookupError):
                words = file.read_bytes().split(b"\0")
                if b"-namespace" in words and self._name.encode() in words:
                    found.append(int(file.parent.name))
        return found

    def _let_go(self) -> None:
        """Unmount what a killed engine left mounted, the innermost first."""
        mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()]
        for mount in sorted((one for one in mounts if one.startswith(f"{self._folder}/")), reverse=True):
            subprocess.run(["umount", "--lazy", mount], check=False, capture_output=True)


def _children(process: int) -> list[int]:
    with suppress(OSError):
        text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
        return [int(number) for number in text.split()]
    return []
