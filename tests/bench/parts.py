"""The parts of a run, as `bench.py` lists them: what is measured, how often, and by which packs."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import limits
import memory
import peers
import steps
import variants
from limits import Limits
from ours import Ours, Size, fresh
from roots import PLACE, Root
from table import Run
from variants import EACH, EACH_MANY, LIGHT, MANY, ML, SINGLE, SPAM, TENANCIES, Variant
from yardstick import CORES, Row, Yardstick, between, per_submission

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FAMILY_OF = {LIGHT: "python-core", MANY: "python-core", ML: "python-ml", SPAM: "python-ml"}
LINES = (10, 1000, 10_000)
ROUND_SECONDS, SLOW_SECONDS = 3.0, 4.0
Say = Callable[[str], None]
Measure = Callable[[], Row]
SPAM_ALONE = {
    limits.ALONE: (),
    f"{limits.ALONE}, no row asked again": ("once",),
    f"{limits.ALONE}, each fit, prediction and test in a fork": ("forked",),
}
"""How the checks of the spam pack are measured alone, and how `spam_alone.py` is told."""


class Parts:
    """The parts of one run.

    Args:
        say: told what is under way.
        quick: a handful of everything, and of the light pack only.
        yardstick: to measure with.
        folder: for what is thrown away.
        docker: URL of the engine of this run.
    """

    def __init__(self, say: Say, yardstick: Yardstick, folder: Path, docker: str, *, quick: bool) -> None:
        self.run = Run(_machine())
        self._say = say
        self._yardstick = yardstick
        self._docker = docker
        self._quick = quick
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
        self._say(f"=== {part}")
        parts[part]()
        self._say(f"=== {part}: {time.monotonic() - started:.0f} s")

    def limits(self) -> None:
        """Measure what ours is beside."""
        many, few = (5, 2) if self._quick else (60, 9)
        for variant in self._packs:
            if variant is SPAM:
                for what in SPAM_ALONE:
                    self._take(self._spam_alone(what, few))
                continue
            for row in self._beside(variant).all(many, few):
                self._take(row)
        self._take(self._bare_fork())

    def latency(self) -> None:
        """Measure one after the other."""
        for variant, tenancy in self._each():
            size = Size(cold=1, warm=3, each=0) if self._quick else Size(cold=3, warm=20, each=0)
            self._take_between(partial(self._ours.latency, variant, tenancy, size), self._reference(variant))

    def crowd(self) -> None:
        """Measure many at once."""
        for variant, tenancy in self._each():
            beside = [self._reference(variant)]
            if tenancy == SINGLE and variant is not SPAM:
                beside.append(partial(self._beside(variant).docker_run, 2 if self._quick else 5))
            self._take_between(partial(self._crowd, variant, tenancy), *beside)

    def queued(self) -> None:
        """Measure against the length of the line."""
        few, *more = (3, 20) if self._quick else LINES
        for tenancy in TENANCIES:
            for line in more:
                self._take_between(
                    partial(self._crowd, LIGHT, tenancy, line), partial(self._ours.few, LIGHT, tenancy, few)
                )

    def tests(self) -> None:
        """Measure against the number of tests."""
        for tenancy in TENANCIES:
            self._take_between(partial(self._crowd, MANY, tenancy), partial(self._crowd, LIGHT, tenancy))
            for variant in (EACH, EACH_MANY):
                self._take_between(partial(self._crowd, variant, tenancy), self._bare_fork)
        for variant in (LIGHT, MANY):
            self._take(self._beside(variant).forked_pytest(3 if self._quick else 15))

    def memory(self) -> None:
        """Weigh boxes."""
        for variant, tenancy in self._each():
            with self._install() as place:
                for one in memory.weigh(place, self._yardstick, variant, tenancy, 4 if self._quick else 40):
                    self.run.weights.append(one)
                    self._say(
                        f"  {one.pack} {one.tenancy} {one.role} {one.state}: {one.megabytes:.1f} MB ({one.count})"
                    )

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
        for row in peers.all_rows(self._yardstick, self._docker, ROOT / ".build" / "bench", few=self._quick):
            self._take(row)

    def profile(self) -> None:
        """Tell where the time of one submission goes."""
        first, count = (5, 10) if self._quick else (20, 100)
        for tenancy in TENANCIES:
            with self._install() as place:
                place.hand_in(LIGHT, tenancy, first + count)
                with self._yardstick.within("workers"):
                    worker = steps.start(self._profile, place.environment, place.folder / "crew.log")
                begun = place.await_graded(first), steps.of_boxes(self._docker, self._yardstick)
                ended = place.await_graded(first + count), steps.of_boxes(self._docker, self._yardstick)
                steps.end(worker)
            row = per_submission("", [(begun[0], ended[0])], count)
            told = f"{steps.shares(row, begun[1], ended[1])}\n{steps.table(self._profile)}"
            self.run.steps += f"### {LIGHT.name}, {tenancy}\n\n{told}\n"

    @property
    def _packs(self) -> tuple[Variant, ...]:
        return (LIGHT,) if self._quick else (LIGHT, ML, SPAM)

    def _each(self) -> list[tuple[Variant, str]]:
        return [(variant, tenancy) for variant in self._packs for tenancy in TENANCIES]

    def _size(self, variant: Variant, tenancy: str) -> Size:
        """Return rounds of a few seconds each, from what one took alone; fewer where it is slow."""
        if self._quick:
            return Size(cold=0, warm=0, each=3, rounds=2)
        of_it = [row for row in self.run.rows if (row.pack, row.tenancy) == (variant.name, tenancy) and row.wall_ms]
        rows = of_it or self._ours.latency(variant, tenancy, Size(cold=0, warm=3, each=0))
        seconds = (rows[-1].wall_ms or 0) / 1000
        if seconds > SLOW_SECONDS:
            return Size(cold=0, warm=0, each=2 * CORES, rounds=3, warm_up=CORES)
        return Size(cold=0, warm=0, each=max(6, min(400, int(ROUND_SECONDS * CORES / seconds))))

    def _crowd(self, variant: Variant, tenancy: str, line: int = 0) -> Row:
        size = self._size(variant, tenancy)
        if line:
            size = Size(cold=0, warm=0, each=min(size.each, line // 20))
        return self._ours.crowd(variant, tenancy, size, line)

    def _reference(self, variant: Variant) -> Measure:
        """Return what measures the reference of a pack's bounds: pytest, or the checks of the spam pack alone."""
        few = 2 if self._quick else 5
        alone = partial(self._spam_alone, limits.ALONE, few)
        return alone if variant is SPAM else partial(self._beside(variant).pytest, few)

    def _bare_fork(self) -> Row:
        return limits.bare_fork(self._yardstick, self._root("python-core"), 50 if self._quick else 600)

    def _spam_alone(self, what: str, count: int) -> Row:
        root, place = self._root("python-ml"), f"/{PLACE}/spam"
        texts = {"spam_alone.py": HERE / "spam_alone.py", "messages.py": SPAM.written / "hidden" / "messages.py"}
        files = [(name, path.read_bytes()) for name, path in texts.items()]
        files += [(name, text.encode()) for name, text in SPAM.hidden().items()]
        root.lay("spam", [*files, ("solution.py", SPAM.reference())])
        command = root.python(f"{place}/spam_alone.py", place, str(count), *SPAM_ALONE[what])
        return limits.row_of(what, SPAM.name, self._yardstick, command, root)

    def _beside(self, variant: Variant) -> Limits:
        root, judge = self._root(FAMILY_OF[variant]), self._root("python-ml")
        return Limits(self._yardstick, root, judge, variant, self._docker)

    def _root(self, family: str) -> Root:
        if family not in self._roots:
            self._roots[family] = Root(family, ROOT / ".build" / "bench" / "roots", self._docker)
        return self._roots[family]

    def _take_between(self, ours: Callable[[], Row | list[Row]], *beside: Measure) -> None:
        """Take ours, with what it is weighed against measured just before it and just after."""
        before = [measure() for measure in beside]
        taken = ours()
        near = [between(one, measure()) for one, measure in zip(before, beside, strict=True)]
        for row in taken if isinstance(taken, list) else [taken]:
            self._take(replace(row, beside={one.what: one for one in near}))

    def _take(self, row: Row) -> None:
        self.run.rows.append(row)
        figures = {"CPU ms": row.cpu_ms, "p50 ms": row.wall_ms, "a minute": row.per_minute}
        said = ", ".join(f"{name} {figure:.1f}" for name, figure in figures.items() if figure is not None)
        parts = ", ".join(f"{name} {figure:.1f}" for name, figure in row.parts.items())
        near = "".join(f"; beside it {what}: CPU ms {one.cpu_ms:.1f}" for what, one in row.beside.items())
        name = " ".join(filter(None, (row.pack, row.tenancy, row.what)))
        self._say(f"  {name}: {said} ({parts}; others {row.others:.0%}{near})")


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
