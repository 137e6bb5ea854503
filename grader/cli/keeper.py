"""Commands for whoever keeps the store: backup, restore, prune, erase."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from grader import desk
from grader.canonical import plain
from grader.certify.erasing import erase as erase_learner
from grader.cli.app import AsJson, progress, settings, store
from grader.cli.commands import app
from grader.cli.console import say
from grader.cli.office import is_there, ledger
from grader.errors import UsageError
from grader.render.text import printable
from grader.store import copying
from grader.store.erasing import Held, held_of
from grader.store.retention import Pruned
from grader.store.retention import prune as prune_store

LONGEST_DAYS = 36_500


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, such as grader-monday.tar.gz.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,  # noqa: FBT002 - typer reads options so
) -> None:
    """Write all that is in the store, and the installation secret, into one file. Others may go on working."""
    opened = store(settings(None))
    with progress("backup") as told:
        about = copying.backup(opened, file, when=desk.now(), force=force, progress=told)
    typer.echo(f"{file} holds {_held(about)}, as of {about.made_at}")
    say("whoever has it has the secret and every hidden test: keep it where only operators can read it")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `grader backup` wrote.")],
) -> None:
    """Put a backup into an empty store, whichever database it came from. It is checked before anything is written."""
    known = settings(None)
    with progress("restore") as told:
        about = copying.restore(store(known), file, secret_file=known.secret_file, progress=told)
    typer.echo(f"restored {_held(about)}, as of {about.made_at}")


@app.command()
def prune(
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, max=LONGEST_DAYS, help="Remove what is older than this.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,  # noqa: FBT002 - typer reads options so
    as_json: AsJson = False,  # noqa: FBT002 - typer reads options so
) -> None:
    """Remove attempts older than some days, and all that belongs to them. What waits to be graded stays."""
    before = _earlier(desk.now(), days)
    with progress("prune") as told:
        told(f"what is older than {before}")
        pruned = prune_store(store(settings(None)), before, dry_run=dry_run)
    if as_json:
        typer.echo(json.dumps({"before": before, "dry_run": dry_run, **plain(pruned)}, indent=2))
    else:
        typer.echo(_said(pruned, before, dry_run=dry_run))


@app.command()
def erase(
    learner: Annotated[str, typer.Argument(metavar="LEARNER", help="Who, as attempts name them.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,  # noqa: FBT002 - typer reads options so
    as_json: AsJson = False,  # noqa: FBT002 - typer reads options so
) -> None:
    """Erase a learner: all that is kept of them here and in the ledger's private parts. Nothing brings it back."""
    known = settings(None)
    opened = store(known)
    if not yes:
        _confirm(learner, held_of(opened, learner))
    with nullcontext() if not is_there(known) else ledger(known) as log:
        erased = erase_learner(opened, log, learner)
    if as_json:
        typer.echo(json.dumps({**plain(erased.held), "entries": erased.entries}, indent=2))
        return
    counts = plain(erased.held) | {"ledger entries": erased.entries}
    typer.echo(f"erased of {printable(learner, 80)}: {_listed(counts)}")
    if not any(counts.values()):
        say("nothing was kept under this name: check how attempts write it")
    say("backups, exports of reports, and files that were given out are not reached: drop older backups")


def _confirm(learner: str, held: Held) -> None:
    """Ask whether to go on.

    Raises:
        UsageError: there is nobody to ask, or they say no.
    """
    if not sys.stdin.isatty():
        raise UsageError("erasing asks first, and nobody can answer here: give --yes")
    if not typer.confirm(f"erase all of {printable(learner, 80)} ({_listed(plain(held))})? nothing brings it back"):
        raise UsageError("nothing was erased")


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _earlier(date: str, days: int) -> str:
    """Return the date some days before another."""
    return (datetime.fromisoformat(date) - timedelta(days=days)).isoformat(timespec="seconds")


def _held(about: copying.About) -> str:
    counts = ", ".join(f"{name} {about.rows[name]}" for name in ("attempts", "submissions", "reports", "jobs", "packs"))
    return f"the installation secret and every table ({counts})"


def _said(pruned: Pruned, before: str, *, dry_run: bool) -> str:
    counts = {name: count for name, count in plain(pruned).items() if count}
    if not counts:
        return f"nothing to remove from before {before}"
    return f"{'would remove' if dry_run else 'removed'} what came before {before}: {_listed(counts)}"
