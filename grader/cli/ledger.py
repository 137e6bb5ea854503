"""Commands of whoever keeps the ledger and its keys: keys, ledger."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from grader import errors
from grader.certify.keyring import Keyring, make_keyring
from grader.certify.rotation import (
    listed_keys,
    retired_issuing_keys,
    retired_log_keys,
    rotate_issuer,
    rotate_log,
    trust_file,
)
from grader.certify.status_lists import PURPOSES, published_list
from grader.cli.app import AsJson, settings
from grader.cli.commands import Listed, app
from grader.cli.console import say
from grader.cli.office import ledger, now, office
from grader.credential.instants import spelled
from grader.errors import UsageError
from grader.ledger.audit import audit as audit_ledger
from grader.ledger.checkpoint import read_checkpoint
from grader.ledger.entry import read_leaf
from grader.ledger.exported import audit_export
from grader.ledger.finding import Audit
from grader.ledger.note import MOST_BYTES
from grader.ledger.proof import check_growth, read_proof
from grader.ledger.spelling import BadNote
from grader.render.site import GivenUp, export_site
from grader.render.text import printable

key_commands = typer.Typer(cls=Listed, help="The keys of whoever certifies.", no_args_is_help=True)
app.add_typer(key_commands, name="keys")
ledger_commands = typer.Typer(cls=Listed, help="The ledger of what was certified.", no_args_is_help=True)
app.add_typer(ledger_commands, name="ledger")


class Which(Enum):
    """A key that can be changed."""

    ISSUER = "issuer"
    LOG = "log"


@key_commands.command("new")
def new_keys(
    log: Annotated[
        str, typer.Option("--log", metavar="NAME", help="Name of the ledger, such as school.example/ledger.")
    ] = "",
) -> None:
    """Make the issuing key and the ledger's key, and begin the ledger. Nothing that is there is overwritten."""
    known = settings(None)
    if not known.issuer:
        raise UsageError("nobody certifies here: name who does with GRADER_ISSUER; DEMO for demonstrations")
    keyring = make_keyring(known, log)
    with ledger(known) as opened:
        opened.found(keyring.log, spelled(now()))
    typer.echo("\n".join(_said(keyring)))
    say(f"keep {known.home / 'keys'} where only who certifies can read it, and a copy where nobody else can")


@key_commands.command("show")
def show_keys(
    trust: Annotated[bool, typer.Option("--trust", help="Print a trust file for whoever trusts you (TOML).")] = False,  # noqa: FBT002 - typer reads options so
) -> None:
    """Show who certifies here and the public halves of the keys."""
    with office(settings(None)) as opened:
        told = trust_file(opened.keyring, opened.ledger).rstrip("\n") if trust else "\n".join(_said(opened.keyring))
    typer.echo(told)


@key_commands.command("rotate")
def rotate_key(
    which: Annotated[Which, typer.Argument(metavar="KEY", help="issuer or log.")],
    stolen_from: Annotated[
        int | None,
        typer.Option("--stolen-from", metavar="INDEX", min=0, help="The first entry of the ledger not to be believed."),
    ] = None,
) -> None:
    """Have a new key take over; the ledger says so, and the old one signs nothing more. Asked again, it goes on."""
    rotate = rotate_issuer if which is Which.ISSUER else rotate_log
    with office(settings(None), retired=True) as opened:
        new = rotate(opened, at=spelled(now()), stolen_from=stolen_from)
    typer.echo(f"{which.value}  {new}")
    say("export the ledger, hand out `grader keys show --trust` again, and keep a copy of the new key")


@ledger_commands.command("show")
def show_ledger(
    index: Annotated[int | None, typer.Argument(metavar="[INDEX]", help="Of an entry; by default the whole.")] = None,
) -> None:
    """Show the newest checkpoint, or what everybody can read of an entry. Private parts are not shown."""
    with ledger(settings(None)) as opened:
        if index is None:
            typer.echo(opened.checkpoint().decode(), nl=False)
            return
        entry = opened.entry(index)
        leaf = read_leaf(entry.leaf)
    private = "public" if leaf.content else "private part kept" if entry.private else "private part erased"
    typer.echo(f"{index}  {leaf.kind.value}  {leaf.day}  {entry.hash.hex()}  {private}")
    typer.echo(entry.leaf.decode())


