"""Writes down a run: JSON for programs, Markdown for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from limits import PYTEST
from memory import Weight
from verdicts import verdicts
from yardstick import Row


@dataclass(slots=True)
class Run:
    """All of one run.

    Attributes:
        machine: what it ran on.
        rows: what was measured.
        weights: what boxes weigh.
        protocol: what `protocol.py` wrote, if it is there.
        steps: where time goes, as Markdown, if it was asked for.
    """

    machine: Mapping[str, Any]
    rows: list[Row] = field(default_factory=list)
    weights: list[Weight] = field(default_factory=list)
    protocol: Any = None
    steps: str = ""

    def write(self, folder: Path) -> Path:
        """Write both files; returns the one for people."""
        folder.mkdir(parents=True, exist_ok=True)
        said = [{**asdict(one), "kept": one.kept} for one in verdicts(self.rows)]
        whole = {
            "machine": dict(self.machine),
            "rows": [asdict(row) for row in self.rows],
            "memory": [asdict(weight) for weight in self.weights],
            "protocol": self.protocol,
            "verdicts": said,
        }
        (folder / "bench.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
        page = folder / "bench.md"
        page.write_text("\n".join(self._page()) + "\n", encoding="utf-8")
        return page

    def _page(self) -> Iterator[str]:
        yield "# What grading costs here"
        yield ""
        yield ", ".join(f"{name} {value}" for name, value in self.machine.items())
        yield from ("", "## What has to be shown", "", *self.shown())
        for pack in dict.fromkeys(row.pack for row in self.rows):
            yield from ("", f"## {pack or 'Apart from packs'}", "")
            yield from _rows([row for row in self.rows if row.pack == pack])
        if self.weights:
            yield from (
                "",
                "## Memory",
                "",
                "| pack | tenancy | who | state | MB | how many |",
                "|---|---|---|---|--:|--:|",
            )
            for one in self.weights:
                yield f"| {one.pack} | {one.tenancy} | {one.role} | {one.state} | {one.megabytes:.1f} | {one.count} |"
        if self.protocol is not None:
            yield from ("", "## Protocol", "", "```json", json.dumps(self.protocol, indent=1), "```")
        if self.steps:
            yield from ("", "## Step by step", "", self.steps)

    def shown(self) -> list[str]:
        """Return the table of what has to be shown."""
        lines = ["| | measured | bound | |", "|---|--:|--:|---|"]
        for one in verdicts(self.rows):
            bound = f"{'≥' if one.at_least else '≤'} {one.bound:g}"
            lines.append(f"| {one.says} | {one.measured:.3g} | {bound} | {'ok' if one.kept else '**NOT**'} |")
        return lines


def _rows(rows: Iterable[Row]) -> Iterator[str]:
    found = list(rows)
    beside = next((row for row in found if row.what == PYTEST), found[0])
    over = f"/ {beside.what}"
    figures = f"CPU ms | CPU {over} | p50 ms | p50 {over} | a minute"
    yield f"| what | n | {figures} | CPU ms by whom | others | around it, CPU ms |"
    yield "|---|--:|--:|--:|--:|--:|--:|---|--:|---|"
    for row in found:
        parts = ", ".join(f"{name} {figure:.1f}" for name, figure in row.parts.items())
        cells = [
            " ".join(filter(None, (row.what, row.tenancy))),
            str(row.n),
            *(_number(row.cpu_ms), _over(row.cpu_ms, beside.cpu_ms)),
            *(_number(row.wall_ms), _over(row.wall_ms, beside.wall_ms)),
            "" if row.per_minute is None else f"{row.per_minute:,.0f}",
            parts if len(row.parts) > 1 else "",
            f"{row.others:.0%}" if row.others else "",
            ", ".join(f"{what} {_number(one.cpu_ms)}" for what, one in row.beside.items()),
        ]
        yield f"| {' | '.join(cells)} |"


def _number(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.2f}" if figure < 100 else f"{figure:.0f}"


def _over(figure: float | None, beside: float | None) -> str:
    return "" if figure is None or not beside else f"{figure / beside:.3f}"
