"""Commands of certificates: verify, certify, revoke, skills."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from grader import desk, errors
from grader.certify.verification import Found, Statement, as_plain, verify_file
from grader.cli.app import AsJson, settings
from grader.cli.commands import app
from grader.credential import NOBODY, Standing, Trust, load_trust
from grader.errors import UsageError
from grader.render.text import printable
from grader.settings import Settings

TRUST = "trust.toml"
MOST_BYTES = 8 * 2**20
"""What is read of a file that is to be verified: a picture with a credential in it may have so many."""
EXIT_CODES = {
    Standing.ESTABLISHED: errors.PASSED,
    Standing.REFUSED: errors.NOT_PASSED,
    Standing.UNKNOWN: errors.NOT_FINAL,
}
_MARKS = {Standing.ESTABLISHED: "+", Standing.REFUSED: "x", Standing.UNKNOWN: "?"}
_HEADS = {
    Standing.ESTABLISHED: "Established, for you and as of {at}:",
    Standing.REFUSED: "REFUSED as of {at}: do not rely on this file.",
    Standing.UNKNOWN: "Cannot tell, as of {at}: well-formed as far as it could be read, by nobody you trust.",
}


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A bundle, a credential or a badge (PNG).")],
    trust: Annotated[
        Path | None,
        typer.Option("--trust", metavar="FILE", help="Whom you trust; by default trust.toml in GRADER_HOME."),
    ] = None,
    status: Annotated[
        list[Path] | None,
        typer.Option("--status", metavar="FILE", help="A newer status list; can be given more than once."),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer reads options so
) -> None:
    """Say what a certificate establishes, and what not. Exits with 0 established, 1 refused, 6 cannot tell.

    Nothing is fetched. Keys that come with the file are never trust.
    """
    known = settings(None)
    lists = [_content(one) for one in status or []]
    statement = verify_file(_content(file), _trust(known, trust), at=_now(), status_lists=lists)
    if as_json:
        typer.echo(json.dumps(as_plain(statement), indent=2))
    else:
        typer.echo("\n".join(_said(statement)))
    raise typer.Exit(EXIT_CODES[statement.standing])


def _trust(known: Settings, chosen: Path | None) -> Trust:
    path = chosen or known.home / TRUST
    return load_trust(path) if chosen or path.is_file() else NOBODY


def _content(path: Path) -> bytes:
    """Return the bytes of a file, one more than a certificate can have at most."""
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file")
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error


def _now() -> datetime:
    return datetime.fromisoformat(desk.now())


def _said(statement: Statement) -> list[str]:
    """Return the statement as lines for a person; what a stranger wrote in them acts on no terminal."""
    at = statement.at.strftime("%Y-%m-%d %H:%M UTC")
    lines = [_HEADS[statement.standing].format(at=at), "", *map(_found, statement.found)]
    if statement.lines:
        by = statement.trusted_as or "an issuer whom you do not trust"
        lines += ["", f"What is signed, by {printable(by, 120)}:", ""]
        width = max(len(line.label) for line in statement.lines)
        lines += [f"  {printable(one.label, 80):{width}}  {printable(one.value, 600)}" for one in statement.lines]
    return [*lines, "", "Not established:", "", *(f"  - {one}" for one in statement.not_established)]


def _found(one: Found) -> str:
    mark = "-" if one.subject == "remark" else _MARKS[one.standing]
    return f"  {mark} {one.subject}: {printable(one.sentence, 400)}"
