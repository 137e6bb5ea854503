"""Clients of the Docker engine: one a thread, because its connections are not to be shared."""

from __future__ import annotations

import contextlib
import threading

import docker

from grader.errors import EngineError


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


class Clients:
    """The clients of all threads, each made when its thread first asks."""

    def __init__(self) -> None:
        self._threads = threading.local()

    def ours(self) -> docker.DockerClient:
        """Return this thread's.

        Raises:
            EngineError: no engine answers.
        """
        if not hasattr(self._threads, "held"):
            self._threads.held = _Held()
        return self._threads.held.client

    def close(self) -> None:
        """Let go of all; whoever asks all the same has one made."""
        self._threads = threading.local()


class _Held:
    """The client of one thread. Its sockets are closed with the thread, and not whenever garbage is looked for."""

    def __init__(self) -> None:
        self.client = connect()

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError):  # it was never made
            self.client.close()
