"""What has to be shown, and what was measured: a ratio each, with its bound.

The bounds are of two kinds: at most so much of what stands beside it, or at least. What stands beside it is taken as it
was measured around it, where it was. A ratio whose rows were not measured in this run is left out, not passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from limits import ALONE, BARE_FORK, DOCKER, PYTEST
from ours import CROWD, WARM
from variants import CELL, EACH, EACH_MANY, LIGHT, MANY, ML, SINGLE, SPAM
from yardstick import CORES, Row

OTTER, NBGRADER, GRADESCOPE = "otter run", "nbgrader autograde, a batch", "gradescope-utils container"
IN_A_CROWD = CROWD.format("many")
CPU, WALL, RATE = "CPU", "latency p50", "a minute"
_FIELD = {CPU: "cpu_ms", WALL: "wall_ms", RATE: "per_minute"}

Key = tuple[str, str, str]
"""What was measured, of which pack, in which tenancy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One thing to be shown.

    Attributes:
        says: what.
        measured: the ratio, or the figure.
        bound: what it has to reach, or not to pass.
        at_least: the bound is a lower one.
    """

    says: str
    measured: float
    bound: float
    at_least: bool = False

    @property
    def kept(self) -> bool:
        """Whether it is."""
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound


class Measured:
    """The rows of a run, to be asked for figures.

    Args:
        rows: all of them.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = {(row.what, row.pack, row.tenancy): row for row in rows}

    def figure(self, kind: str, what: str, pack: str = "", tenancy: str = "") -> float | None:
        """Return a figure, or None where it was not measured."""
        row = self._rows.get((what, pack, tenancy))
        return getattr(row, _FIELD[kind]) if row is not None else None

    def beside(self, kind: str, ours: Key, other: Key) -> float | None:
        """Return a figure of what stands beside ours."""
        row = self._rows.get(ours)
        near = row.beside.get(other[0]) if row is not None else None
        return getattr(near, _FIELD[kind]) if near is not None else self.figure(kind, *other)

    def per_further_test(self, tenancy: str) -> float | None:
        """Return what a test more costs where each has a fork of its own."""
        few = self.figure(CPU, IN_A_CROWD, EACH.name, tenancy)
        many = self.figure(CPU, IN_A_CROWD, EACH_MANY.name, tenancy)
        return (many - few) / (EACH_MANY.count - EACH.count) if few is not None and many is not None else None


def verdicts(rows: Iterable[Row]) -> list[Verdict]:
    """Return all that can be said of the rows of one run."""
    return list(_all(Measured(rows)))


def _all(measured: Measured) -> Iterator[Verdict]:
    for pack, most in ((LIGHT, 0.25), (ML, 0.1)):
        yield from _ratio(measured, CPU, (IN_A_CROWD, pack.name, CELL), (PYTEST, pack.name, ""), most)
    for pack, most in ((LIGHT, 0.3), (ML, 0.12)):
        yield from _ratio(measured, WALL, (WARM, pack.name, CELL), (PYTEST, pack.name, ""), most)
    for pack, least in ((LIGHT, 3000), (ML, 1200)):
        rate = measured.figure(RATE, IN_A_CROWD, pack.name, CELL)
        if rate is not None:
            said = f"{pack.name}, {CELL}: submissions a minute on {CORES} cores (the bound is for 2)"
            yield Verdict(says=said, measured=rate, bound=least, at_least=True)
    for pack, most in ((LIGHT, 0.5), (ML, 0.1)):
        yield from _ratio(measured, RATE, (IN_A_CROWD, pack.name, SINGLE), (DOCKER, pack.name, ""), 0.8, at_least=True)
        yield from _ratio(measured, WALL, (WARM, pack.name, SINGLE), (PYTEST, pack.name, ""), most)
    for tenancy in (CELL, SINGLE):
        yield from _ratio(measured, CPU, (IN_A_CROWD, SPAM.name, tenancy), (ALONE, SPAM.name, ""), 1.5)
        yield from _ratio(
            measured, CPU, (CROWD.format(10_000), LIGHT.name, tenancy), (CROWD.format(10), LIGHT.name, tenancy), 1.15
        )
        yield from _ratio(measured, CPU, (IN_A_CROWD, MANY.name, tenancy), (IN_A_CROWD, LIGHT.name, tenancy), 3)
        further = measured.per_further_test(tenancy)
        fork = measured.beside(CPU, (IN_A_CROWD, EACH_MANY.name, tenancy), (BARE_FORK, "", ""))
        if further is not None and fork:
            said = f"each further test with isolate = test, {tenancy}: CPU of a {BARE_FORK}"
            yield Verdict(says=said, measured=further / fork, bound=3)
    yield from _ratio(measured, CPU, ("grader --help", "", ""), ("python -c import click", "", ""), 3)
    for peer, pack, least in (
        (OTTER, LIGHT, 25), (NBGRADER, LIGHT, 7), (OTTER, ML, 15), (NBGRADER, ML, 15),
    ):  # fmt: skip
        yield from _ratio(measured, CPU, (peer, pack.name, ""), (IN_A_CROWD, pack.name, CELL), least, at_least=True)


def _ratio(
    measured: Measured,
    kind: str,
    one: Key,
    other: Key,
    bound: float,
    *,
    at_least: bool = False,
) -> Iterator[Verdict]:
    """Yield what is said of one figure over another, where both were measured."""
    upper, lower = measured.figure(kind, *one), measured.beside(kind, one, other)
    if upper is not None and lower:
        says = (
            f"{', '.join(filter(None, (one[1], one[2], one[0])))}: {kind} over that of {', '.join(filter(None, other))}"
        )
        yield Verdict(says=says, measured=upper / lower, bound=bound, at_least=at_least)
