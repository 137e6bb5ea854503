"""What ours is measured beside: the same tests on the same submission, by whoever gives less, or as much, for more.

checks alone     in one process, over and over: the best that there can be, and no wall
fork             the same, each in a fork of that process
pytest           a `pytest` of its own for each submission, as a teacher has it
pytest, forked   the same in a fork of a process that has imported it, without what it can be without: what tests cost
                 whoever runs them by pytest, and no wall
bubblewrap       a Python of its own in new name spaces
docker run       one container of the same image, hardened as ours
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from roots import PLACE, Root
from variants import Variant
from yardstick import CORES, Row, Yardstick, per_submission, repeated

ALONE, FORK, PYTEST, BUBBLEWRAP, DOCKER = "checks alone", "fork, no wall", "pytest", "bubblewrap", "docker run"
FORKED_PYTEST = "pytest, forked"
BARE_FORK = "plain fork of the box's process"
CONFTEST = '''"""Lends what the proctor lends, without a wall."""
import random

import pytest
import solution


@pytest.fixture
def submission():
    return solution


@pytest.fixture
def rng(request):
    return random.Random(request.node.nodeid)
'''
HARDENED = [
    *("--rm", "--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"),
    *("--user=65532:65532", "--memory=768m", "--memory-swap=768m", "--pids-limit=64", "--cpus=1", "--ipc=none"),
    *("--tmpfs=/tmp:rw,nosuid,nodev,noexec,size=16m", "--tmpfs=/work:rw,nosuid,nodev,size=32m,mode=1777"),
    "--tmpfs=/dev/shm:rw,nosuid,nodev,noexec,size=16m",
    *("--log-driver=none", "--env=OMP_NUM_THREADS=1", "--env=OPENBLAS_NUM_THREADS=1"),
]


class Limits:
    """The references of one pack.

    Args:
        yardstick: to measure with.
        root: of the pack's image family; its Python runs all of them.
        judge: of the family that has pytest.
        variant: which pack.
        docker: URL of the engine that `docker run` talks to.
    """

    def __init__(self, yardstick: Yardstick, root: Root, judge: Root, variant: Variant, docker: str) -> None:
        self._yardstick = yardstick
        self._root = root
        self._judge = judge
        self._variant = variant
        self._docker = docker
        hidden = [(name, text.encode()) for name, text in variant.hidden().items()]
        alone = ("alone.py", Path(__file__).with_name("alone.py").read_bytes())
        self._files = [*hidden, alone, ("solution.py", variant.reference())]
        self._place = f"/{PLACE}/{variant.name}"
        root.lay(variant.name, self._files)

    def all(self, many: int, few: int) -> list[Row]:
        """Return every row: `many` rounds of what is quick, `few` of what is not."""
        return [self.alone(many), self.fork(many), self.bubblewrap(few), self.pytest(few), self.docker_run(few)]

    def alone(self, count: int) -> Row:
        """Measure the checks alone."""
        return self._rounds(ALONE, "loop", count)

    def fork(self, count: int) -> Row:
        """Measure the checks in forks."""
        return self._rounds(FORK, "fork", count)

    def bubblewrap(self, count: int) -> Row:
        """Measure a Python in name spaces for each."""
        command = self._root.in_bubblewrap(f"{self._place}/alone.py", "once", self._place)
        return self._one_by_one(BUBBLEWRAP, count, lambda _number: command)

    def pytest(self, count: int) -> Row:
        """Measure a pytest for each."""
        folder = self._lay_for_pytest()
        command = self._judge.python("-m", "pytest", "-q", "-p", "no:cacheprovider", f"{self._place}-pytest")

        def next_one(number: int) -> list[str]:
            (folder / "solution.py").write_bytes(self._variant.reference() + f"\n# {number}\n".encode())
            return command

        return self._one_by_one(PYTEST, count, next_one)

    def forked_pytest(self, count: int) -> Row:
        """Measure pytest in forks."""
        self._lay_for_pytest()
        command = self._judge.python(f"{self._place}-pytest/alone.py", "pytest", f"{self._place}-pytest", str(count))
        return row_of(FORKED_PYTEST, self._variant.name, self._yardstick, command, self._judge)

    def _lay_for_pytest(self) -> Path:
        return self._judge.lay(f"{self._variant.name}-pytest", [*self._files, ("conftest.py", CONFTEST.encode())])

    def docker_run(self, count: int) -> Row:
        """Measure a container for each: one after the other, then as many at once as do most in a minute."""
        bound = f"--volume={self._root.folder / PLACE}:/{PLACE}:ro"
        image = ["docker", f"--host={self._docker}", "run", *HARDENED, bound, f"grader/{self._root.family}"]
        command = [*image, "python3", f"{self._place}/alone.py", "once", self._place]
        row = self._one_by_one(DOCKER, count, lambda _number: command)
        rates = [self._side_by_side(command, workers, count * workers // 2) for workers in (CORES, 2 * CORES)]
        return replace(row, per_minute=max(rates))

    def _rounds(self, what: str, mode: str, count: int) -> Row:
        """Run `alone.py`, which measures itself round by round."""
        command = self._root.python(f"{self._place}/alone.py", mode, self._place, str(count))
        return row_of(what, self._variant.name, self._yardstick, command, self._root)

    def _one_by_one(self, what: str, count: int, command: Callable[[int], list[str]]) -> Row:
        def measure(number: int) -> Row:
            return self._yardstick.run(command(number), stdout=subprocess.DEVNULL, env=self._environment)

        before = self._yardstick.read()
        cpu, wall, parts = repeated(measure, count)
        others = per_submission(what, [(before, self._yardstick.read())], 1 + count).others
        return Row(what=what, pack=self._variant.name, n=count, cpu_ms=cpu, wall_ms=wall, parts=parts, others=others)

    def _side_by_side(self, command: list[str], workers: int, count: int) -> float:
        """Return how many are done in a minute by so many at once."""
        started = time.perf_counter()
        with self._yardstick.within("reference"), ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda _one: subprocess.run(command, check=True, stdout=subprocess.DEVNULL), range(count)))
        return 60 * count / (time.perf_counter() - started)

    @property
    def _environment(self) -> dict[str, str]:
        return {**self._judge.environment, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def bare_fork(yardstick: Yardstick, root: Root, count: int) -> Row:
    """Measure a fork of the box's process that does nothing."""
    root.lay("forks", [("alone.py", Path(__file__).with_name("alone.py").read_bytes())])
    command = root.python(f"/{PLACE}/forks/alone.py", "bare-forks", str(count))
    return row_of(BARE_FORK, "", yardstick, command, root)


def start_up(yardstick: Yardstick, count: int) -> list[Row]:
    """Measure what our command line takes until it has helped, beside Python and the library it is made with."""
    programs = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "python -c import click": [sys.executable, "-c", "import click"],
        "grader --help": [str(Path(sys.executable).with_name("grader")), "--help"],
    }
    rows = []
    for what, command in programs.items():

        def measure(_number: int, command: list[str] = command) -> Row:
            return yardstick.run(command, stdout=subprocess.DEVNULL)

        cpu, wall, parts = repeated(measure, count)
        rows.append(Row(what=what, n=count, cpu_ms=cpu, wall_ms=wall, parts=parts))
    return rows


def row_of(what: str, pack: str, yardstick: Yardstick, command: list[str], root: Root) -> Row:
    """Run a command that prints what its rounds took; returns their medians."""
    with yardstick.within("reference"):
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=root.environment)
    rounds = json.loads(done.stdout)
    cpu, wall = (statistics.median(one[key] for one in rounds) for key in ("cpu_ms", "wall_ms"))
    return Row(what=what, pack=pack, n=len(rounds), cpu_ms=cpu, wall_ms=wall, parts={"reference": cpu})
