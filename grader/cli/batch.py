"""Commands for who grades many at once: batch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from grader import batch, catalog
from grader.batch import Row
from grader.cli.app import AsJson, Assignments, Course, Wait, back_end, desk, progress, settings
from grader.cli.commands import app
from grader.cli.console import keep_trace, say
from grader.cli.learner import Slug
from grader.desk import Published
from grader.errors import NOT_FINAL, PASSED, SubmissionError, UsageError
from grader.render.sheet import as_csv

COLUMNS = ("learner", "upload", "result", "points", "of", "said", "attempt")


@app.command("batch")
def grade_batch(
    slug: Slug,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder with an entry for each learner.")],
    course: Course = "",
    wait: Wait = False,  # noqa: FBT002 - typer reads options so
    as_json: AsJson = False,  # noqa: FBT002
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the rows for a spreadsheet.")] = None,
    reports: Annotated[
        Path | None, typer.Option("--reports", metavar="DIR", help="Write each report as a page here, by attempt.")
    ] = None,
    assignments: Assignments = None,
) -> None:
    """Grade a folder of submissions, one for each learner. Exits with 0 when all could be graded, passed or not.

    With a queue they are lined up in the lane for batches, and the command exits with 6 unless it waits.
    """
    known = settings(assignments)
    found = batch.uploads(folder)
    catalog.load(slug, known.assignments)  # a pack that is wrong is said once, and before the work
    if csv is not None and not csv.absolute().parent.is_dir():
        message = f"--csv {csv}: there is no such folder; name a file in one that exists"
        raise UsageError(message)
    if reports is not None:
        reports.mkdir(parents=True, exist_ok=True)

    def publish(done: Published) -> None:
        if reports is not None:
            page = reports / f"{done.report.circumstances.attempt}.html"
            page.write_text(done.page, encoding="utf-8")

    console, rows = Console(highlight=False), []
    with progress(slug) as told, back_end(known) as opener:
        here = desk(known)
        for row in batch.grade_all(here, opener, slug, found, course=course, wait=wait, progress=told, publish=publish):
            rows.append(row)
            if not as_json:
                _print(row, console)
            if row.trace:
                say(f"{row.learner}: the trace of this fault is in {keep_trace(row.trace)}")
    table = [_plain(row) for row in rows]
    if as_json:
        typer.echo(json.dumps(table, indent=2))
    if csv is not None:
        csv.write_text(as_csv(COLUMNS, table), encoding="utf-8")
    graded = sum(row.graded for row in rows)
    say(f"{len(rows)} submissions: {graded} graded, {len(rows) - graded} not")
    raise typer.Exit(batch.exit_code(rows))


def _plain(row: Row) -> dict[str, str]:
    return {name: _result(row) if name == "result" else getattr(row, name) for name in COLUMNS}


def _result(row: Row) -> str:
    if row.graded:
        return "passed" if row.exit_code == PASSED else "not passed"
    if row.exit_code == NOT_FINAL:
        return row.said or "in line"
    return "refused" if row.exit_code == SubmissionError.exit_code else "not graded"


def _print(row: Row, console: Console) -> None:
    mark = ("✓", "green") if row.exit_code == PASSED else ("✕", "red") if row.graded else ("!", "yellow")
    said = (
        f"{row.points} of {row.of} points"
        if row.graded
        else f"{_result(row)}: {row.attempt if row.exit_code == NOT_FINAL else row.said}"
    )
    console.print(Text.assemble(mark, f" {row.learner}", (f"  {said}", "dim")), soft_wrap=True)
