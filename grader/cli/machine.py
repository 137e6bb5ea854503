"""Commands for whoever keeps the machine: images, doctor."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.canonical import plain
from grader.cli.app import AsJson, Assignments, progress, settings, store
from grader.cli.commands import Listed, app
from grader.cli.console import say
from grader.doctor import examine, promises
from grader.errors import EngineError, UsageError
from grader.sandbox import carrying, images, recipes, roots
from grader.sandbox.choice import named
from grader.sandbox.docker import connect
from grader.sandbox.probe import Tried
from grader.sandbox.promises import REQUIRED, Promise
from grader.settings import BACK_ENDS, resource

image_commands = typer.Typer(cls=Listed, help="The images that boxes are made of.", no_args_is_help=True)
app.add_typer(image_commands, name="images")


@image_commands.command("build")
def build_images(
    families: Annotated[
        list[str] | None, typer.Argument(metavar="[FAMILY]...", help="By default all there are.")
    ] = None,
    base: Annotated[str, typer.Option("--base", metavar="IMAGE", help="The Python image to build on.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Build even what is there already.")] = False,  # noqa: FBT002 - typer reads options so
) -> None:
    """Build image families; what is there and unchanged is left alone."""
    known, folder = settings(None), resource("sandbox")
    client = connect() if known.sandbox != "embedded" else None
    for family in families or recipes.families(folder):
        with progress(f"image {family}") as told:
            if client is None:
                recipe = roots.build(family, progress=told, sandbox_dir=folder, force=force).recipe
            else:
                chosen = base or known.image_base or images.default_base(client)
                recipe = images.build(
                    client, family, base=chosen, progress=told, sandbox_dir=folder, force=force
                ).recipe
        typer.echo(f"{family}  {recipe}")


@image_commands.command("list")
def list_images(as_json: AsJson = False) -> None:  # noqa: FBT002 - typer reads options so
    """List image families, and whether each is built from the sources that are here."""
    known, folder = settings(None), resource("sandbox")
    client = connect() if known.sandbox != "embedded" else None
    rows = []
    for family in recipes.families(folder):
        try:
            found = roots.find(family, folder) if client is None else images.find(client, family, folder)
            state, recipe = "built", found.recipe
        except EngineError as error:
            state, recipe = str(error), ""
        rows.append({"family": family, "state": state, "recipe": recipe})
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    table = Table("family", "state", "recipe", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row.values()))
    Console().print(table)


@image_commands.command("save")
def save_images(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, such as images.tar.gz.")],
    families: Annotated[
        list[str] | None, typer.Argument(metavar="[FAMILY]...", help="By default all that are built.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,  # noqa: FBT002 - typer reads options so
) -> None:
    """Write image families into one file, for `grader images load` on other hosts."""
    client, folder = _engine_with_images(), resource("sandbox")
    carrying.refuse_to_write(file, force=force)
    chosen = families or _built(client, folder)
    with progress(f"images into {file}") as told:
        saved = carrying.save(client, chosen, file, sandbox_dir=folder, progress=told, force=force)
    megabytes = file.stat().st_size / 10**6
    say(f"{file} has {megabytes:.0f} MB; what is in it decides what grades: carry it as you carry code")
    for image in saved:
        typer.echo(f"{image.family}  {image.recipe}")


@image_commands.command("load")
def load_images(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `grader images save` wrote.")],
    as_json: AsJson = False,  # noqa: FBT002 - typer reads options so
) -> None:
    """Load image families that another host saved, if they are of the sources that are here."""
    client = _engine_with_images()
    with progress(f"images from {file}") as told:
        loaded = carrying.load(client, file, sandbox_dir=resource("sandbox"), progress=told)
    if as_json:
        rows = [{"family": image.family, "recipe": image.recipe, "id": image.id} for image in loaded]
        typer.echo(json.dumps(rows, indent=2))
        return
    for image in loaded:
        typer.echo(f"{image.family}  {image.recipe}")


def _engine_with_images() -> images.Client:
    """Return a client of the Docker engine, where boxes are made of images."""
    if settings(None).sandbox == "embedded":
        message = (
            "GRADER_SANDBOX is embedded, which has no images: what its boxes are made of is bound to a host's own "
            "Python, so run `grader images build` on each host"
        )
        raise UsageError(message)
    return connect()


def _built(client: images.Client, folder: Path) -> list[str]:
    """Return the families that are built from the sources here; says which are not."""
    found = []
    for family in recipes.families(folder):
        try:
            images.find(client, family, folder)
        except EngineError as error:
            say(f"left out: {error}")
        else:
            found.append(family)
    if not found:
        message = "there is no image to save: run `grader images build`"
        raise EngineError(message)
    return found


@image_commands.command("adopt")
def adopt_images() -> None:
    """Have this host's images hold for all hosts from now on; workers that have others leave the work to it."""
    known, folder = settings(None), resource("sandbox")
    back_end, here = named(known.sandbox or "docker"), {}
    for family in recipes.families(folder):
        with suppress(EngineError):
            here[family] = back_end.recipe(family)
    store(known).agreement.adopt(here)
    for family, recipe in here.items():
        typer.echo(f"{family}  {recipe}")


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
