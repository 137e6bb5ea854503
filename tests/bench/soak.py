"""Grades thousands through cells, kills every cell in the middle, and says whether anything grew or was left.

    .venv/bin/python tests/bench/soak.py [--submissions N]

Prints at every tenth of them what the workers and the cells weigh, how many cells there are and how many were made. The
last line is the verdict; exit 0 or 1. Nothing may be lost, workers and cells may not grow by more than a tenth from the
second tenth to the last, and no container, process or mount may be left.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(HERE)]

import docker  # noqa: E402 - the folders of tests are on no path but pytest's
import variants  # noqa: E402
from bench import own_engine  # noqa: E402
from crews import kill, processes_with  # noqa: E402
from installation import Installation  # noqa: E402
from memory import of_boxes, of_workers  # noqa: E402
from own_docker import OwnDocker  # noqa: E402
from variants import CELL, LIGHT  # noqa: E402
from yardstick import CORES, Yardstick  # noqa: E402

TENTHS = 10
KILLED_AT = 5
GROWTH = 1.1


@dataclass(frozen=True)
class Figures:
    """What there was when so many had been graded; weights in megabytes."""

    graded: int
    worker: float
    cell: float
    cells: int
    made: int


def main() -> int:
    """Run it; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=10_000, metavar="N")
    count = parser.parse_args().submissions
    mounts = len(Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines())
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="gs-")))
        yardstick = held.enter_context(Yardstick())
        engine = own_engine(held, folder, yardstick)
        packs = folder / "packs"
        packs.mkdir()
        variants.write_all(packs)
        with Installation(folder / "i", packs, engine.url, yardstick) as place:
            seen, lost = _grade(place, engine, yardstick, count)
        lost += [f"a container is left: {name}" for name in engine.running()]
        engine.stop()
        lost += [f"process {pid} is left: {said}" for pid, said in processes_with(str(folder)).items()]
    left = len(Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()) - mounts
    lost += [f"{left} mounts are left"] if left > 0 else []
    lost += _grown(seen)
    for loss in lost:
        print(f"  {loss}")
    words = f"FAILED, {len(lost)} losses" if lost else f"passed: {count} submissions and reports, nothing grew or left"
    print(f"soak: {words}")
    return 1 if lost else 0


def _grade(place: Installation, engine: OwnDocker, yardstick: Yardstick, count: int) -> tuple[list[Figures], list[str]]:
    seen, lost, handed_in = [], [], []
    known: set[str] = set()
    with closing(docker.DockerClient(engine.url)) as client:
        place.start(CORES)
        for tenth in range(1, TENTHS + 1):
            started, each = time.monotonic(), count // TENTHS
            handed_in += place.hand_in(LIGHT, CELL, each).attempts
            if tenth == KILLED_AT:
                place.await_graded((tenth - 1) * each + each // 2)
                for number in engine.processes():
                    kill(number)
                print("  every cell was killed", flush=True)
            place.await_graded(tenth * each)
            boxes = of_boxes(client, yardstick)
            known |= {one["Id"] for one in client.api.containers(all=True)}
            weights = [weight for some in boxes.values() for weight in some]
            seen.append(
                Figures(tenth * each, of_workers(place)[0], max(weights, default=0.0), len(weights), len(known))
            )
            print(
                f"  {seen[-1].graded}: worker {seen[-1].worker:.1f} MB, cell {seen[-1].cell:.1f} MB, "
                f"{seen[-1].cells} cells, {seen[-1].made} seen so far, "
                f"{60 * each / (time.monotonic() - started):.0f} a minute, handing in included",
                flush=True,
            )
        place.stop()
    place.look_through(handed_in, CELL)
    graded = place.graded()
    return seen, lost + ([] if graded == count else [f"{graded} reports of {count}"])


def _grown(seen: list[Figures]) -> list[str]:
    early, last = seen[1], seen[-1]
    return [
        f"a {name} weighs {getattr(last, name):.1f} MB at the end, {getattr(early, name):.1f} MB at {early.graded}"
        for name in ("worker", "cell")
        if getattr(last, name) > GROWTH * getattr(early, name)
    ]


if __name__ == "__main__":
    sys.exit(main())
