"""Connections to the Docker engine: one client a thread, gone with it, and none left of a closed sandbox."""

from __future__ import annotations

import gc
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from grader.sandbox.choice import named

DESCRIPTORS = Path("/proc/self/fd")


def sockets() -> int:
    """Return how many this process has open."""
    links = []
    for descriptor in DESCRIPTORS.iterdir():
        with suppress(OSError):  # that of looking is closed again
            links.append(str(descriptor.readlink()))
    return sum(link.startswith("socket:") for link in links)


@pytest.fixture
def garbage_stays():
    """What nobody looks for is not found: connections must not wait for that."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.docker
@pytest.mark.usefixtures("garbage_stays")
@pytest.mark.parametrize("back_end", ["docker", "cells"])
def test_connections_end_with_their_thread_and_with_their_sandbox(back_end):
    """A worker grades for weeks, by threads that come and go: it must not run out of descriptors."""
    before = sockets()
    sandbox = named(back_end)
    sandbox.leftovers()
    alone = sockets()
    assert alone > before
    for _ in range(3):
        thread = Thread(target=sandbox.leftovers)
        thread.start()
        thread.join()
    assert sockets() == alone
    sandbox.close()
    assert sockets() == before
