"""Connections to the Docker engine: one client a thread, gone with it, and none left of a closed sandbox."""

from __future__ import annotations

import subprocess
import sys

import pytest

from grader.settings import resource

COUNT = """
import gc, sys
from contextlib import suppress
from pathlib import Path
from threading import Thread
from grader.sandbox.choice import named

def sockets():
    links = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # that of looking is closed again
            links.append(str(descriptor.readlink()))
    return sum(link.startswith("socket:") for link in links)

gc.disable()  # what nobody looks for is not found: connections must not wait for that
print(sockets())
sandbox = named(sys.argv[1])
sandbox.leftovers()
print(sockets())
for _ in range(3):
    thread = Thread(target=sandbox.leftovers)
    thread.start()
    thread.join()
print(sockets())
sandbox.close()
print(sockets())
"""
"""In a process of its own, in which nobody else opens or closes any."""


@pytest.mark.docker
@pytest.mark.parametrize("back_end", ["docker", "cells"])
def test_connections_end_with_their_thread_and_with_their_sandbox(back_end):
    """A worker grades for weeks, by threads that come and go: it must not run out of descriptors."""
    counting = [sys.executable, "-c", COUNT, back_end]
    ran = subprocess.run(counting, check=True, capture_output=True, text=True, cwd=resource("sandbox").parent)
    before, alone, after_threads, closed = map(int, ran.stdout.split())
    assert alone > before
    assert after_threads == alone
    assert closed == before
    assert ran.stderr == ""
