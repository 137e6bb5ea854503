"""Prints what every attack comes to, on every back end and before the naive judge: one command, one table, one verdict.

    .venv/bin/python tests/attacks/matrix.py [--only PATTERN] [--everywhere]
        [--back-ends docker,cells,runsc,embedded,naive]

A cell is green where it came as the table says, red where it did not; the last line counts. Exit 0 when all came as
told, 1 when some did not, 5 when a back end cannot be had here.
"""

from __future__ import annotations

import argparse
import fnmatch
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "attacks")]

import attack  # noqa: E402 - the folders of tests are on no path but pytest's
import grading_of  # noqa: E402
from attack import Attack  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.markup import escape  # noqa: E402
from rich.table import Table  # noqa: E402

from grader.errors import EngineError  # noqa: E402

NAIVE, HOLDS = "naive", "holds"
SIDE_BY_SIDE = 2
Cell = tuple[bool, str]
"""Whether it came as told, and what came."""


def main() -> int:
    """Print the table; returns the exit code."""
    asked = _arguments()
    cases = [case for case in attack.load() if _meant(case, asked.only) and (case.everywhere or not asked.everywhere)]
    console = Console(highlight=False)
    workers: dict[str, Callable[[Attack], Cell]] = {}
    missing: list[str] = []
    for name in asked.back_ends.split(","):
        try:
            workers[name] = _naive if name == NAIVE else _engine(name)
        except EngineError as error:
            missing.append(f"{name} not here: {error}")
    cells: dict[tuple[str, str], Future[Cell]] = {}
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        for name, work in workers.items():
            for case in cases:
                cells[case.name, name] = pool.submit(work, case)
        with console.status("attacking") if console.is_terminal else nullcontext():
            table = _table(cases, list(workers), cells)
    console.print(table)
    console.print("; ".join([_counts(cases, list(workers), cells), *missing]), soft_wrap=True, markup=False)
    if missing:
        return 5
    return 0 if all(cell.result()[0] for cell in cells.values()) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="*", metavar="PATTERN", help="names, as in `escaping/*`, or a part of one")
    parser.add_argument("--everywhere", action="store_true", help="those that `make test` tries on every back end")
    every = ",".join([*grading_of.BACK_ENDS, NAIVE])
    parser.add_argument("--back-ends", default=every, metavar="NAMES", help=f"of {every}")
    asked = parser.parse_args()
    unknown = set(asked.back_ends.split(",")) - set(every.split(","))
    if unknown:
        parser.error(f"no such back end: {', '.join(sorted(unknown))}; there are {every}")
    return asked


def _meant(case: Attack, pattern: str) -> bool:
    return fnmatch.fnmatch(case.name, pattern) or pattern in case.name


def _engine(name: str) -> Callable[[Attack], Cell]:
    """Return what grades on a back end, and says in a line what came."""
    grading_of.sandbox(name)  # says at once when it cannot be had
    graded = grading_of.OnBackEnd(name)

    def work(case: Attack) -> Cell:
        given = graded(case)
        left = f" left {len(given.left)}" if given.left else ""
        return grading_of.as_told(case.on_back_end(name), given) and not left, _in_a_line(given) + left

    return work


def _in_a_line(given: grading_of.Graded) -> str:
    if given.report is None:
        return "refused" if type(given.error).__name__ == "SubmissionError" else type(given.error).__name__
    counted = Counter(given.outcomes["attacked"].values())
    return ", ".join(word if times == 1 else f"{word} ×{times}" for word, times in counted.items())


def _naive(case: Attack) -> Cell:
    won = grading_of.won_on(case, grading_of.judge_naively(case))
    told = case.wins in won if case.wins != "cannot" else not won
    return told, "loses: " + ", ".join(sorted(won)) if won else HOLDS


def _table(cases: list[Attack], names: list[str], cells: dict[tuple[str, str], Future[Cell]]) -> Table:
    table = Table("attack", *names, title="attack × back end")
    for case in cases:
        shown = [cells[case.name, name].result() for name in names]
        table.add_row(case.name, *[f"[{'green' if told else 'bold red'}]{escape(text)}[/]" for told, text in shown])
    return table


def _counts(cases: list[Attack], names: list[str], cells: dict[tuple[str, str], Future[Cell]]) -> str:
    parts = [f"{len(cases)} submissions"]
    for name in names:
        came = [cells[case.name, name].result() for case in cases]
        other = sum(not told for told, _ in came)
        lost = f", loses to {sum(text != HOLDS for _, text in came)}" if name == NAIVE else ""
        parts.append(f"{name} {len(came) - other} as told{f', {other} NOT' if other else ''}{lost}")
    return "; ".join(parts)


if __name__ == "__main__":
    sys.exit(main())
