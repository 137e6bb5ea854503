"""Measures ours beside the limits and the peers, all in one run on one machine.

    .venv/bin/python tests/bench/bench.py [--quick] [--only PART]... [--engine URL] [--peers] [--profile] [--out FOLDER]

    limits     the same tests by whoever gives less than we do, or as much for more
    latency    one submission after the other, cold and warm
    crowd      many in line, all cores at work
    queued     the cost of one with 10, 1,000 and 10,000 in line
    tests      the cost of 12 tests and of 200
    memory     what idle and busy boxes weigh
    start-up   the command line
    protocol   calls and megabytes a second (`protocol.py`)
    peers      only with --peers: otter, nbgrader, gradescope-utils

A measurement, not a test: it ends with 0 whatever the figures are, and otherwise where something broke. It needs root
(control groups), dockerd and the images of `make images`.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(HERE)]

from own_docker import OwnDocker  # noqa: E402 - the folders of tests are on no path but pytest's
from parts import Parts  # noqa: E402
from yardstick import Yardstick  # noqa: E402

FAMILIES = ("python-core", "python-ml")
PARTS = ("limits", "latency", "crowd", "queued", "tests", "memory", "start-up", "protocol")


def main() -> int:
    """Run what was asked for; returns the exit code."""
    asked = _arguments()
    if os.geteuid() != 0:
        say("make bench needs root: processor time is read from control groups, which only root may make")
        return 5
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # what was measured is written down
    for name in [name for name in os.environ if name.startswith(("GRADER_", "PYTHON"))]:
        del os.environ[name]  # settings of ours, and of a Python that keeps no byte code
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="gb-")))
        yardstick = held.enter_context(Yardstick())
        url = asked.engine or own_engine(held, folder, yardstick).url
        bench = Parts(say, yardstick, folder, url, quick=asked.quick)
        try:
            for part in asked.only or [*PARTS, *(["peers"] if asked.peers else [])]:
                bench.do(part)
            if asked.profile:
                bench.profile()
        finally:
            page = bench.run.write(asked.out)
    say("", *bench.run.shown(), "", bench.run.steps)
    print(page)
    return 0


def own_engine(held: ExitStack, folder: Path, yardstick: Yardstick) -> OwnDocker:
    """Start a Docker engine whose time, and whose boxes', is counted."""
    started = time.monotonic()
    settings = {"cgroup-parent": f"/{yardstick.name}/boxes", "exec-opts": ["native.cgroupdriver=cgroupfs"]}
    with yardstick.within("engine"):
        docker = held.enter_context(OwnDocker(folder / "d", settings))
    docker.carry([*FAMILIES, *(f"{family}:bare" for family in FAMILIES)])
    # whatever the machine's engine has: what is measured are the images of this checkout, which is one layer to build
    asking = ["docker", "image", "inspect", "--format", '{{index .Config.Labels "grader.base"}}']
    base = subprocess.run([*asking, f"grader/{FAMILIES[0]}"], check=True, capture_output=True, text=True).stdout.strip()
    here = {**os.environ, "DOCKER_HOST": docker.url, "GRADER_IMAGE_BASE": base}
    building = [sys.executable, "-m", "grader", "images", "build"]
    done = subprocess.run(building, check=False, env=here, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the images of this checkout cannot be built:\n{done.stderr[-2000:]}")
    say(f"images carried to a Docker engine of the bench's own in {time.monotonic() - started:.0f} s")
    return docker


def say(*lines: str) -> None:
    """Tell whoever waits."""
    print("\n".join(lines), file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS
    )
    parser.add_argument("--quick", action="store_true", help="a handful of submissions, to see that it works")
    parser.add_argument("--only", action="append", choices=[*PARTS, "peers"], metavar="PART")
    parser.add_argument("--engine", default="", metavar="URL", help="one that is there, for a try: it is not counted")
    parser.add_argument("--peers", action="store_true", help="other graders too")
    parser.add_argument("--profile", action="store_true", help="where the time goes, step by step")
    parser.add_argument("--out", type=Path, default=ROOT / ".build" / "bench", metavar="FOLDER")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
