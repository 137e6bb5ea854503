"""Images as a file, from one host to another, so that all workers grade with the very same bytes.

The file is what `docker save` writes, gzip-compressed: image families share their lower layers, and one archive holds
each layer once. Only the finished images are in it, not the bare ones that others are built on: a worker needs no more.

Theory of operation. What a file holds is read before the engine hears of it: that it is whole, holds image families and
nothing else, of the sources here and of this machine's kind. Loading moves tags, so a file that is refused afterwards
would already have taken the place of images that were right. A file that was just written is read in the same way,
because an engine that fails in the middle ends its answer as if it were whole. Nothing here knows who wrote a file:
whoever can change it decides what grades.
"""

from __future__ import annotations

import gzip
import json
import re
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import EngineError, UsageError
from grader.sandbox import images, recipes

CHUNK_BYTES = 2**20
FASTEST = 1
"""Level of compression: better ones cost more time than the network they save."""
MOST_DESCRIPTION = 2**20
"""Bytes that the description of an image may have, in JSON; what is longer is a layer."""
SAID_EVERY = 25 * 10**6
"""Bytes between two words of progress."""

_TAG = re.compile(r"grader/([a-z0-9-]+):latest")
_DAMAGE = (EOFError, zlib.error, tarfile.TarError, gzip.BadGzipFile)


@dataclass(frozen=True, slots=True)
class Carried:
    """A family as a file holds it.

    Attributes:
        family: its name.
        recipe: what it says it was built from.
        base: name of the image it was built on, there.
        machine: kind of processor, as Docker names it.
    """

    family: str
    recipe: str
    base: str
    machine: str


def save(
    client: images.Client,
    families: Sequence[str],
    file: Path,
    *,
    sandbox_dir: Path,
    progress: images.Progress,
    force: bool = False,
) -> list[images.Image]:
    """Write families into one file, whole or not at all.

    Raises:
        UsageError: the file may not be written there.
        EngineError: a family is not built, or not from the sources here; or the engine or the disk failed.
    """
    refuse_to_write(file, force=force)
    found = [images.find(client, family, sandbox_dir) for family in dict.fromkeys(families)]
    with _new_file(file) as temporary:
        with gzip.open(temporary, "wb", compresslevel=FASTEST) as packed:
            for chunk in _counted(images.save(client, [image.family for image in found], CHUNK_BYTES), progress):
                packed.write(chunk)
        progress("looking whether it is whole")
        _refuse_half(temporary, found)
    return found


def load(client: images.Client, file: Path, *, sandbox_dir: Path, progress: images.Progress) -> list[images.Image]:
    """Give the engine what a file holds.

    Raises:
        UsageError: the file cannot be read, is damaged, or is none of ours.
        EngineError: an image in it is of other sources than those here, or for another machine; or the engine failed.
    """
    progress("looking whether it is whole")
    held = _held(file)
    machine = images.machine(client)
    for one in held:
        _refuse_others(one, file, machine, sandbox_dir)
    with file.open("rb") as packed:
        images.load(client, _counted(iter(lambda: packed.read(CHUNK_BYTES), b""), progress))
    return [images.find(client, one.family, sandbox_dir) for one in held]


def refuse_to_write(file: Path, *, force: bool) -> None:
    """Say before the work, not after it, that a file cannot be written.

    Raises:
        UsageError: no folder, a folder in its place, or a file that is there already.
    """
    if not file.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {file.parent}: make it, or choose another")
    if file.is_dir():
        raise UsageError(f"{file} is a folder; expected the name of a new file")
    if file.exists() and not force:
        raise UsageError(f"{file} is there already: choose another name, or overwrite it with --force")


def _refuse_half(written: Path, asked: Iterable[images.Image]) -> None:
    """Raise if what the engine gave is not all that was asked of it."""
    try:
        whole = {one.family: one.recipe for one in _held(written)} == {image.family: image.recipe for image in asked}
    except UsageError:
        whole = False
    if not whole:
        raise EngineError(
            "the Docker engine gave other than what was asked of it, perhaps because its disk is full or an image was "
            "built meanwhile; nothing was written: see its log, and try again"
        )


@contextmanager
def _new_file(file: Path) -> Iterator[Path]:
    """Give a temporary file beside `file` that takes its place at the end, if all went well."""
    try:
        with tempfile.NamedTemporaryFile(dir=file.absolute().parent, prefix=f".{file.name}-", delete=False) as made:
            temporary = Path(made.name)
        try:
            yield temporary
            temporary.chmod(0o644)
            temporary.rename(file)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise EngineError(f"cannot write {file}: {error.strerror or error}") from error


def _counted(chunks: Iterable[bytes], progress: images.Progress) -> Iterator[bytes]:
    """Yield the chunks, and say how many megabytes they were so far."""
    done, said = 0, 0
    for chunk in chunks:
        yield chunk
        done += len(chunk)
        if done - said >= SAID_EVERY:
            progress(f"{done // 10**6} MB")
            said = done
    progress(f"{done / 10**6:.0f} MB in all")


# --- what a file holds ------------------------------------------------------------------------------------------------


def _held(file: Path) -> list[Carried]:
    """Go through a file to its end, and return the families in it.

    Raises:
        UsageError: it cannot be read, is not whole, or holds something else.
    """
    described: dict[str, bytes] = {}
    try:
        with gzip.open(file) as packed:
            with tarfile.open(fileobj=packed, mode="r|") as archive:
                described.update(_descriptions(archive))
            while packed.read(CHUNK_BYTES):  # on to the checksum
                pass
    except _DAMAGE as error:
        raise UsageError(
            f"{file} is cut off, damaged, or no file of `grader images save` ({error}): carry it once more"
        ) from error
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}") from error
    try:
        found = list(_families(described))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise UsageError(
            f"{file} holds other things than images of grader; expected what `grader images save` wrote"
        ) from error
    return found


def _descriptions(archive: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    """Yield what may be JSON, by name: an archive is a stream, and says only at its end which file describes what."""
    for member in archive:
        content = archive.extractfile(member) if member.isreg() and member.size <= MOST_DESCRIPTION else None
        if content is not None and (text := content.read()).startswith((b"{", b"[")):
            yield member.name, text


def _families(described: dict[str, bytes]) -> Iterator[Carried]:
    """Yield the families of an archive, by its list of images and their descriptions.

    Raises:
        KeyError, TypeError, ValueError: it is not as an archive of families is.
    """
    listed = json.loads(described["manifest.json"])
    if not listed:
        raise ValueError("it lists no image")
    for entry in listed:
        about: dict[str, Any] = json.loads(described[entry["Config"]])
        labels = about["config"]["Labels"]
        (tag,) = entry["RepoTags"]
        name = _TAG.fullmatch(tag)
        if name is None:
            raise ValueError(f"{tag} is no image family")
        yield Carried(name[1], labels["grader.recipe"], labels["grader.base"], about["architecture"])


def _refuse_others(one: Carried, file: Path, machine: str, sandbox_dir: Path) -> None:
    """Raise if an image is not what the sources here would make, or cannot run here."""
    known = one.family in recipes.families(sandbox_dir)
    if not known or recipes.recipe_digest(one.family, one.base, sandbox_dir) != one.recipe:
        raise EngineError(
            f"image {one.family} in {file} comes from other sources than those here, and nothing was loaded: both "
            "hosts need the same version of grader"
        )
    if one.machine != machine:
        raise EngineError(
            f"image {one.family} in {file} is for {one.machine} and this engine's machine is {machine}, so nothing was "
            f"loaded: run `grader images build {one.family}` here"
        )
