"""Every bomb ends within its limits, is reported as what it was, and leaves nothing.

Timed one after the other, each alone in a pack of one test: from the moment its box was first asked to the moment it
was gone. It may take its limit and, beyond that, a second or twice what killing and removing a box takes on this
machine, whichever is more. CPU seconds, which a busy machine does not shorten, are held to the same.
"""

from __future__ import annotations

import statistics
import time

import attack
import pytest
from grading_of import grade, sandbox, tenancy
from recorded import Recorded
from test_attacks import hold

from grader.model import Limits
from grader.sandbox.interface import BoxSpec

pytestmark = [pytest.mark.docker, pytest.mark.attack]

BOMBS = [case for case in attack.load() if case.against == attack.BOMB]
KINDS = (
    "forks threads memory memory-in-a-child disk inodes output descriptors processor sleep deaf mute "
    "a-call-that-never-returns an-answer-before-the-question a-flood"
).split()
LEAST = 1.0


@pytest.fixture(scope="module", params=["docker", "cells"])
def name(request):
    """Of the back end."""
    return request.param


@pytest.fixture(scope="module")
def docker(name):
    opened = sandbox(name)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def patience(docker):
    """Seconds that a bomb may take beyond its limit: measured on boxes that do nothing."""
    return max(LEAST, 2 * statistics.median(seconds_to_remove(docker) for _ in range(3)))


def seconds_to_remove(docker) -> float:
    program = "import time; time.sleep(1000)"
    spec = BoxSpec(family="python-core", program=program, limits=Limits(), deadline_seconds=60, role="probe")
    box = docker.open(spec)
    started = time.monotonic()
    box.end()
    return time.monotonic() - started


def test_every_kind_of_bomb_is_there():
    assert {case.name.partition("/")[2] for case in BOMBS} >= set(KINDS)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in BOMBS])
def test_bomb(case, name, docker, patience):
    """It ends in time and as what it was; no container, process, mount or file is left."""
    watched = Recorded(docker)
    given = grade(case, watched, tenancy(name))
    hold(case, given)
    assert watched.lives
    for life in watched.lives:
        assert life.asked < life.ended
        assert life.seconds < case.wall + patience
        assert life.left == []
    spent = given.report.circumstances.spent["attacked"]
    assert spent.used.cpu_ms < 1000 * len(watched.lives) * (case.cpu + patience)
