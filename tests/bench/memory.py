"""What a box weighs, idle and busy: memory that is its own, and files it keeps in memory, by its control group.

Pages of programs that all boxes share are not counted: they are there once, whoever is first.
"""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import docker
from installation import Installation
from variants import Variant
from yardstick import CORES, VERSION, Yardstick

MEGABYTE = 2**20
SETTLED_SECONDS = 2.0
"""After this long an idle installation has made ready what it makes ready."""
LOOK_SECONDS = 0.01
_FIELDS = ("total_rss", "total_shmem") if VERSION == 1 else ("anon", "shmem")
ROLE = "grader.role"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What boxes of a role weigh.

    Attributes:
        pack: which.
        tenancy: of its boxes.
        role: `learner` or `proctor`, or `worker` for the processes that hold them.
        state: `idle` or `busy`.
        megabytes: the median of idle boxes, or the most that a busy one was seen with.
        count: boxes seen at once.
    """

    pack: str
    tenancy: str
    role: str
    state: str
    megabytes: float
    count: int


def weigh(place: Installation, yardstick: Yardstick, variant: Variant, tenancy: str, count: int) -> list[Weight]:
    """Return what boxes weigh after a few submissions, and while `count` are graded."""
    with closing(docker.DockerClient(place.environment["DOCKER_HOST"])) as client:
        place.start(CORES)
        place.hand_in(variant, tenancy, 2 * CORES)
        place.await_graded(2 * CORES)
        time.sleep(SETTLED_SECONDS)
        found = of_boxes(client, yardstick)
        idle = {role: (statistics.median(weights), len(weights)) for role, weights in found.items()}
        idle["worker"] = of_workers(place)
        busy: dict[str, tuple[float, int]] = {}
        place.hand_in(variant, tenancy, count)
        while place.graded() < 2 * CORES + count:
            for role, weights in of_boxes(client, yardstick).items():
                most, at_once = busy.get(role, (0.0, 0))
                busy[role] = max(most, *weights), max(at_once, len(weights))
            time.sleep(LOOK_SECONDS)
        busy["worker"] = of_workers(place)
        place.stop()
    return [
        Weight(pack=variant.name, tenancy=tenancy, role=role, state=state, megabytes=most, count=seen)
        for state, weights in (("idle", idle), ("busy", busy))
        for role, (most, seen) in sorted(weights.items())
    ]


def of_boxes(client: docker.DockerClient, yardstick: Yardstick) -> dict[str, list[float]]:
    found = defaultdict(list)
    for one in client.api.containers():
        with suppress(OSError):  # it has ended since
            text = (yardstick.folder("boxes", "memory") / one["Id"] / "memory.stat").read_text(encoding="ascii")
            figures = {name: int(value) for name, value in (line.split() for line in text.splitlines())}
            found[one["Labels"].get(ROLE, "other")].append(sum(figures[name] for name in _FIELDS) / MEGABYTE)
    return dict(found)


def of_workers(place: Installation) -> tuple[float, int]:
    """Return the most that a worker weighs: its own pages, and its part of those it shares."""
    weights = [0.0]
    for pid in place.workers():
        with suppress(OSError):
            text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
            weights.append(int(next(line.split()[1] for line in text.splitlines() if line.startswith("Pss:"))) / 1024)
    return max(weights), len(weights) - 1
