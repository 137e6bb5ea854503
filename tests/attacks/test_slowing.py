"""A submission that works in the reference's time, on real boxes: it is stopped from outside, and gains nothing.

What it leaves running spins as soon as it has answered. Where nobody is stopped (the positive control) those processes
use processor time in the reference's turn; where the wall is as it is, they use none. Processor time is read from the
control group, so how busy the machine is does not matter.
"""

from __future__ import annotations

import select
import time

import pytest
from grading_of import sandbox as back_end_of

from grader.model import Limits
from grader.proctor.sitting import RUNNER
from grader.sandbox.interface import BoxSpec, Measured
from grader.sandbox.watched import Watched
from grader.wire import pack, unpack
from sandbox.runner.values import Writer

pytestmark = [pytest.mark.docker]

SPINS = b"""
import os, signal
def answer(x):
    if os.fork() == 0:
        for number in range(1, signal.NSIG):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        os.setsid()
        while True: bytearray(2**22)
    return x
"""
SPEC = BoxSpec(
    family="python-core",
    program=RUNNER,
    limits=Limits(cpu_seconds=500.0, memory_mb=128),
    deadline_seconds=300,
    role="learner",
)


def asked(box: Watched, message: dict, blobs=()) -> dict:
    """Return the reply to one request, as the relay would take it."""
    box.ask(pack(message, list(blobs)))
    end = time.monotonic() + 60
    while time.monotonic() < end:
        select.select([box.box.fileno()], [], [], 1.0)
        payloads, ending = box.hear()
        assert ending is None
        if payloads:
            return unpack(payloads[0])
    raise AssertionError("no answer")


def used_in_the_others_turn(box: Watched) -> float:
    """Return the processor time that it uses while the other is asked, for as long as a turn may be."""
    before: Measured = box.box.measure()
    end = time.monotonic() + 0.4
    while time.monotonic() < end:
        select.select([], [], [], 0.02)
    return box.box.measure().cpu_seconds - before.cpu_seconds


@pytest.mark.parametrize("name", ["docker", "cells"])
def test_what_spins_is_still_in_the_others_turn(name):
    """Ignoring every signal, in a session of its own, and touching memory all the while."""
    sandbox = back_end_of(name)
    box = Watched(sandbox.hands.do(lambda: sandbox.open(SPEC)), SPEC.limits)
    try:
        box._opening.result()
        box.finish_opening()
        writer = Writer(dict)
        files = writer.write({"solution.py": SPINS})
        load = {
            "id": "1",
            "op": "load",
            "files": files,
            "kind": "module",
            "modules": ["solution.py"],
            "cells": [],
            "key": 1,
        }
        assert "names" in asked(box, load, writer.blobs)
        assert asked(box, {"id": "2", "op": "call", "of": 0, "name": "answer", "args": [7], "kwargs": {}})["value"] == 7
        unhindered = 0.0
        for _ in range(100):
            unhindered = unhindered or used_in_the_others_turn(box)
        assert unhindered > 0, "the positive control: it spins when nobody stops it"
        box.hold(paused=True)
        assert used_in_the_others_turn(box) == 0
        box.hold(paused=False)
        assert asked(box, {"id": "3", "op": "get", "of": 0, "name": "__name__"})["value"]
    finally:
        box.end(sandbox.hands, done=False).result()
        sandbox.close()
    assert sandbox.leftovers() == []
