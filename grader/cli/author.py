"""Commands for authors: check."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from grader import catalog, errors, golden
from grader.canonical import plain
from grader.catalog import Example
from grader.cli.app import AsJson, Assignments, back_end, settings
from grader.cli.commands import app
from grader.cli.console import say
from grader.errors import AuthorError, EngineError, GraderError, SubmissionError, UsageError
from grader.model import Pack
from grader.sandbox.interface import Sandbox


@dataclass(frozen=True, slots=True)
class Reached:
    """What an example reached in one metric.

    Attributes:
        title: the figure's name.
        draws: the figure of each draw, empty text where there is none.
        earned: the share of the points.
    """

    title: str
    draws: tuple[str, ...]
    earned: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One example, graded and compared.

    Attributes:
        assignment: slug.
        example: its name.
        differences: a sentence each; empty when it is as expected.
        points: what it got.
        seconds: how long it took.
        cpu_seconds: processor time of its boxes.
        memory_mb: of the largest of them.
        figures: one a metric, by the name of its check.
        libraries: version of each library that it imports, by name; of `reference` only.
    """

    assignment: str
    example: str
    differences: tuple[str, ...]
    points: str
    seconds: str
    cpu_seconds: str = ""
    memory_mb: int = 0
    figures: dict[str, Reached] = field(default_factory=dict)
    libraries: dict[str, str] = field(default_factory=dict)


@app.command()
def check(
    slugs: Annotated[
        list[str] | None, typer.Argument(metavar="[ASSIGNMENT]...", help="By default all there are.")
    ] = None,
    assignments: Assignments = None,
    every: Annotated[bool, typer.Option("--all", help="All there are: the default, said aloud.")] = False,  # noqa: FBT002 - typer reads options so
    as_json: AsJson = False,  # noqa: FBT002 - typer reads options so
    reports: Annotated[
        Path | None, typer.Option("--reports", metavar="DIR", help="Write each report as a page here.")
    ] = None,
) -> None:
    """Grade the examples of packs and compare with their expect.toml. Exits with 1 when one differs."""
    if every and slugs:
        message = f"found --all and {slugs[0]}; expected one or the other"
        raise UsageError(message)
    known = settings(assignments)
    roots = known.assignments
    packs = [catalog.load(slug, roots) for slug in slugs or catalog.slugs(roots)]
    for pack in packs:
        for sentence in catalog.advice(pack.hidden):
            say(f"advice: {pack.slug}: {sentence}")
    work = [(pack, example) for pack in packs for example in catalog.examples(pack.slug, roots)]
    console = Console(highlight=False)
    results: list[Checked] = []
    broken: list[GraderError] = []
    with back_end(known) as opener, ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        opened = opener()
        for done in pool.map(lambda one: _check(one[0], one[1], opened, reports, libraries=as_json), work):
            if isinstance(done, GraderError):
                say(str(done))
                broken.append(done)
            else:
                results.append(done)
                if not as_json:
                    _print(done, console)
    if as_json:
        typer.echo(json.dumps(plain(results), indent=2))
    wrong = sum(1 for done in results if done.differences)
    say(
        f"{len(results)} examples, {len(results) - wrong} as expected, {wrong} not"
        + (f"; reports in {reports}" if reports else "")
    )
    if broken:
        worst = max(broken, key=lambda error: error.exit_code)
        message = f"{len(broken)} of {len(work)} examples could not be graded, as said above; the others were"
        raise type(worst)(message)
    raise typer.Exit(errors.NOT_PASSED if wrong else errors.PASSED)


def _check(
    pack: Pack, example: Example, sandbox: Sandbox, reports: Path | None, *, libraries: bool
) -> Checked | GraderError:
    """Return how an example did, or what kept it from being graded: the others are to go on."""
    try:
        published = golden.grade_example(pack, example, sandbox=sandbox, progress=lambda _step: None)
        imported = golden.libraries(pack, example, sandbox) if libraries else {}
    except (AuthorError, EngineError) as error:
        return type(error)(f"{pack.slug}/{example.name}: {error}\n{error.hidden}".rstrip())
    except SubmissionError as error:
        found = () if example.expect.error == "submission" else (f"refused: {error}",)
        return Checked(pack.slug, example.name, found, "refused", "")
    if reports is not None:
        folder = reports / pack.slug
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{example.name}.html").write_text(published.page, encoding="utf-8")
    report = published.report
    used = [spent.used for spent in report.circumstances.spent.values()]
    return Checked(
        pack.slug,
        example.name,
        golden.differences(example, report),
        str(report.score.earned),
        f"{report.circumstances.duration_ms / 1000:.1f}",
        f"{sum(one.cpu_ms for one in used) / 1000:.1f}",
        max((one.peak_memory_kb for one in used), default=0) // 1024,
        {
            verdict.check: Reached(verdict.figure.title, verdict.figure.draws, str(verdict.earned))
            for verdict in report.verdicts
            if verdict.figure is not None
        },
        imported,
    )


def _print(done: Checked, console: Console) -> None:
    mark = ("✓", "green") if not done.differences else ("✕", "red")
    line = Text.assemble(
        mark, f" {done.assignment}/{done.example}", (f"  {done.points} points  {done.seconds} s", "dim")
    )
    console.print(line, soft_wrap=True)
    for difference in done.differences:
        console.print(Text(f"    {difference}"), soft_wrap=True)
