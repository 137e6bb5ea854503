"""Tries a family in a box of its own: what it promises is there, in the versions it is pinned to, and works.

An image can be built and be of no use: a library that wants a display, weights that would have to be fetched, a
compiler that the list of system calls stops. So the trial runs where a submission runs, in a box with the same walls.
It imports what `LABEL grader.promises` of the family's Dockerfile names, runs `self_test.py` of its folder, if it has
one (compile something, train something), and says what is installed; that is compared here with what is pinned.
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

from grader.errors import EngineError
from grader.model import Limits
from grader.sandbox import recipes
from grader.sandbox.interface import Box, BoxSpec, Sandbox
from grader.sandbox.waiting import is_readable

LIMITS = Limits(cpu_seconds=120.0, wall_seconds=400.0, memory_mb=2048, processes=64, output_kb=64, disk_mb=128)
"""Enough for the heaviest: TensorFlow with a model in training, a JVM's threads."""

_PROGRAM = """
import importlib, json, os, subprocess, sys, traceback
from importlib import metadata
from grader_runner import frames

channel = os.dup(1)
os.dup2(2, 1)  # what a compiler prints is no frame
said = {"failed": "", "libraries": {}, "packages": {}}
try:
    assert os.getuid() == os.getgid() == 65532, "runs as the wrong user"
    assert not os.access("/", os.W_OK) and not os.access("/opt/grader", os.W_OK), "its root can be written to"
    for name in PROMISES:
        importlib.import_module(name)
    exec(compile(OWN, "self_test.py", "exec"), {"__name__": "__main__"})
    said["libraries"] = {found.metadata["Name"]: found.version for found in metadata.distributions()}
    if PACKAGES:
        asked = ["dpkg-query", "-W", "-f", "${Package} ${Version}\\\\n", *PACKAGES]
        told = subprocess.run(asked, capture_output=True, text=True).stdout
        said["packages"] = dict(line.split() for line in told.splitlines())
except BaseException:
    said["failed"] = traceback.format_exc()[-2000:]
frames.write(channel, json.dumps(said).encode())
"""


def self_test(sandbox: Sandbox, family: str, sandbox_dir: Path) -> dict[str, str]:
    """Try a family; returns the version of every library and package that it is pinned to, as its box has it.

    Args:
        sandbox: where boxes are opened.
        family: which.
        sandbox_dir: the sources.

    Raises:
        EngineError: it is not built, or does not hold what it promises.
    """
    packages = recipes.packages(family, sandbox_dir)
    own = sandbox_dir / "images" / family / "self_test.py"
    given = {
        "PROMISES": recipes.promises(family, sandbox_dir),
        "PACKAGES": sorted(packages),
        "OWN": own.read_text(encoding="utf-8") if own.is_file() else "",
    }
    names = "\n".join(f"{name} = {value!r}" for name, value in given.items())
    spec = BoxSpec(
        family=family, program=names + _PROGRAM, limits=LIMITS, deadline_seconds=int(LIMITS.wall), role="probe"
    )
    box = sandbox.open(spec)
    try:
        heard = _first_frame(box)
    finally:
        end = box.end()
    again = f"run `grader images build --force {family}`"
    if not heard:
        why = "it had too little memory" if end.oom else f"its box ended with {end.code} and said nothing"
        raise EngineError(f"image {family} does not hold what it promises: {why}; {again}")
    said = json.loads(heard)
    if said["failed"]:
        raise EngineError(f"image {family} does not hold what it promises, {again}:\n{said['failed']}")
    there = {_plain(name): version for name, version in said["libraries"].items()} | said["packages"]
    wanted = recipes.pins(family, sandbox_dir) | packages
    other = [
        f"{name} is {there.get(name)}, pinned {version}"
        for name, version in wanted.items()
        if there.get(name) != version
    ]
    if other:
        raise EngineError(f"image {family} has other versions than it is pinned to, {again}: {'; '.join(other)}")
    return {name: there[name] for name in sorted(wanted)}


def _plain(name: str) -> str:
    """Return the name of a library as all writers of it agree (PyPA, names and normalization)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _first_frame(box: Box) -> bytes:
    """Hear a box until it says something, or ends."""
    end = time.monotonic() + LIMITS.wall
    while not box.closed and time.monotonic() < end:
        if is_readable(box, 0.5):
            heard = box.receive()
            if heard:
                return heard[0]
    return b""
