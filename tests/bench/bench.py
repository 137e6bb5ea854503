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
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(HERE)]

import limits  # noqa: E402 - the folders of tests are on no path but pytest's
import memory  # noqa: E402
import steps  # noqa: E402
import variants  # noqa: E402
from limits import Limits  # noqa: E402
from ours import Ours, Size, fresh  # noqa: E402
from own_docker import OwnDocker  # noqa: E402
from roots import PLACE, Root  # noqa: E402
from table import Run  # noqa: E402
from variants import EACH, EACH_MANY, LIGHT, MANY, ML, SPAM, TENANCIES, Variant  # noqa: E402
from yardstick import CORES, Row, Yardstick  # noqa: E402

FAMILIES = ("python-core", "python-ml")
FAMILY_OF = {LIGHT: "python-core", ML: "python-ml", SPAM: "python-ml"}
LINES = (10, 1000, 10_000)
ROUND_SECONDS = 3.0


class Bench:
    """One run.

    Args:
        asked: the command line.
        yardstick: to measure with.
        folder: for what is thrown away.
        docker: URL of the engine of this run.
    """

    def __init__(self, asked: argparse.Namespace, yardstick: Yardstick, folder: Path, docker: str) -> None:
        self.asked = asked
        self.run = Run(_machine())
        self._yardstick = yardstick
        self._docker = docker
        self._quick = asked.quick
        packs = folder / "packs"
        packs.mkdir()
        variants.write_all(packs)
        self._install = fresh(folder, packs, docker, yardstick)
        self._ours = Ours(yardstick, self._install, say)
        self._roots: dict[str, Root] = {}
        self._profile = folder / "profile"

    def do(self, part: str) -> None:
        """Measure one part."""
        parts: dict[str, Callable[[], None]] = {
            "limits": self.limits,
            "latency": self.latency,
            "crowd": self.crowd,
            "queued": self.queued,
            "tests": self.tests,
            "memory": self.memory,
            "start-up": self.start_up,
            "protocol": self.protocol,
            "peers": self.peers,
        }
        started = time.monotonic()
        say(f"=== {part}")
        parts[part]()
        say(f"=== {part}: {time.monotonic() - started:.0f} s")

    def limits(self) -> None:
        """Measure what ours is beside."""
        many, few = (5, 2) if self._quick else (60, 12)
        for variant in self._packs:
            if variant is SPAM:
                self._spam_alone(few)
                continue
            beside = Limits(
                self._yardstick, self._root(FAMILY_OF[variant]), self._root("python-ml"), variant, self._docker
            )
            for row in beside.all(many, few):
                self._take(row)
        self._take(limits.bare_fork(self._yardstick, self._root("python-core"), 10 * many))

    def latency(self) -> None:
        """Measure one after the other."""
        for variant, tenancy in self._each():
            size = Size(cold=1, warm=3, each=0) if self._quick else Size(cold=3, warm=20, each=0)
            for row in self._ours.latency(variant, tenancy, size):
                self._take(row)

    def crowd(self) -> None:
        """Measure many at once."""
        for variant, tenancy in self._each():
            self._take(self._ours.crowd(variant, tenancy, self._size(variant, tenancy)))

    def queued(self) -> None:
        """Measure against the length of the line."""
        few, *more = (3, 20) if self._quick else LINES
        for tenancy in TENANCIES:
            self._take(self._ours.few(LIGHT, tenancy, few))
            for line in more:
                size = self._size(LIGHT, tenancy)
                self._take(
                    self._ours.crowd(LIGHT, tenancy, Size(cold=0, warm=0, each=min(size.each, line // 20)), line)
                )

    def tests(self) -> None:
        """Measure against the number of tests."""
        for tenancy in TENANCIES:
            for variant in (MANY, EACH, EACH_MANY):
                self._take(self._ours.crowd(variant, tenancy, self._size(variant, tenancy)))

    def memory(self) -> None:
        """Weigh boxes."""
        for variant, tenancy in self._each():
            with self._install() as place:
                for one in memory.weigh(place, self._yardstick, variant, tenancy, 4 if self._quick else 40):
                    self.run.weights.append(one)
                    say(f"  {one.pack} {one.tenancy} {one.role} {one.state}: {one.megabytes:.1f} MB ({one.count})")

    def start_up(self) -> None:
        """Measure the command line."""
        for row in limits.start_up(self._yardstick, 3 if self._quick else 15):
            self._take(row)

    def protocol(self) -> None:
        """Have the protocol measured by the program beside this one, if it is there."""
        program, out = HERE / "protocol.py", self._profile.with_name("protocol.json")
        if program.exists():
            subprocess.run([sys.executable, str(program), str(out)], check=True, stdout=sys.stderr, cwd=ROOT)
            self.run.protocol = json.loads(out.read_text(encoding="utf-8"))

    def peers(self) -> None:
        """Measure other graders."""
        import peers  # noqa: PLC0415 - what it needs is not there but for `make bench-peers`

        for row in peers.all_rows(self._yardstick, self._docker, ROOT / ".build" / "bench", few=self._quick):
            self._take(row)

    def profile(self) -> None:
        """Tell where the time of one submission goes."""
        for tenancy in TENANCIES:
            with self._install() as place:
                count = 10 if self._quick else 100
                place.hand_in(LIGHT, tenancy, count)
                with self._yardstick.within("workers"):
                    worker = steps.start(self._profile, place.environment, place.folder / "crew.log")
                place.await_graded(count)
                steps.end(worker)
                self.run.steps += f"### {LIGHT.name}, {tenancy}\n\n{steps.table(self._profile)}\n"

    @property
    def _packs(self) -> tuple[Variant, ...]:
        return (LIGHT,) if self._quick else (LIGHT, ML, SPAM)

    def _each(self) -> list[tuple[Variant, str]]:
        return [(variant, tenancy) for variant in self._packs for tenancy in TENANCIES]

    def _size(self, variant: Variant, tenancy: str) -> Size:
        """Return rounds of a few seconds each, from what a submission took one after the other."""
        if self._quick:
            return Size(cold=0, warm=0, each=3, rounds=2)
        known = [
            row.wall_ms for row in self.run.rows if (row.pack, row.tenancy) == (variant.name, tenancy) and row.wall_ms
        ]
        one = known[-1] if known else self._ours.latency(variant, tenancy, Size(cold=0, warm=3, each=0))[-1].wall_ms
        return Size(cold=0, warm=0, each=max(6, min(400, int(1000 * ROUND_SECONDS * CORES / (one or 1000)))))

    def _spam_alone(self, count: int) -> None:
        root, place = self._root("python-ml"), f"/{PLACE}/spam"
        texts = {"spam_alone.py": HERE / "spam_alone.py", "messages.py": SPAM.written / "hidden" / "messages.py"}
        files = [(name, path.read_bytes()) for name, path in texts.items()]
        files += [(name, text.encode()) for name, text in SPAM.hidden().items()]
        root.lay("spam", [*files, ("solution.py", SPAM.reference())])
        for what, more in ((limits.ALONE, []), (f"{limits.ALONE}, no row asked again", ["once"])):
            command = root.python(f"{place}/spam_alone.py", place, str(count), *more)
            self._take(limits.row_of(what, SPAM.name, self._yardstick, command, root))

    def _root(self, family: str) -> Root:
        if family not in self._roots:
            self._roots[family] = Root(family, ROOT / ".build" / "bench" / "roots")
        return self._roots[family]

    def _take(self, row: Row) -> None:
        self.run.rows.append(row)
        figures = {"CPU ms": row.cpu_ms, "p50 ms": row.wall_ms, "a minute": row.per_minute}
        said = ", ".join(f"{name} {figure:.1f}" for name, figure in figures.items() if figure is not None)
        parts = ", ".join(f"{name} {figure:.1f}" for name, figure in row.parts.items())
        say(f"  {' '.join(filter(None, (row.pack, row.tenancy, row.what)))}: {said} ({parts}; others {row.others:.0%})")


PARTS = ("limits", "latency", "crowd", "queued", "tests", "memory", "start-up", "protocol")


def main() -> int:
    """Run what was asked for; returns the exit code."""
    asked = _arguments()
    if os.geteuid() != 0:
        say("make bench needs root: processor time is read from control groups, which only root may make")
        return 5
    for name in [name for name in os.environ if name.startswith(("GRADER_", "PYTHON"))]:
        del os.environ[name]  # settings of ours, and of a Python that keeps no byte code
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="gb-")))
        yardstick = held.enter_context(Yardstick())
        url = asked.engine or _own_engine(held, folder, yardstick)
        bench = Bench(asked, yardstick, folder, url)
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


