"""Commands of reviewers: review list, show, grade, agreement."""

from __future__ import annotations

import getpass
import json
from typing import Annotated

import typer

from grader import errors
from grader.canonical import plain
from grader.cli.app import AsJson, Assignments, desk, settings
from grader.cli.commands import Listed, app
from grader.cli.console import say
from grader.render.text import printable
from grader.reviewing.agreement import agreements
from grader.reviewing.rating import rate
from grader.reviewing.reading import waiting, work
from grader.scoring import decimal_text

commands = typer.Typer(cls=Listed, help="Work that a person judges.", no_args_is_help=True)
app.add_typer(commands, name="review")

MOST_SHOWN = 200_000
"""Characters of one file that are shown."""

AttemptId = Annotated[str, typer.Argument(metavar="ATTEMPT", help="An attempt's id, as `grader review list` shows it.")]
OfCourse = Annotated[str | None, typer.Option("--course", metavar="ID", help="Only of this course.")]
Reviewer = Annotated[
    str, typer.Option("--as", metavar="REVIEWER", help="Who judges; by default your user name. Learners never see it.")
]


@commands.command("list")
def list_waiting(
    course: OfCourse = None,
    reviewer: Annotated[
        str, typer.Option("--as", metavar="REVIEWER", help="Leave out what this reviewer has judged, or handed in.")
    ] = "",
    as_json: AsJson = False,  # noqa: FBT002 - typer reads options so
) -> None:
    """List what waits for a person, the oldest first. Whose work it is is not said."""
    found = waiting(desk(settings(None)), course=course, reviewer=reviewer)
    if as_json:
        typer.echo(json.dumps(plain(found), indent=2))
        return
    for one in found:
        given = f"{one.given} given" if one.given else "none given"
        where = f"  course {one.course}" if one.course else ""
        _say(f"{one.attempt}  {one.assignment}  {one.check}  {given}  since {one.received_at}{where}")
    say(f"{len(found)} wait" if found else "nothing waits for a person")


@commands.command()
def show(
    attempt: AttemptId,
    assignments: Assignments = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer reads options so
) -> None:
    """Show the work and the levels to choose from. What acts instead of being seen in it is shown as its number."""
    found = work(desk(settings(assignments)), attempt)
    if as_json:
        files = {name: _text(content) for name, content in found.files.items()}
        asked = [plain(one) for one in found.asked]
        row = {"attempt": found.attempt, "assignment": found.assignment, "files": files, "asked": asked}
        typer.echo(json.dumps(row, indent=2))
        return
    _say(f"{found.title}, attempt {found.attempt}")
    for name, content in found.files.items():
        _say(f"\n--- {name} ---")
        _say(_text(content))
    for one in found.asked:
        _say(f"\n--- {one.check}: {one.question} ---")
        for level in one.levels:
            _say(f"{level.title} ({level.share} of the points): {level.sentence}")
        _say(f"{one.given} of {one.reviewers} reviewers have judged it")
        for rating in one.ratings:
            _say(f"{rating.given_at}  {rating.reviewer}  {rating.level}: {rating.comment}")


@commands.command()
def grade(
    attempt: AttemptId,
    check: Annotated[str, typer.Argument(metavar="CHECK", help="The check, as `grader review list` shows it.")],
    level: Annotated[str, typer.Option("--level", metavar="NAME", help="The level, by its title.")],
    comment: Annotated[str, typer.Option("--comment", metavar="TEXT", help="What the learner reads beside it.")],
    reviewer: Reviewer = "",
    assignments: Assignments = None,
) -> None:
    """Say which level the work has reached. Exits with 0 when its report is final, 6 when it still waits.

    Said again, the newer word counts, and the older one is kept.
    """
    here = desk(settings(assignments))
    who = reviewer or getpass.getuser()
    published = rate(here, attempt, check, level=level, comment=comment, reviewer=who)
    report = published.report
    if report.provisional:
        say(f"attempt {attempt}: kept; it still waits for a person")
        raise typer.Exit(errors.NOT_FINAL)
    verdict = "passed" if report.passed else "not passed"
    say(f"attempt {attempt}: {report.score.earned} of {report.score.possible} points, {verdict}")


@commands.command()
def agreement(
    course: Annotated[
        str, typer.Option("--course", metavar="ID", help="Of which course; by default of no course.")
    ] = "",
    assignment: Annotated[str, typer.Option("--assignment", metavar="SLUG", help="Only of this assignment.")] = "",
    as_json: AsJson = False,  # noqa: FBT002 - typer reads options so
) -> None:
    """Say how far reviewers agree, pair by pair: the share of equal levels, and Cohen's kappa.

    What each said first counts, before anybody could talk about it.
    """
    found = agreements(desk(settings(None)), course, assignment=assignment)
    if as_json:
        typer.echo(json.dumps(plain(found), indent=2))
        return
    for one in found:
        kappa = "none: only one level was given" if one.kappa is None else decimal_text(one.kappa, 2)
        percent = decimal_text(one.same * 100, 0)
        pair = " and ".join(one.reviewers)
        _say(f"{one.assignment}  {one.check}  {pair}: {percent} % of {one.both} the same, kappa {kappa}")
    say(f"{len(found)} pairs" if found else "no two reviewers have judged the same work")


def _text(content: bytes) -> str:
    """Return a file as text, or what it is instead."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return f"({len(content)} bytes that are no text in UTF-8)"


def _say(text: str) -> None:
    typer.echo(printable(text, MOST_SHOWN, lines=True))
