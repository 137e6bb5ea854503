"""Ours, the whole way: handed in, through Redis and a worker, graded in boxes, its report kept in the store.

cold        from starting a worker, with one submission in line, until that has its report
warm        one submission after the other, a worker a core, all idle and ready before each
in a crowd  many in line, a worker a core; rounds are cut by the count of reports, in the middle of it
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from installation import Installation
from variants import Variant
from yardstick import CORES, Row, Yardstick, per_submission

COLD, WARM, CROWD = "ours, cold", "ours, warm", "ours, {} in line"
ROUNDS = 5
ENOUGH, LONGEST_SECONDS = 5, 15.0
"""So many one after the other will do where more take too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured.

    Attributes:
        cold: how many times from nothing.
        warm: how many one after the other, at most.
        each: submissions of a round.
        rounds: of a crowd.
        warm_up: submissions graded before the first round.
    """

    cold: int
    warm: int
    each: int
    rounds: int = ROUNDS
    warm_up: int = 2 * CORES


class Ours:
    """What measures one installation after the other.

    Args:
        yardstick: to measure with.
        install: makes an installation.
        say: told what is under way.
    """

    def __init__(self, yardstick: Yardstick, install: Callable[[], Installation], say: Callable[[str], None]) -> None:
        self._yardstick = yardstick
        self._install = install
        self._say = say

    def latency(self, variant: Variant, tenancy: str, size: Size) -> list[Row]:
        """Return what one submission takes, cold and warm."""
        with self._install() as place:
            cold = []
            for _ in range(1 + size.cold):
                started, done = time.perf_counter(), place.graded()
                place.hand_in(variant, tenancy)
                place.start(1)
                cold.append(1000 * (place.await_graded(done + 1).clock - started))
                place.stop()
            cold = cold[1:]  # an engine that nobody has used yet is tried first
            place.start(CORES)
            warm, rounds, taking_in = [], [], []
            begun = time.monotonic()
            for number in range(size.warm_up + size.warm):
                if len(warm) >= ENOUGH and time.monotonic() - begun > LONGEST_SECONDS:
                    break
                place.await_idle()
                done, before = place.graded(), self._yardstick.read()
                handed_in = place.hand_in(variant, tenancy)
                after = place.await_graded(done + 1)
                if number >= size.warm_up:
                    warm.append(1000 * (after.clock - before.clock))
                    rounds.append((before, after))
                    taking_in.append(handed_in.cpu_ms)
                place.look_through(handed_in.attempts, tenancy)
        row = per_submission(WARM, rounds, 1, besides={"client": statistics.median(taking_in)})
        warm_row = replace(row, wall_ms=statistics.median(warm), per_minute=None)
        rows = [Row(what=COLD, n=size.cold, wall_ms=statistics.median(cold))] if cold else []
        return [replace(one, pack=variant.name, tenancy=tenancy) for one in (*rows, warm_row)]

    def crowd(self, variant: Variant, tenancy: str, size: Size, line: int = 0) -> Row:
        """Return what one of many takes, with `line` of them waiting; without it as many as the rounds need."""
        whole = size.warm_up + size.rounds * size.each
        with self._install() as place:
            self._say(f"{max(line, whole)} of {variant.name} are handed in")
            handed_in = place.hand_in(variant, tenancy, max(line, whole))
            place.start(CORES)
            marks = list(place.marks(size.warm_up, size.each, size.rounds))
            place.stop()
            place.look_through(handed_in.attempts[:: max(1, whole // 10)], tenancy)
        besides = {"client": handed_in.cpu_ms}
        rounds = list(itertools.pairwise(marks))
        row = per_submission(CROWD.format(line or "many"), rounds, size.each, besides=besides)
        return replace(row, pack=variant.name, tenancy=tenancy)

    def few(self, variant: Variant, tenancy: str, line: int, rounds: int = ROUNDS) -> Row:
        """Return what one of a few takes: handed in to an idle crew, all graded, over again."""
        with self._install() as place:
            place.start(CORES)
            handed_in = place.hand_in(variant, tenancy, 2 * CORES)
            place.await_graded(2 * CORES)
            readings, taking_in = [], []
            for _ in range(rounds):
                done, before = place.graded(), self._yardstick.read()
                handed_in = place.hand_in(variant, tenancy, line)
                readings.append((before, place.await_graded(done + line)))
                taking_in.append(handed_in.cpu_ms)
            place.look_through(handed_in.attempts, tenancy)
        besides = {"client": statistics.median(taking_in)}
        row = per_submission(CROWD.format(line), readings, line, besides=besides)
        return replace(row, pack=variant.name, tenancy=tenancy, per_minute=None)


def fresh(folder: Path, packs: Path, docker: str, yardstick: Yardstick) -> Callable[[], Installation]:
    """Return what makes an installation after the other, each in a folder of its own."""
    numbers = iter(range(1_000_000))

    def install() -> Installation:
        return Installation(folder / f"i{next(numbers)}", packs, docker, yardstick)

    return install
