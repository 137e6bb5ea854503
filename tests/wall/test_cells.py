"""Cells on a real engine: what is shared, what is not, and when one is thrown away."""

from __future__ import annotations

import os
import select
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from grader.model import Limits
from grader.sandbox.cells import pool as pools
from grader.sandbox.cells.state import State, difference
from grader.sandbox.choice import named
from grader.sandbox.interface import BoxSpec

SAY_PID = "import os; os.write(1, (4).to_bytes(4, 'big') + os.getpid().to_bytes(4, 'big')); os.read(0, 1)"
SPEC = BoxSpec(
    family="python-core",
    program=SAY_PID,
    limits=Limits(memory_mb=64, processes=16, disk_mb=8),
    deadline_seconds=60,
    role="learner",
)
AS_IT_WAS = State(processes=(10, 11), descriptors=5, mounts=20, left=("dev/pts/ptmx",), held_kb=8000)


@pytest.mark.parametrize(
    ("now", "seen"),
    [
        (AS_IT_WAS, ""),
        (replace(AS_IT_WAS, held_kb=9000), ""),
        (replace(AS_IT_WAS, processes=(10, 11, 12)), "processes"),
        (replace(AS_IT_WAS, processes=(10, 12)), "processes"),
        (replace(AS_IT_WAS, descriptors=6), "descriptors"),
        (replace(AS_IT_WAS, mounts=21), "mounts"),
        (replace(AS_IT_WAS, left=("dev/mqueue/left", "dev/pts/ptmx")), "left"),
        (replace(AS_IT_WAS, held_kb=60_000), "memory"),
    ],
)
def test_anything_that_is_not_as_it_was_is_seen(now, seen):
    """But for what a kernel may take its time to free."""
    assert difference(AS_IT_WAS, now).partition(":")[0] == seen


@pytest.fixture
def cells():
    pool = named("cells")
    yield pool
    pool.close()
    assert pool.leftovers() == []


def used(cells, spec=SPEC, *, done=True):
    """Open a box, hear it, end it; returns the container that it was in."""
    box = cells.open(spec)
    (before,) = {group_of(number) for number in box.processes()}
    select.select([box.fileno()], [], [], 60)
    assert box.receive() == [(2).to_bytes(4, "big")]
    box.end(done=done)
    return before


def group_of(process: int) -> str:
    """Return the container of a process, by its control groups."""
    text = Path(f"/proc/{process}/cgroup").read_text(encoding="ascii")
    return max((line.rpartition("/")[2] for line in text.splitlines()), key=len)


@pytest.mark.docker
def test_boxes_of_a_kind_share_a_cell_one_after_the_other(cells):
    """Five of them, one container; nothing of it is thrown away."""
    assert len({used(cells) for _ in range(5)}) == 1
    assert list(cells.thrown_away) == []


@pytest.mark.docker
@pytest.mark.parametrize(
    "other",
    [
        replace(SPEC, party="another"),
        replace(SPEC, role="proctor"),
        replace(SPEC, prepare="import json"),
        replace(SPEC, limits=replace(SPEC.limits, memory_mb=65)),
    ],
    ids=["party", "role", "what is made ready", "limits"],
)
def test_boxes_of_other_kinds_share_none(cells, other):
    """A pack's proctor never stands where another pack's stood."""
    assert used(cells) != used(cells, other)


@pytest.mark.docker
def test_a_cell_is_thrown_away_after_an_end_out_of_the_ordinary(cells):
    """A limit, a crash: whatever it was, nobody comes after it."""
    first = used(cells, done=False)
    second = used(cells)
    crashed = cells.open(replace(SPEC, program="import os; os._exit(3)"))
    while not crashed.closed:
        select.select([crashed.fileno()], [], [], 60)
        crashed.receive()
    assert crashed.end(done=True).code == 3
    assert len({first, second, used(cells)}) == 3


@pytest.mark.docker
def test_a_cell_is_thrown_away_after_so_many_boxes(cells, monkeypatch):
    """As many as are stated, and not one more."""
    monkeypatch.setattr(pools, "MOST_USES", 3)
    containers = [used(cells) for _ in range(7)]
    assert [containers.count(one) for one in dict.fromkeys(containers)] == [3, 3, 1]


@pytest.mark.docker
def test_a_cell_that_is_killed_decides_nothing(cells):
    """Its box is lost, which is no ending of the box's own; the next has a cell of its own."""
    box = cells.open(SPEC)
    container = box.processes()[0]
    outer = int(stat_of(stat_of(container, "PPid"), "PPid"))
    assert not box.lost()
    select.select([box.fileno()], [], [], 60)
    box.receive()
    kill_and_wait(outer)
    end = box.end(done=True)
    assert box.lost(5.0)
    assert end.oom is False
    assert used(cells)


@pytest.mark.docker
def test_a_box_that_is_ended_for_a_limit_is_not_lost(cells):
    """Also when its cell has been thrown away by then."""
    box = cells.open(SPEC)
    select.select([box.fileno()], [], [], 60)
    box.end(done=False)
    cells.leftovers()  # waits until it has been
    assert not box.lost()


def stat_of(process, name):
    text = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith(f"{name}:")))


def kill_and_wait(process):

    os.kill(process, signal.SIGKILL)
    end = time.monotonic() + 10
    while Path(f"/proc/{process}").exists() and time.monotonic() < end:
        select.select([], [], [], 0.01)