def _own_engine(held: ExitStack, folder: Path, yardstick: Yardstick) -> str:
    """Start a Docker engine whose time, and whose boxes', is counted; returns its URL."""
    started = time.monotonic()
    settings = {"cgroup-parent": f"/{yardstick.name}/boxes", "exec-opts": ["native.cgroupdriver=cgroupfs"]}
    with yardstick.within("engine"):
        docker = held.enter_context(OwnDocker(folder / "d", settings))
    docker.carry([*FAMILIES, *(f"{family}:bare" for family in FAMILIES)])
    # whatever the machine's engine has: what is measured are the images of this checkout, which is one layer to build
    label = [
        "docker",
        "image",
        "inspect",
        "--format",
        '{{index .Config.Labels "grader.base"}}',
        f"grader/{FAMILIES[0]}",
    ]
    base = subprocess.run(label, check=True, capture_output=True, text=True).stdout.strip()
    here = {**os.environ, "DOCKER_HOST": docker.url, "GRADER_IMAGE_BASE": base}
    building = [sys.executable, "-m", "grader", "images", "build"]
    done = subprocess.run(building, check=False, env=here, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the images of this checkout cannot be built:\n{done.stderr[-2000:]}")
    say(f"images carried to a Docker engine of the bench's own in {time.monotonic() - started:.0f} s")
    return docker.url


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


def _machine() -> dict[str, object]:
    known = subprocess.run(
        ["docker", "version", "--format", "{{.Server.Version}}"], check=False, capture_output=True, text=True
    )
    return {
        "cores": CORES,
        "kernel": platform.release(),
        "Python": platform.python_version(),
        "Docker": known.stdout.strip(),
        "tenancies": " and ".join(TENANCIES),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }


if __name__ == "__main__":
    sys.exit(main())
