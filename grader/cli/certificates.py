"""Commands of certificates: verify, certify, skills."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from grader import catalog, errors
from grader.canonical import plain
from grader.certify.bundle import SUFFIX
from grader.certify.certifying import certify as certify_attempt
from grader.certify.keyring import look_for_keys
from grader.certify.office import Recipient
from grader.certify.skills import SkillStanding, TrackStanding, standing_of
from grader.certify.statement import Found, Statement, as_plain
from grader.certify.verification import verify_file
from grader.cli.app import AsJson, Assignments, settings, store
from grader.cli.commands import app
from grader.cli.confirming import asked_for, confirm_if_need_be
from grader.cli.console import say
from grader.cli.office import now, office, write
from grader.cli.replaying import plain_replay, replayed, said_of_replay, worst
from grader.credential import NOBODY, Standing, Trust, load_trust
from grader.credential.badge_image import bake
from grader.errors import UsageError
from grader.render.html import certificate_page
from grader.render.pdf import certificate_pdf
from grader.render.qr import qr_png
from grader.render.site import page_url
from grader.render.text import printable
from grader.settings import Settings
from grader.store.certificates import Certificate
from grader.store.requests import Request

TRUST = "trust.toml"
LONGEST_NAME = 120
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
    replay: Annotated[  # noqa: FBT002 - typer reads options so
        bool,
        typer.Option("--replay", help="Grade the stored submission again, and compare; for who holds the store."),
    ] = False,
    as_json: AsJson = False,  # noqa: FBT002
    assignments: Assignments = None,
) -> None:
    """Say what a certificate establishes, and what not. Exits with 0 established, 1 refused, 6 cannot tell.

    Nothing is fetched. Keys that come with the file are never trust.
    """
    known = settings(assignments)
    lists = [_content(one) for one in status or []]
    statement = verify_file(_content(file), _trust(known, trust), at=now(), status_lists=lists)
    again = replayed(known, statement) if replay else None
    if as_json:
        typer.echo(
            json.dumps(as_plain(statement) | ({} if again is None else {"replay": plain_replay(again)}), indent=2)
        )
    else:
        typer.echo("\n".join([*_said(statement), *(() if again is None else said_of_replay(again))]))
    raise typer.Exit(EXIT_CODES[worst(statement.standing, statement.standing if again is None else again.standing)])


@app.command()
def certify(  # noqa: PLR0913, PLR0917 - each is an option of the command
    attempt: Annotated[str, typer.Argument(metavar="ATTEMPT", help="An attempt's id, as `submit` printed it.")],
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="The learner's name, as printed.")] = "",
    email: Annotated[str, typer.Option("--email", metavar="ADDRESS", help="By which they show it is theirs.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The bundle; by default in this folder.")
    ] = None,
    page: Annotated[Path | None, typer.Option("--page", metavar="FILE", help="Write it as an HTML page, too.")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Write it as a PDF, too.")] = None,
    badge: Annotated[Path | None, typer.Option("--badge", metavar="FILE", help="Write it as a PNG, too.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="With a queue: wait until it is released.")] = False,  # noqa: FBT002
    assignments: Assignments = None,
) -> None:
    """Certify a graded attempt and write its bundle. Exits with 1 when something speaks against it, and says what.

    What was graded in a cell is graded again first, in boxes of its own, and must be found the same.

    Asked again, it writes the same bundle, whoever is named then. Page, PDF and picture are for people; each says where
    the certificate is checked, so they need GRADER_PUBLIC_URL.
    """
    known = settings(assignments)
    if (page or pdf or badge) and not known.public_url:
        raise UsageError(
            "--page, --pdf and --badge say where a certificate is checked: set GRADER_PUBLIC_URL to where the export "
            "of the ledger is to be found"
        )
    for option, text in (("--name", name), ("--email", email)):
        if not text.isprintable() or len(text) > LONGEST_NAME or text != text.strip():
            raise UsageError(f"{option}: found {text[:40]!a}; expected one line of at most {LONGEST_NAME} letters")
    target = out or Path(f"{attempt}{SUFFIX}")
    if known.redis_url:
        certificate = asked_for(known, Request(attempt=attempt, name=name, email=email), wait=wait)
    else:
        look_for_keys(known)
        confirm_if_need_be(known, attempt)
        with office(known) as opened:
            certificate = certify_attempt(opened, attempt, Recipient(name=name, email=email), at=now())
    content = certificate.bundle or b""
    if target.exists() and (not target.is_file() or target.read_bytes() != content):
        raise UsageError(f"{target} is there already and is something else: name another file with --out")
    write(target, content)
    for path, drawn in ((page, as_page), (pdf, as_pdf), (badge, as_badge)):
        if path is not None:
            write(path, drawn(certificate, page_url(known.public_url, certificate.id)))
    typer.echo(f"{certificate.id}  {target}")
    if certificate.revoked_at:
        say(f"it was revoked at {certificate.revoked_at}")
    elif certificate.is_suspended:
        say("it is suspended; `grader reinstate` ends that")
    say(f"certified; look at it with: grader verify {target}")


@app.command()
def skills(
    learner: Annotated[str, typer.Argument(metavar="LEARNER", help="Who, as attempts name them.")],
    as_json: AsJson = False,  # noqa: FBT002 - typer reads options so
    assignments: Assignments = None,
) -> None:
    """Show which skills and tracks a learner has, and what is missing."""
    known = settings(assignments)
    standing = standing_of(learner, catalog.roadmap(known.assignments), store(known))
    if as_json:
        typer.echo(json.dumps(plain(standing), indent=2))
        return
    lines = [
        *map(_skill, standing.skills),
        *(["", "Tracks:"] if standing.tracks else []),
        *map(_track, standing.tracks),
    ]
    typer.echo("\n".join(lines) or "there is no roadmap: no skills.toml beside the packs")


def as_page(certificate: Certificate, url: str) -> bytes:
    """Return a certificate as a page for people."""
    return certificate_page(certificate.credential, url=url).encode()


def as_pdf(certificate: Certificate, url: str) -> bytes:
    """Return a certificate as a PDF that carries its bundle."""
    bundle = {f"{certificate.attempt}{SUFFIX}": certificate.bundle or b""}
    return certificate_pdf(certificate.credential, url=url, attached=bundle)


def as_badge(certificate: Certificate, url: str) -> bytes:
    """Return a certificate as a picture that carries it: the code of where it is checked."""
    return bake(qr_png(url), certificate.credential)


def _skill(one: SkillStanding) -> str:
    has = f"{one.level_name} ({one.level})" if one.level else "not yet"
    sealed = ", certified" if one.certified else ""
    missing = f"; next: {one.missing}" if one.missing else ""
    return f"{one.name}: {has}{sealed}{missing}"


def _track(one: TrackStanding) -> str:
    return f"{one.name}: " + ("all there" if not one.missing else "missing " + "; ".join(one.missing))


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


def _said(statement: Statement) -> list[str]:
    """Return the statement as lines for a person; what a stranger wrote in them acts on no terminal."""
    at = statement.at.strftime("%Y-%m-%d %H:%M UTC")
    lines = [_HEADS[statement.standing].format(at=at), "", *map(_found, statement.found)]
    if statement.lines:
        by = statement.trusted_as or "somebody whom you do not trust"
        head = f"What is signed, by {printable(by, 120)}:" if statement.intact else "What it says, unproved:"
        lines += ["", head, ""]
        width = max(len(line.label) for line in statement.lines)
        lines += [f"  {printable(one.label, 80):{width}}  {printable(one.value, 600)}" for one in statement.lines]
    return [*lines, "", "Not established:", "", *(f"  - {one}" for one in statement.not_established)]


def _found(one: Found) -> str:
    mark = "-" if one.subject == "remark" else _MARKS[one.standing]
    return f"  {mark} {one.subject}: {printable(one.sentence, 400)}"
