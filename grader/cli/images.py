"""Commands for the images that boxes are made of: build them, try them, carry them, agree on them."""

from __future__ import annotations

import difflib
import json
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.cli.app import AsJson, progress, settings, store
from grader.cli.commands import Listed, app
from grader.cli.console import say
from grader.errors import EngineError, UsageError
from grader.sandbox import carrying, images, recipes, roots
from grader.sandbox.choice import named
from grader.sandbox.docker_client import connect
from grader.sandbox.interface import Sandbox
from grader.sandbox.self_test import self_test
from grader.settings import resource

image_commands = typer.Typer(cls=Listed, help="The images that boxes are made of.", no_args_is_help=True)
app.add_typer(image_commands, name="images")


@image_commands.command("build")
def build_images(
    families: Annotated[
        list[str] | None, typer.Argument(metavar="[FAMILY]...", help="By default the light ones.")
    ] = None,
    base: Annotated[str, typer.Option("--base", metavar="IMAGE", help="The Python image to build on.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Build every family there is.")] = False,  # noqa: FBT002 - typer reads options so
    force: Annotated[bool, typer.Option("--force", help="Build even what is there already.")] = False,  # noqa: FBT002 - typer reads options so
) -> None:
    """Build image families; what is there and unchanged is left alone."""
    known, folder = settings(None), resource("sandbox")
    client = connect() if known.sandbox != "embedded" else None
    for family in _known(families) or _by_default(every=every, embedded=client is None):
        with progress(f"image {family}") as told:
            if client is None:
                recipe = roots.build(family, progress=told, sandbox_dir=folder, force=force).recipe
            else:
                chosen = base or known.image_base or images.default_base(client)
                recipe = images.build(
                    client, family, base=chosen, progress=told, sandbox_dir=folder, force=force
                ).recipe
        typer.echo(f"{family}  {recipe}")


def _known(named: list[str] | None) -> list[str]:
    """Return the families that were named.

    Raises:
        UsageError: a name that is none.
    """
    there = list(recipes.families(resource("sandbox")))
    for name in named or ():
        if name not in there:
            close = difflib.get_close_matches(name, there, n=1, cutoff=0)
            raise UsageError(f"there is no image family {name!r}, only {', '.join(there)}: {close[0]}?")
    return named or []


def _by_default(*, every: bool, embedded: bool) -> list[str]:
    """Return the families that are built where none is named: the light ones or all, of those that can be had here."""
    heavy = [name for name in recipes.families(resource("sandbox")) if name not in recipes.LIGHT]
    meant = [*recipes.LIGHT, *(heavy if every else ())]
    return [name for name in meant if not embedded or name in roots.FAMILIES]


@image_commands.command("test")
def try_images(
    families: Annotated[
        list[str] | None, typer.Argument(metavar="[FAMILY]...", help="By default those that are built.")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer reads options so
) -> None:
    """Try image families, each in a box: what they promise imports, works, and has the versions it is pinned to."""
    known, folder = settings(None), resource("sandbox")
    back_end, tried = named(known.sandbox or "docker"), {}
    for family in _known(families) or _there(back_end):
        with progress(f"image {family}") as told:
            told("trying it")
            tried[family] = self_test(back_end, family, folder)
        if not as_json:
            typer.echo(f"{family}  holds what it promises, {len(tried[family])} pinned versions seen")
    if as_json:
        typer.echo(json.dumps(tried, indent=2))


def _there(back_end: Sandbox) -> list[str]:
    """Return the families that a back end has from the sources here.

    Raises:
        EngineError: none.
    """
    found = []
    for family in recipes.families(resource("sandbox")):
        with suppress(EngineError):
            back_end.recipe(family)
            found.append(family)
    if not found:
        message = "there is no image to try: run `grader images build`"
        raise EngineError(message)
    return found


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
