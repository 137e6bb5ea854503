"""What a killed engine leaves behind: nothing that runs, and nothing that the next engine does not clear away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from docker.errors import NotFound
from patience import until

from grader.canonical import digest_tree
from grader.model import Limits, State
from grader.sandbox import container
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.docker_client import connect
from grader.sandbox.interface import BoxSpec
from grader.sandbox.owner import Owner, parse, this_process
from grader.settings import resource
from grader.store import Store

SPINS = """
import os, signal
for number in range(1, signal.NSIG):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for descriptor in range(100):
            try: os.close(descriptor)
            except OSError: pass
        while True: pass
    os._exit(0)
def merge_sort(xs, key=None):
    while True: pass
"""
SLEEPS = "import time; time.sleep(3600)"
SPEC = BoxSpec(family="python-core", program=SLEEPS, limits=Limits(), deadline_seconds=3600, role="learner")


def test_this_process_is_alive_and_another_is_not():
    """A process number alone is not enough: it may be somebody else's by now."""
    me = this_process()
    assert not me.dead
    assert parse(str(me)) == me
    assert replace(me, started="1").dead
    assert replace(me, pid=2**22 + 1).dead


def test_of_another_host_nothing_is_known():
    """So its boxes go at their deadline only."""
    assert not replace(this_process(), host="elsewhere/1234", pid=1, started="1").dead


@pytest.mark.parametrize("label", ["", "somebody", "a b c d", "host 1 2"])
def test_a_label_that_is_not_ours(label):
    """It names nobody."""
    assert parse(label) is None


@pytest.fixture
def sandbox():
    sandbox = DockerSandbox(resource("sandbox"))
    yield sandbox
    assert sandbox.leftovers() == []


@pytest.fixture
def plant():
    """Starts a box as another engine would have; what is left of them goes at the end."""
    api, planted = connect().api, []
    profile = '{"defaultAction": "SCMP_ACT_ALLOW"}'

    def start(owner: Owner, deadline: int) -> str:
        asked = container.configuration(
            "grader/python-core", SPEC, profile=profile, runtime="runc", owner=str(owner), now=0
        )
        asked["Labels"][container.DEADLINE] = str(deadline)
        planted.append(api.create_container_from_config(asked)["Id"])
        api.start(planted[-1])
        return api.inspect_container(planted[-1])["Name"].lstrip("/")

    yield start
    for identity in planted:
        with suppress(NotFound):
            api.remove_container(identity, force=True)


@pytest.mark.docker
def test_the_reaper_takes_the_dead_and_the_late_and_nothing_else(sandbox, plant):
    """A box of a dead engine, one past its deadline; not one of an engine that lives, here or elsewhere."""
    me = this_process()
    dead = plant(replace(me, pid=2**22 + 1), 2**33)
    late = plant(replace(me, host="elsewhere/1234"), 1)
    elsewhere = plant(replace(me, host="elsewhere/1234"), 2**33)
    mine = sandbox.open(SPEC)
    reaped = sandbox.reap()
    assert {dead, late} <= set(reaped)
    assert elsewhere not in reaped
    assert len(sandbox.leftovers()) == 1
    mine.end()


@pytest.mark.docker
def test_nothing_of_a_submission_runs_when_its_engine_is_killed(tmp_path, sandbox):
    """It ignores signals and the end of its input, forks twice and spins; engine and reaper die by kill -9."""
    work, home = tmp_path / "solution.py", tmp_path / "home"
    work.write_text(SPINS, encoding="utf-8")
    command = [sys.executable, "-m", "grader", "submit", "sorting-searching", str(work), "--learner", "mallory"]
    environment = {**os.environ, "GRADER_HOME": str(home)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as engine:
        box = until(lambda: box_of(engine.pid))
        processes = until(lambda: found if len(found := processes_of(box)) > 3 else [])
        engine.send_signal(signal.SIGKILL)
        engine.wait()
    assert until(lambda: not [number for number in processes if runs(number)], seconds=10)
    assert box["Names"][0].lstrip("/") in sandbox.reap()
    store = Store(home)
    with closing(store.database):
        attempts = store.attempts("mallory", "sorting-searching")
        assert [attempt.state for attempt in attempts] == [State.RUNNING]
        assert store.submission(digest_tree({"solution.py": SPINS.encode()})).files["solution.py"] == SPINS.encode()


def box_of(engine: int) -> dict:
    """Return the learner's box of an engine, once it is there."""
    for one in connect().api.containers(filters={"label": "grader.role=learner"}):
        owner = parse(one["Labels"][container.OWNER])
        if owner is not None and owner.pid == engine:
            return one
    return {}


def processes_of(box: dict) -> list[int]:
    titles = connect().api.top(box["Id"])
    return [int(row[titles["Titles"].index("PID")]) for row in titles["Processes"] or []]


def runs(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
