"""How many calls and megabytes a second the protocol carries: `python tests/bench/protocol.py [result.json]`.

Our `Box` on one side of two pipes, our `Server` in another process on the other; no wall, no engine and no relay
between them, so what is seen is the protocol's own price. Each case is called directly, through the pipes, and through
the pipes with the short cut for flat values switched off on both sides. The three take turns, and medians are compared,
because others may use the machine; of the figures, the processor time of both processes together is the steadiest.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd

from grader.proctor.inside.bad_answer import Notes
from grader.proctor.inside.box import Box
from sandbox.runner import caps, frames, serve, values

ROUNDS = 9
ROUND_SECONDS = 0.06
MEGABYTE = 2**20
SUBJECT = SimpleNamespace(ordered=sorted, same=lambda value: value)
ROWS = 100_000


@dataclass(frozen=True)
class Case:
    """One call: what is called with what, and the bytes of data that go there and back (0: not worth a rate)."""

    name: str
    function: str
    argument: Any
    size: int = 0


CASES = (
    Case("f([3, 1, 2])", "ordered", [3, 1, 2]),
    Case("list of 1,000 ints", "same", list(range(1000))),
    Case("list of 1,000 floats", "same", [number / 7 for number in range(1000)]),
    Case("list of 1,000 texts", "same", [f"word {number}" for number in range(1000)]),
    Case("50 lists of 20 ints", "same", [list(range(20)) for _ in range(50)]),
    Case("array of 8 KB", "same", np.arange(1024.0), 2 * 8 * 1024),
    Case("array of 8 MB", "same", np.arange(MEGABYTE * 1.0), 2 * 8 * MEGABYTE),
    Case(
        "DataFrame of 100,000 rows, numbers and texts",
        "same",
        pd.DataFrame(
            {
                "count": np.arange(ROWS),
                "price": np.arange(ROWS) / 7,
                "sold": np.arange(ROWS) % 3 == 0,
                "name": [f"item {number % 999}" for number in range(ROWS)],
            }
        ),
        2 * ROWS * 24,
    ),
)


class Pipes:
    """A channel whose one box is at the other end of two pipes."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading, self._writing = reading, writing

    def tell(self, message: dict[str, Any], blobs: list[bytes] | None = None) -> None:
        """Tell an engine that is not there."""

    def send(self, _box: int, parts: Sequence[frames.Blob]) -> None:
        """Send a payload."""
        frames.write(self._writing, *parts)

    def receive(self, _box: int) -> frames.Payload:
        """Return the next payload."""
        return frames.read(self._reading)


def never(*_: Any) -> bool:
    """Take no short cut; a mock in its place would cost more than what is measured."""
    return False


@contextmanager
def without_short_cut() -> Iterator[None]:
    """Walk every value part by part, and send numbers as texts."""
    with (
        mock.patch.object(caps.Tally, "count_flat", never),
        mock.patch.object(values, "_WORTH_PACKING", math.inf),
    ):
        yield


@contextmanager
def served(how: Callable[[], AbstractContextManager[None]] = nullcontext) -> Iterator[tuple[Box, int]]:
    """Serve SUBJECT in a process of its own; give a box that asks it, and the process's id."""
    to_runner, from_proctor = os.pipe()
    to_proctor, from_runner = os.pipe()
    runner = os.fork()
    if runner == 0:
        os.close(from_proctor)
        os.close(to_proctor)
        server = serve.Server(to_runner, from_runner)
        server._objects.hold_subject(SUBJECT)
        with how():
            server.run()
    os.close(to_runner)
    os.close(from_runner)
    yield Box(Pipes(to_proctor, from_proctor), 1, Notes()), runner
    os.close(from_proctor)
    os.waitpid(runner, 0)
    os.close(to_proctor)


def cpu_seconds(process: int) -> float:
    """Return the processor time that another process has used, by its clock as Linux numbers it."""
    return time.clock_gettime((~process << 3) | 2)


def measure(call: Callable[[], Any], times: int, runner: int | None) -> tuple[float, float]:
    """Return the seconds that one call takes, by the wall's clock and the processors'."""
    used = -cpu_seconds(os.getpid()) - (cpu_seconds(runner) if runner else 0)
    began = time.perf_counter()
    for _ in range(times):
        call()
    took = time.perf_counter() - began
    used += cpu_seconds(os.getpid()) + (cpu_seconds(runner) if runner else 0)
    return took / times, used / times


def ways_to_call(case: Case, box: Box) -> dict[str, Callable[[], Any]]:
    """Return the call itself, and the same through the protocol."""
    there = box.get(0, case.function)
    here = getattr(SUBJECT, case.function)

    def across() -> Any:
        box.notes.clear()  # the caps of one test are not for ten thousand calls
        return there(case.argument)

    return {"direct": lambda: here(case.argument), "across": across}


def rates(case: Case) -> dict[str, Any]:
    """Return the medians of one case, by the way it is called."""
    with served() as (box, runner), served(without_short_cut) as (slow_box, slow_runner):
        calls = {**ways_to_call(case, box), "part by part": ways_to_call(case, slow_box)["across"]}
        runners = {"direct": None, "across": runner, "part by part": slow_runner}
        times = {way: max(1, int(ROUND_SECONDS / measure(call, 3, None)[0])) for way, call in calls.items()}
        seen: dict[str, list[tuple[float, float]]] = {way: [] for way in calls}
        for _ in range(ROUNDS):
            for way, call in calls.items():
                with without_short_cut() if way == "part by part" else nullcontext():
                    seen[way].append(measure(call, times[way], runners[way]))
    return {way: figures(case, [*zip(*measured, strict=True)]) for way, measured in seen.items()}


def figures(case: Case, measured: list[tuple[float, ...]]) -> dict[str, float]:
    """Return what is printed of one way."""
    wall, cpu = map(statistics.median, measured)
    rate = {"mb_per_s": round(case.size / wall / MEGABYTE, 1)} if case.size else {}
    return {"calls_per_s": round(1 / wall, 1), "cpu_us": round(cpu * 1e6, 2), **rate}


def main() -> None:
    """Measure every case, print a table, and write JSON to the file that was named."""
    result = {}
    print(f"{'calls/s':46}{'direct':>12}{'across':>10}{'part by part':>14}   MB/s across, CPU across / part by part")
    for case in CASES:
        seen = result[case.name] = rates(case)
        ratio = seen["across"]["cpu_us"] / seen["part by part"]["cpu_us"]
        seen["cpu_ratio"] = round(ratio, 3)
        print(
            f"{case.name:46}{seen['direct']['calls_per_s']:12,.0f}{seen['across']['calls_per_s']:10,.0f}"
            f"{seen['part by part']['calls_per_s']:14,.0f}   {seen['across'].get('mb_per_s', ''):>8}{ratio:8.2f}"
        )
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
