"""Commands for learners: list, show, start, submit, report, regrade."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Column, Table
from rich.text import Text

from grader import catalog, errors, pipeline, reception
from grader.canonical import plain
from grader.cli.app import AsJson, Assignments, AsView, Course, View, Wait, back_end, desk, progress, settings, store
from grader.cli.commands import app
from grader.cli.console import say
from grader.desk import Published
from grader.errors import UsageError
from grader.model import Report
from grader.render.html import author_page
from grader.render.json import as_json as json_text
from grader.render.terminal import author_summary, learner_summary
from grader.standing import Standing, follow, standing

Slug = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help="The assignment's name, as `grader list` shows it.")]
Html = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write the report as a page to this file.")]


@app.command("list")
def list_assignments(assignments: Assignments = None, as_json: AsJson = False) -> None:  # noqa: FBT002 - typer reads options so
    """List the assignments there are."""
    roots = settings(assignments).assignments
    packs = [catalog.load(slug, roots) for slug in catalog.slugs(roots)]
    if as_json:
        rows = [{"slug": pack.slug, **plain_assignment(pack.assignment)} for pack in packs]
        typer.echo(json.dumps(rows, indent=2))
        return
    whole, broken = Column("assignment", no_wrap=True), (Column(name, overflow="fold") for name in ("skill", "files"))
    table = Table(whole, "title", "level", *broken, box=None, pad_edge=False)  # a name with an ellipsis starts nothing
    for pack in packs:
        asked = pack.assignment
        cells = (pack.slug, asked.title, str(asked.level), asked.skill, ", ".join(asked.files))
        table.add_row(*(Text(cell) for cell in cells))
    Console().print(table)


@app.command()
def show(slug: Slug, assignments: Assignments = None) -> None:
    """Show the brief of an assignment and how it is judged."""
    pack = catalog.load(slug, settings(assignments).assignments)
    console = Console()
    console.print(Markdown(pack.brief))
    table = Table("points", "judged by", box=None, pad_edge=False, title=Text("How it is judged"), title_justify="left")
    for criterion in pack.rubric.criteria:
        table.add_row(Text(str(criterion.points)), Text(criterion.title))
    table.add_row(Text(str(pack.rubric.points)), Text(f"in all; {pack.rubric.pass_mark} to pass"))
    console.print(table)
    if pack.assignment.draft:
        console.print(Text(f"For practice only, never certified: {pack.assignment.draft}"))


@app.command()
def start(
    slug: Slug,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    assignments: Assignments = None,
) -> None:
    """Hand out brief, starter and public data of an assignment."""
    pack = catalog.load(slug, settings(assignments).assignments)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{folder} is not an empty folder: name a new one, so that nothing of yours is overwritten"
        raise UsageError(message)
    data = {f"data/{name}": content for name, content in pack.data.items()}
    for name, content in {"README.md": pack.brief.encode(), **pack.starter, **data}.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    say(f"{pack.assignment.title}: read {folder / 'README.md'}, then: grader submit {slug} {folder}")


@app.command()
def submit(  # noqa: PLR0913, PLR0917 - each is an option of the command
    slug: Slug,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A file, folder, archive or notebook.")],
    learner: Annotated[
        str, typer.Option("--learner", metavar="ID", help="Who submits; by default your user name.")
    ] = "",
    course: Course = "",
    wait: Wait = False,  # noqa: FBT002 - typer reads options so
    as_json: AsJson = False,  # noqa: FBT002
    html: Html = None,
    view: AsView = View.LEARNER,
    assignments: Assignments = None,
) -> None:
    """Submit your work and have it graded. Exits with 0 when it passed, 1 when it did not, 6 when it is in line."""
    known = settings(assignments)
    _look_at_page(html)
    here, who = desk(known), learner or getpass.getuser()
    with progress(slug) as told, back_end(known) as opener:
        if here.queue is None:
            published = pipeline.submit(here, opener, slug, path, learner=who, course=course, progress=told)
        else:
            attempt = reception.receive(here, slug, path, learner=who, course=course)
            if not wait:
                _say_in_line(standing(here.store, attempt.id), as_json=as_json)
                raise typer.Exit(errors.NOT_FINAL)
            told(f"attempt {attempt.id}")
            published = follow(here.store, attempt.id, told)
    _publish(published, view, as_json=as_json, html=html)
    raise typer.Exit(_exit_of(published.report))


@app.command()
def report(
    attempt: Annotated[str, typer.Argument(metavar="ATTEMPT", help="An attempt's id, as `submit` printed it.")],
    as_json: AsJson = False,  # noqa: FBT002 - typer reads options so
    html: Html = None,
    view: AsView = View.LEARNER,
    assignments: Assignments = None,
) -> None:
    """Show the report of an attempt. Exits with 6 while there is none, and says where the attempt stands."""
    known = settings(assignments)
    _look_at_page(html)
    stands = standing(store(known), attempt)
    if stands.error is not None:
        raise stands.error
    if stands.published is None:
        _say_in_line(stands, as_json=as_json)
        raise typer.Exit(errors.NOT_FINAL)
    if view is View.AUTHOR:
        _require_pack(stands.published.report, known.assignments)
    _publish(stands.published, view, as_json=as_json, html=html)
    if stands.published.report.provisional:
        raise typer.Exit(errors.NOT_FINAL)


@app.command()
def regrade(
    attempt: Annotated[str, typer.Argument(metavar="ATTEMPT", help="An attempt's id.")],
    assignments: Assignments = None,
) -> None:
    """Grade an attempt again and compare. Exits with 0 when the findings are the same, 1 when they differ.

    With a queue the attempt is lined up in the lane for regrades, and the command exits with 6.
    """
    known = settings(assignments)
    here = desk(known)
    if here.queue is not None:
        fresh = reception.line_up_again(here, attempt)
        say(f"attempt {attempt} {'is lined up to be graded again' if fresh else 'is in line already'}")
        raise typer.Exit(errors.NOT_FINAL)
    with progress("grading again") as told, back_end(known) as opener:
        published, before = pipeline.regrade(here, opener, attempt, progress=told)
    same = published.report.findings_digest == before.findings_digest
    typer.echo(f"before  {before.score.earned} points  {before.findings_digest}")
    typer.echo(f"now     {published.report.score.earned} points  {published.report.findings_digest}")
    typer.echo(
        published.learner.repeated
        or "Pack, rubric, images or grader have changed since, so the two are not comparable."
    )
    raise typer.Exit(errors.PASSED if same else errors.NOT_PASSED)


def _exit_of(found: Report) -> int:
    """Return how a command ends that graded something."""
    if found.provisional:
        return errors.NOT_FINAL
    return errors.PASSED if found.passed else errors.NOT_PASSED


def _publish(published: Published, view: View, *, as_json: bool, html: Path | None) -> None:
    author = view is View.AUTHOR
    if html is not None:
        html.write_text(author_page(published.report) if author else published.page, encoding="utf-8")
    if as_json:
        typer.echo(json_text(published.report if author else published.learner))
        return
    console = Console(highlight=False)
    if author:
        author_summary(published.report, console)
    else:
        learner_summary(published.learner, console)
    if html is not None:
        say(f"report: {html}")


def _say_in_line(stands: Standing, *, as_json: bool) -> None:
    attempt = stands.attempt
    if as_json:
        row = {"attempt": attempt.id, "state": attempt.state.value, "place": stands.place}
        typer.echo(json.dumps(row, indent=2))
    else:
        typer.echo(f"attempt {attempt.id}: {stands.said}; see `grader report {attempt.id}`")


def _look_at_page(html: Path | None) -> None:
    """Say before the work, not after it, that the page cannot be written."""
    if html is not None and (html.is_dir() or not html.absolute().parent.is_dir()):
        message = f"--html {html}: there is no such folder, or it is one itself; name a file in a folder that exists"
        raise UsageError(message)


def _require_pack(stored: Report, roots: tuple[Path, ...]) -> None:
    """The author's view shows hidden things, so it is for who holds the pack."""
    if stored.assignment not in catalog.slugs(roots):
        message = f"the author's view needs the pack {stored.assignment}: point --assignments at it"
        raise UsageError(message)


def plain_assignment(assignment: object) -> dict[str, object]:
    """Return an assignment for JSON, limits left out."""
    fields = {
        name: getattr(assignment, name)
        for name in ("title", "skill", "kind", "files", "level", "family", "summary", "draft")
    }
    return dict(plain(fields))
