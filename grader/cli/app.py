"""What commands share: options, progress, and the desk they work at."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from grader.cli.console import say
from grader.desk import Desk
from grader.queue import Queue
from grader.sandbox.choice import open_sandbox
from grader.sandbox.interface import Sandbox
from grader.settings import Settings
from grader.store import Store
from grader.story.grading import Progress

Assignments = Annotated[
    list[Path] | None,
    typer.Option(
        "--assignments", help="A folder of packs outside the repository; can be given more than once.", metavar="DIR"
    ),
]
Course = Annotated[str, typer.Option("--course", metavar="ID", help="For which course.")]
Wait = Annotated[bool, typer.Option("--wait", help="With a queue: wait until it is graded.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


class View(Enum):
    """Who looks at a report."""

    LEARNER = "learner"
    AUTHOR = "author"


AsView = Annotated[View, typer.Option("--as", help="Whose view: a learner's, or all of it for who holds the pack.")]


def settings(assignments: list[Path] | None) -> Settings:
    """Return the settings, packs given on the command line included."""
    return Settings.from_environment(assignments or [])


def desk(known: Settings) -> Desk:
    """Return the desk of this installation."""
    return Desk(known, store(known), Queue(known.redis_url) if known.redis_url else None)


def store(known: Settings) -> Store:
    """Return the store of this installation."""
    return Store(known.home, known.secret_file, known.database_url)


@contextmanager
def back_end(known: Settings) -> Iterator[Callable[[], Sandbox]]:
    """Give what opens the back end when it is first needed and not before; close it, if it was."""
    opened = cache(lambda: _sandbox(known))
    try:
        yield opened
    finally:
        if opened.cache_info().currsize:
            opened().close()


def _sandbox(known: Settings) -> Sandbox:
    """Return the back end, and say so where what it grades can never be certified."""
    opened = open_sandbox(known.sandbox)
    if opened.lacks:
        lacking = ", ".join(promise.value for promise in opened.lacks)
        say(f"{opened.name}: practice only, because it does not account for: {lacking} (see `grader doctor`)")
    return opened


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """Show what is under way: a line that moves on a terminal, plain lines in a pipe."""
    if not sys.stderr.isatty():
        yield lambda step: say(f"{title}: {step}")
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title)
        yield lambda step: bar.update(task, description=f"{title}: {step}")
