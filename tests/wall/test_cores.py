"""A box runs on the cores of whoever opens it, in every tenancy: a worker and its boxes work by turns."""

from __future__ import annotations

import os
import select
from dataclasses import replace

import pytest
from test_cells import SPEC as LIGHT

from grader.sandbox.choice import named
from grader.sandbox.docker import _cores

SAY_CORES = """
import os
cores = ",".join(map(str, sorted(os.sched_getaffinity(0)))).encode()
os.write(1, len(cores).to_bytes(4, "big") + cores)
os.read(0, 1)
"""
SPEC = replace(LIGHT, program=SAY_CORES)
BACK_ENDS = [
    pytest.param("docker", marks=pytest.mark.docker),
    pytest.param("cells", marks=pytest.mark.docker),
    pytest.param("embedded", marks=pytest.mark.embedded),
]


def cores_of_a_box(name):
    sandbox = named(name)
    try:
        box = sandbox.open(SPEC)
        select.select([box.fileno()], [], [], 60)
        (said,) = box.receive()
        box.end(done=True)
    finally:
        sandbox.close()
    return {int(core) for core in bytes(said).decode().split(",")}


@pytest.mark.parametrize("name", BACK_ENDS)
def test_a_box_keeps_to_the_cores_of_whoever_opens_it(name):
    """One of several, and all of them where nobody is held to any."""
    before = os.sched_getaffinity(0)
    assert cores_of_a_box(name) == before
    try:
        os.sched_setaffinity(0, {max(before)})
        assert cores_of_a_box(name) == {max(before)}
    finally:
        os.sched_setaffinity(0, before)


def test_an_engine_that_counts_other_cores_is_told_of_none():
    """One in a machine of its own has other numbers, and would open no box at all."""
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {max(before)})
        one = _cores({"NCPU": os.cpu_count()})
        assert one == (str(max(before)) if os.cpu_count() > 1 else "")
        assert _cores({"NCPU": os.cpu_count() + 1}) == _cores({}) == ""
    finally:
        os.sched_setaffinity(0, before)
    assert _cores({"NCPU": os.cpu_count()}) == ("" if len(before) == os.cpu_count() else ",".join(map(str, before)))
