"""A submission that works in the reference's time, on real boxes: it is stopped from outside, and gains nothing.

What it leaves running, processes of a module's or threads of a web service's, spins as soon as it has answered. Where
nobody is stopped (the positive control) it uses processor time in the reference's turn; where the wall is as it is, it
uses none. Processor time is read from the control group, so how busy the machine is does not matter.
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
from grader.wire import pack
from sandbox.runner import frames
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
SERVES = b"""
import threading

def spin():
    while True: sum(range(1000))

async def app(scope, receive, send):
    if scope["type"] != "http":
        raise RuntimeError
    threading.Thread(target=spin, daemon=True).start()
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})
"""
CALL = {"op": "call", "of": 0, "name": "answer", "args": [7], "kwargs": {}}
REQUEST = {"op": "drive", "verb": "ask", "given": [[{"method": "GET", "target": "/", "headers": [], "body": ""}]]}
WORK = {
    "module": ("solution.py", SPINS, CALL, 7),
    "service": ("app.py", SERVES, REQUEST, [{"status": 204, "headers": [], "body": {"$": "bytes", "b": 0}}]),
}
"""By kind: the file, what is in it, what it is asked, and what it answers, as they cross."""
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
            return frames.unpack(payloads[0])[0]
    raise AssertionError("no answer")


def used_in_the_others_turn(box: Watched) -> float:
    """Return the processor time that it uses while the other is asked, for as long as a turn may be."""
    before: Measured = box.box.measure()
    end = time.monotonic() + 0.4
    while time.monotonic() < end:
        select.select([], [], [], 0.02)
    return box.box.measure().cpu_seconds - before.cpu_seconds


@pytest.mark.parametrize("kind", WORK)
@pytest.mark.parametrize("name", ["docker", "cells"])
def test_what_spins_is_still_in_the_others_turn(name, kind):
    """Ignoring every signal, in a session of its own, and touching memory all the while; or a thread of the app's."""
    file, code, question, answer = WORK[kind]
    sandbox = back_end_of(name)
    box = Watched(sandbox.hands.do(lambda: sandbox.open(SPEC)), SPEC.limits)
    try:
        box._opening.result()
        box.finish_opening()
        writer = Writer(dict)
        files = writer.write({file: code})
        load = {
            "id": "1",
            "op": "load",
            "files": files,
            "kind": kind,
            "modules": [file],
            "cells": [],
            "key": 1,
        }
        assert "names" in asked(box, load, writer.blobs)
        assert asked(box, {"id": "2", **question})["value"] == answer
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
