"""Cells on a real engine: what is shared, what is not, and when one is thrown away."""

from __future__ import annotations

import os
import select
import signal
import time
from contextlib import suppress
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
WAITS = replace(SPEC, program=f"import os; os.read(0, 4); {SAY_PID}")
"""It says nothing until it is asked, as what runs in boxes does."""
TELL = """
import os, signal
def tell(text): os.write(1, len(text.encode()).to_bytes(4, 'big') + text.encode())
"""
HELD = {0, 200}
"""What process 1 of a box has open: the input, so that it does not break, and the leash."""
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
    containers = [asked(cells)[0] for _ in range(7)]
    assert [containers.count(one) for one in dict.fromkeys(containers)] == [3, 3, 1]


def asked(cells):
    """Open a box that waits to be asked, ask it, end it; returns its container and its first processes."""
    box = cells.open(WAITS)
    there = {*box.processes()}
    box.send(b"")
    select.select([box.fileno()], [], [], 60)
    assert box.receive() == [(2).to_bytes(4, "big")]
    (container,) = {group_of(number) for number in box.processes()}
    box.end(done=True)
    return container, there


@pytest.mark.docker
def test_the_next_box_is_there_before_it_is_asked_for(cells):
    """And is the one that is taken; a program of its own needs a box of its own, in the same cell."""
    first, _ = asked(cells)
    (cell,) = cells._ready[WAITS.kind]
    waiting = {*cell.processes()}
    again, taken = asked(cells)
    assert waiting
    assert waiting <= taken
    assert again == first == used(cells)
    assert list(cells.thrown_away) == []


@pytest.mark.docker
def test_a_box_that_has_waited_long_is_not_taken(cells, monkeypatch):
    """It would reach its deadline too early: it is ended, and the cell has another."""
    monkeypatch.setattr("grader.sandbox.cells.cell.WAITED_SHARE", 1e9)
    first, _ = asked(cells)
    (cell,) = cells._ready[WAITS.kind]
    waiting = {*cell.processes()}
    again, taken = asked(cells)
    assert waiting
    assert waiting.isdisjoint(taken)
    assert again == first
    assert list(cells.thrown_away) == []


@pytest.mark.docker
def test_a_box_that_died_while_it_waited_is_nobody_s_crash(cells):
    """The kernel may end one that does nothing, when the host has no memory left; whoever comes has another."""
    asked(cells)
    (cell,) = cells._ready[WAITS.kind]
    waiting = cell.processes()
    for number in waiting:
        with suppress(ProcessLookupError):  # the second goes with the first
            os.kill(number, signal.SIGKILL)
    select.select([cell._ahead[-1].fileno()], [], [], 60)
    _, taken = asked(cells)
    assert waiting
    assert taken.isdisjoint(waiting)


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


def told(cells, program):
    """Return what a program tells in a box, and the status of process 1 and of the program's process meanwhile."""
    box = cells.open(replace(SPEC, program=f"{TELL}{program}\nos.read(0, 1)"))
    select.select([box.fileno()], [], [], 60)
    (text,) = box.receive()
    processes = sorted(box.processes(), key=lambda number: int(status_of(number)["NSpid"].split()[-1]))
    end = time.monotonic() + 10
    while descriptors_of(processes[0]) != HELD and time.monotonic() < end:
        select.select([], [], [], 0.01)  # process 1 lets go of the streams when it has forked
    found = [{**status_of(number), "descriptors": descriptors_of(number)} for number in processes]
    box.end(done=True)
    return text.decode(), found


@pytest.mark.docker
def test_who_is_in_a_box_has_given_everything_up(cells):
    """Process 1 as well as the program's process; and that has no way to the first, nor the first's leash."""
    said, (first, program) = told(
        cells,
        """
refused = []
for number in (signal.SIGKILL, signal.SIGCHLD, 0):
    try: os.kill(1, number)
    except PermissionError: refused.append(int(number))
tell(str(refused))
""",
    )
    assert said == "[9, 17, 0]"
    for one in (first, program):
        assert {int(one[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
        assert (one["NoNewPrivs"], one["Seccomp"], one["Seccomp_filters"]) == ("1", "2", "3")
    assert first["descriptors"] == HELD
    assert program["descriptors"] == {0, 1, 2}


@pytest.mark.docker
def test_a_box_begins_with_signals_as_a_fresh_process_has_them(cells):
    """What process 1 and the prepared process wait with is not the program's."""
    said, (_, program) = told(
        cells, "tell(str((signal.getsignal(signal.SIGCHLD) is signal.SIG_DFL, signal.pthread_sigmask(0, []))))"
    )
    assert said == "(True, set())"
    assert int(program["SigBlk"], 16) == 0
    assert not int(program["SigCgt"], 16) & 1 << signal.SIGCHLD - 1


@pytest.mark.docker
def test_the_orphans_of_a_box_are_buried(cells):
    """More of them than there may be processes, one after the other."""
    said, _ = told(
        cells,
        """
import select
for _ in range(40):
    reading, writing = os.pipe()
    if os.fork() == 0:
        if os.fork() == 0:
            os.read(reading, 0)
        os._exit(0)
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    os.wait()
tell("all")
""",
    )
    assert said == "all"


@pytest.mark.docker
def test_the_dying_put_off_no_deadline(cells):
    """However often process 1 is told of a death while it waits for the time to be up."""
    storm = """
while True:
    try:
        if os.fork() == 0:
            os.fork()
            os._exit(0)
        os.wait()
    except OSError:
        pass  # there are as many as there may be
"""
    box = cells.open(replace(SPEC, program=f"{TELL}{storm}", deadline_seconds=2))
    while not box.closed:
        select.select([box.fileno()], [], [], 60)
        box.receive()
    assert box.end(done=True).code == 124


@pytest.mark.docker
def test_boxes_do_not_draw_the_same_numbers(cells):
    """Each is a fork of one process, and none goes on with its generator."""
    spec = replace(SPEC, prepare="import random; random.seed(1)", program=f"{TELL}\ntell(str(random.random()))")
    said = set()
    for _ in range(3):
        box = cells.open(replace(spec, program=f"{spec.program}\nos.read(0, 1)"))
        select.select([box.fileno()], [], [], 60)
        said.update(box.receive())
        box.end(done=True)
    assert len(said) == 3


def status_of(process):
    text = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return {name: value.strip() for name, _, value in (line.partition(":") for line in text.splitlines())}


def descriptors_of(process):
    return {int(entry.name) for entry in Path(f"/proc/{process}/fd").iterdir()}


def stat_of(process, name):
    return int(status_of(process)[name])


def kill_and_wait(process):

    os.kill(process, signal.SIGKILL)
    end = time.monotonic() + 10
    while Path(f"/proc/{process}").exists() and time.monotonic() < end:
        select.select([], [], [], 0.01)