@ledger_commands.command("audit")
def audit(
    folder: Annotated[
        Path | None, typer.Option("--export", metavar="DIR", help="Audit an exported ledger instead of this one.")
    ] = None,
    vkey: Annotated[str, typer.Option("--vkey", metavar="VKEY", help="With --export: the key that you trust.")] = "",
    old: Annotated[
        list[Path] | None,
        typer.Option("--old", metavar="FILE", help="With --export: an older checkpoint or proof; can be repeated."),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer reads options so
) -> None:
    """Hash everything again and compare it with everything that was signed. Exits with 1 when something is wrong."""
    if folder is not None:
        if not vkey:
            raise UsageError("--export needs --vkey, the ledger's key as you got it from its keeper")
        found = audit_export(folder, vkey, [_content(one) for one in old or []])
    elif vkey or old:
        raise UsageError("--vkey and --old are for --export; for checkpoints see `grader ledger consistency`")
    else:
        with ledger(settings(None)) as opened:
            found = audit_ledger(opened)
    _tell(found, as_json=as_json)
    raise typer.Exit(errors.PASSED if found.sound else errors.NOT_PASSED)


@ledger_commands.command("consistency")
def consistency(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A checkpoint or a proof from before.")],
) -> None:
    """Show that the ledger of today begins with that of an older checkpoint. Exits with 1 when it does not."""
    content = _content(old)
    try:
        note = read_proof(content).note
    except BadNote:
        note = content
    with ledger(settings(None)) as opened:
        newest = opened.checkpoint()
        size = read_checkpoint(note).size
        if size > read_checkpoint(newest).size:
            typer.echo("no: that checkpoint covers more entries than the ledger has; entries were lost")
            raise typer.Exit(errors.NOT_PASSED)
        keys = opened.keys()
        known = [*keys.known(size), *keys.known(opened.size)]  # one that was stolen since still speaks for its own time
        then, now = check_growth(note, newest, opened.consistency(note, newest), known)
    typer.echo(f"yes: the {now.size} entries of {now.origin} begin with those {then.size}")


@ledger_commands.command("export")
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder, or one that was exported before.")],
) -> None:
    """Write all that is public as files for any web server, and the page that checks certificates."""
    at = now()
    with office(settings(None)) as opened:
        page = export_site(
            folder,
            opened.ledger,
            issuer=opened.keyring.issuer,
            multikeys=listed_keys(opened.keyring, opened.ledger),
            vkeys=[opened.keyring.log.verifier.vkey],
            given_up=GivenUp(issuing=retired_issuing_keys(opened.ledger), log=retired_log_keys(opened.ledger)),
            status_lists=[published_list(opened, purpose, at=at) for purpose in PURPOSES],
            at=spelled(at),
        )
        size = read_checkpoint(opened.ledger.checkpoint()).size
    typer.echo(f"{folder} holds {size} entries and the page that checks certificates, {page}")


def _said(keyring: Keyring) -> list[str]:
    return [
        f"issuer       {keyring.issuer.name}",
        f"identity     {keyring.issuer.did}",
        f"public key   {keyring.key.multikey}",
        f"ledger       {keyring.log.verifier.vkey}",
        f"status list  {keyring.list_id}",
    ]


def _tell(found: Audit, *, as_json: bool) -> None:
    if as_json:
        rows = [{"where": one.where, "what": one.what} for one in found.findings]
        about = {"size": found.size, "checkpoints": found.checkpoints, "erased": found.erased, "sound": found.sound}
        typer.echo(json.dumps({**about, "findings": rows}, indent=2))
        return
    for one in found.findings:
        typer.echo(printable(str(one), 600))
    state = "sound" if found.sound else f"{len(found.findings)} things are wrong"
    typer.echo(f"{found.size} entries, {found.checkpoints} checkpoints, {found.erased} private parts erased: {state}")


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
