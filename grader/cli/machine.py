"""Commands for whoever keeps the machine: doctor, reap."""

from __future__ import annotations

import json
from contextlib import suppress

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.canonical import plain
from grader.cli.app import AsJson, Assignments, settings
from grader.cli.commands import app
from grader.doctor import examine, promises
from grader.errors import EngineError
from grader.sandbox.choice import named
from grader.sandbox.probe import Tried
from grader.sandbox.promises import REQUIRED, Promise
from grader.settings import BACK_ENDS


@app.command()
def doctor(assignments: Assignments = None, as_json: AsJson = False) -> None:  # noqa: FBT002 - typer reads options so
    """Say what is missing on this machine, and how to mend it. Ends with 5 when grading is not possible."""
    known = settings(assignments)
    findings, kept = examine(known), promises()
    if as_json:
        typer.echo(json.dumps(plain({"findings": findings, "promises": kept}), indent=2))
    else:
        console = Console(highlight=False)
        for finding in findings:
            mark = ("✓", "green") if finding.well else ("✕", "red")
            console.print(Text.assemble(mark, f" {finding.subject}: {finding.found}"), soft_wrap=True)
            if finding.remedy:
                console.print(Text(f"    {finding.remedy}"), soft_wrap=True)
        console.print(_table_of_promises(kept))
    if not all(finding.well for finding in findings):
        raise typer.Exit(EngineError.exit_code)


def _table_of_promises(kept: dict[str, Tried]) -> Table:
    """Return what each back end keeps, as it was tried: yes, what it lacks, or that it may not be used."""
    table = Table("each box is held to", *kept, box=None, pad_edge=False)
    for promise in Promise:
        cells = []
        for tried in kept.values():
            one = tried[promise]
            mark = ("✓ ", "green") if one.kept else ("practice only: ", "yellow")
            mark = mark if one.kept or promise not in REQUIRED else ("✕ ", "red")
            cells.append(Text.assemble(mark, one.seen))
        table.add_row(promise.value, *cells)
    return table


@app.command()
def reap(as_json: AsJson = False) -> None:  # noqa: FBT002 - typer reads options so
    """Remove boxes whose engine is dead or whose deadline has passed. Safe at any time; for a timer, or by hand."""
    gone = []
    for name in BACK_ENDS:
        with suppress(EngineError):
            gone += named(name).reap()
    if as_json:
        typer.echo(json.dumps(gone))
    else:
        typer.echo(f"removed {len(gone)}: {', '.join(gone)}" if gone else "nothing was left behind")
