"""A Redis of an installation's own, for one machine: on a socket that only its owner can reach."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import redis

from grader.errors import EngineError

_PATIENCE_SECONDS = 15


class RedisServer:
    """A Redis in a folder.

    Args:
        folder: where its socket and its log are; only its owner can look in.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"unix://{self._socket}"

    @property
    def pid(self) -> int:
        """Its process, or 0 when it is not running."""
        return self._process.pid if self._process is not None and self._process.poll() is None else 0

    def start(self) -> None:
        """Start it and wait until it answers; one that was killed is started again.

        Raises:
            EngineError: it is not installed, or does not answer.
        """
        program = shutil.which("redis-server")
        if program is None:
            raise EngineError("redis-server is not installed: apt-get install redis-server, or set GRADER_REDIS_URL")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # what it holds can be pushed again from the store, so it keeps nothing on the disk
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "600",
            "dir": str(self._folder),
            "save": "",
            "appendonly": "no",
            "logfile": str(self._folder / "redis.log"),
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        self._process = subprocess.Popen([program, *options], stdin=subprocess.DEVNULL)  # noqa: S603 - our own command line
        self._await_answer(self._process)

    def keep(self) -> None:
        """Start it if it is not running.

        Raises:
            EngineError: it is not installed, or does not answer.
        """
        if not self.pid:
            self.start()

    def stop(self) -> None:
        """Stop it, if it is running."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def wait(self) -> None:
        """Wait until it has ended."""
        if self._process is not None:
            self._process.wait()

    def _await_answer(self, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        with redis.Redis(unix_socket_path=str(self._socket)) as connection:
            while time.monotonic() < end and process.poll() is None:
                try:
                    connection.ping()
                except redis.RedisError:
                    time.sleep(0.02)
                else:
                    return
        raise EngineError(f"redis-server does not answer: see {self._folder / 'redis.log'}")
