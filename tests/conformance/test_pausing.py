"""A paused box does nothing at all, whatever runs in it, and goes on when it is told to."""

from __future__ import annotations

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from test_boxes import DAEMON, ECHO, IGNORE_ALL, SEND, alive, heard, opened

from grader.sandbox.interface import Box

pytestmark = [pytest.mark.conformance]

FORKING = f"""{SEND}{IGNORE_ALL}
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
send("forking")
while True:
    child = os.fork()
    if child == 0:
        end = os.times().user + os.times().system + 0.01
        while os.times().user + os.times().system < end: pass
        os._exit(0)
    os.waitpid(child, 0)
"""
LOOK_SECONDS = 0.3
"""A box that runs uses most of it; one that is paused uses none of it, however busy the machine is."""


@contextmanager
def running(sandbox, program: str) -> Iterator[Box]:
    box = opened(sandbox, program)
    try:
        yield box
    finally:
        box.end()


def used_meanwhile(box: Box) -> float:
    """Return the processor time that it uses within a moment; more moments until it has used some, a minute at most."""
    before, end = box.measure().cpu_seconds, time.monotonic() + LOOK_SECONDS
    while time.monotonic() < end:
        select.select([], [], [], 0.01)
    return box.measure().cpu_seconds - before


def used_in_the_end(box: Box) -> float:
    """Return what it has used once it has used something: it may have to wait for its turn."""
    end, used = time.monotonic() + 60, 0.0
    while not used and time.monotonic() < end:
        used = used_meanwhile(box)
    return used


@pytest.mark.parametrize("program", [DAEMON, FORKING], ids=["a process it left behind", "processes without end"])
def test_what_spins_in_a_paused_box_stands_still(sandbox, program):
    """No signal is ignored and no fork gets away; without the pause the same processes use what they can."""
    with running(sandbox, program) as box:
        heard(box, 1)
        assert used_in_the_end(box) > 0, "the positive control: it spins"
        box.pause()
        assert used_meanwhile(box) == 0
        box.resume()
        assert used_in_the_end(box) > 0


def test_a_paused_box_answers_when_it_goes_on(sandbox):
    """What it is sent meanwhile waits, and nothing is lost; pausing twice is pausing once."""
    with running(sandbox, ECHO) as box:
        box.pause()
        box.pause()
        box.send(b"are you there?")
        assert select.select([box.fileno()], [], [], LOOK_SECONDS)[0] == []
        box.resume()
        box.resume()
        assert heard(box, 1) == [b"are you there?"]


def test_a_paused_box_can_be_ended(sandbox):
    """Nobody need wake it for that, and nothing of it is left."""
    with running(sandbox, DAEMON) as box:
        heard(box, 1)
        processes = box.processes()
        box.pause()
    assert alive(processes) == []
