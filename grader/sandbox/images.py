"""Image families: what a box is made of. Builds them, finds them, carries them.

A family is a folder `sandbox/images/<family>/` with a Dockerfile that names what it builds on: another family
(`ARG BASE=grader/<family>`) or a Python image of the outside world. `sandbox/images/Dockerfile` then puts the runner on
top, last and alone, so that a change of the runner builds no library anew.

The recipe (`grader.sandbox.recipes`) is a label of the image, and an image whose recipe is not that of the sources here
is not used: what graded a submission is always what the checkout says.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker

from grader.errors import EngineError
from grader.sandbox import recipes, wheels

Progress = Callable[[str], None]
Client = docker.DockerClient

OFFICIAL_BASE = "python:3.11-slim-bookworm"
LOCAL_BASE = "grader/base:local"
BUILD_SILENCE_SECONDS = 1800  # unpacking and compiling a gigabyte of libraries says nothing for minutes
CARRY_SILENCE_SECONDS = 600  # an engine packs and unpacks gigabytes of layers before it says a word

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Image:
    """A family as it is on this machine: `recipe` is what a report pins, `id` only circumstance."""

    family: str
    id: str
    recipe: str
    base: str


def default_base(client: docker.DockerClient) -> str:
    """Return the name of the image that families are built on: ours where it was made, else the official one."""
    return LOCAL_BASE if _labels(client, LOCAL_BASE) is not None else OFFICIAL_BASE


def find(client: docker.DockerClient, family: str, sandbox_dir: Path) -> Image:
    """Return the image of a family, if it is what the sources here describe.

    Raises:
        EngineError: it is not built, or was built from other sources.
    """
    recipes.line(family, sandbox_dir)
    with engine():
        try:
            found = client.images.get(f"grader/{family}")
        except docker.errors.ImageNotFound as error:
            raise EngineError(f"image {family} is not built: run `grader images build {family}`") from error
    base = found.labels.get("grader.base", "")
    recipe = recipes.recipe_digest(family, base, sandbox_dir)
    if found.labels.get("grader.recipe") != recipe:
        raise EngineError(f"image {family} was built from other sources than these: run `grader images build {family}`")
    return Image(family, found.id, recipe, base)


def build(
    client: docker.DockerClient,
    family: str,
    *,
    base: str,
    progress: Progress,
    sandbox_dir: Path,
    force: bool = False,
) -> Image:
    """Build a family and, before it, all it builds on; what is there from the same sources stays (unless `force`).

    Raises:
        EngineError: a build failed; its last lines are in the message.
    """
    below = base
    for member in recipes.line(family, sandbox_dir):
        bare = f"grader/{member.name}:bare"
        labels = _label(member.name, recipes.bare_digest(member.name, base, sandbox_dir), base)
        if force or not _is(client, bare, labels):
            with wheels.offered(member.name, sandbox_dir, machine(client), progress) as arguments:
                _build(
                    client,
                    bare,
                    files=recipes.files(sandbox_dir, f"images/{member.name}"),
                    dockerfile=f"images/{member.name}/Dockerfile",
                    arguments={"BASE": below, **arguments},
                    labels=labels,
                    progress=progress,
                    force=force,
                )
        below = bare
    labels = _label(family, recipes.recipe_digest(family, base, sandbox_dir), base)
    if not force and _is(client, f"grader/{family}", labels):
        return find(client, family, sandbox_dir)
    _build(
        client,
        f"grader/{family}",
        files=recipes.runner(sandbox_dir),
        dockerfile=recipes.TOP,
        arguments={"BASE": below},
        labels=labels,
        progress=progress,
        force=force,
    )
    return find(client, family, sandbox_dir)


# --- as an archive (see carrying) -------------------------------------------------------------------------------------


def save(client: docker.DockerClient, families: Sequence[str], chunk_bytes: int) -> Iterator[bytes]:
    """Yield families as one archive, in chunks, each layer once."""
    # the client's own method takes one name; without :latest an engine adds all other tags of that name
    address = f"{client.api.base_url}/v{client.api.api_version}/images/get"
    names = [f"grader/{family}:latest" for family in families]
    with (
        engine(),
        client.api.get(address, params={"names": names}, stream=True, timeout=CARRY_SILENCE_SECONDS) as answer,
    ):
        answer.raise_for_status()
        yield from answer.iter_content(chunk_bytes)


def load(client: docker.DockerClient, archive: Iterator[bytes]) -> None:
    """Give the engine an archive of images, compressed or not; their tags then name what is in it.

    Raises:
        EngineError: it does not take it.
    """
    client.api.timeout = CARRY_SILENCE_SECONDS
    with engine():
        for chunk in client.api.load_image(archive, quiet=False):
            if "error" in chunk:
                raise EngineError(f"the Docker engine does not take these images: {chunk['error']}")


def machine(client: docker.DockerClient) -> str:
    """Return the kind of processor that the engine has, as images name it."""
    with engine():
        return str(client.version()["Arch"])


# --- one build --------------------------------------------------------------------------------------------------------


def _label(family: str, recipe: str, base: str) -> dict[str, str]:
    return {"grader.family": family, "grader.recipe": recipe, "grader.base": base}


def _labels(client: docker.DockerClient, tag: str) -> dict[str, str] | None:
    """Return the labels of an image, or None where there is no such image."""
    with engine():
        try:
            return dict(client.images.get(tag).labels)
        except docker.errors.ImageNotFound:
            return None


def _is(client: docker.DockerClient, tag: str, labels: Mapping[str, str]) -> bool:
    """Whether a tag names an image of the recipe that the labels name."""
    return (_labels(client, tag) or {}).get("grader.recipe") == labels["grader.recipe"]


def _build(
    client: docker.DockerClient,
    tag: str,
    *,
    files: Mapping[str, bytes],
    dockerfile: str,
    arguments: dict[str, str],
    labels: dict[str, str],
    progress: Progress,
    force: bool,
) -> None:
    below = arguments["BASE"]
    progress(f"building {tag} on {below}")
    last: deque[str] = deque(maxlen=12)
    with engine():
        chunks = client.api.build(
            fileobj=_context(files),
            custom_context=True,
            dockerfile=dockerfile,
            tag=tag,
            buildargs=arguments,
            labels=labels,
            network_mode="host",
            nocache=force,
            rm=True,
            forcerm=True,
            decode=True,
            timeout=BUILD_SILENCE_SECONDS,
        )
        for line in _lines(chunks):
            last.append(line)
            progress(line)
        if not _is(client, tag, labels):
            raise EngineError(f"building {tag} on {below} failed; its last lines:\n" + "\n".join(last))
        # what this tag named before is nobody's now
        family = labels["grader.family"]
        client.images.prune(filters={"dangling": True, "label": f"grader.family={family}"})


def _lines(chunks: Iterator[dict[str, Any]]) -> Iterator[str]:
    """Yield what a build says, line by line, its error last."""
    for chunk in chunks:
        text = chunk.get("stream") or chunk.get("error") or ""
        yield from (line for line in _COLOUR.sub("", text).splitlines() if line.strip())


def _context(files: Mapping[str, bytes]) -> io.BytesIO:
    """Return the files as a build context: exactly what the recipe covers, with the same modes on every host."""
    folders = sorted({str(parent) for path in files for parent in Path(path).parents} - {"."})
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for folder in folders:
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    packed.seek(0)
    return packed


@contextmanager
def engine() -> Iterator[None]:
    """Turn whatever the Docker engine or the way to it raises into an EngineError."""
    try:
        yield
    except (docker.errors.DockerException, OSError) as error:
        raise EngineError(
            f"the Docker engine could not do it ({error}): see `docker info`, or run scripts/docker.sh"
        ) from error
