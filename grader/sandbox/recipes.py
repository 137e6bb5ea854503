"""Recipes: all that decides what an image of a family holds, as one digest.

A family is a folder `sandbox/images/<family>/` with a Dockerfile that names what it builds on: another family
(`ARG BASE=grader/<family>`) or a Python image of the outside world. Images built on two hosts differ byte for byte, so
no report can pin an image id; it pins the recipe: every file that goes into the build, and the name of the base.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from grader.canonical import digest, digest_tree
from grader.errors import EngineError

_BUILDS_ON = re.compile(r"^ARG BASE=grader/([a-z0-9-]+)", re.MULTILINE)
_REQUIREMENT = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)(?:.*\\\n)*.*$", re.MULTILINE)
_PROMISES = re.compile(r'^LABEL grader\.promises="([^"]*)"', re.MULTILINE)
_PACKAGE = re.compile(r"^([a-z0-9][a-z0-9.+-]*)=(\S+)$", re.MULTILINE)
TOP = "images/Dockerfile"

LIGHT = ("python-core", "python-ml", "cpp", "java")
"""Families that every installation is built with: minutes and a gigabyte together. The others are built by name."""


@dataclass(frozen=True)
class Family:
    """One kind of image, by its name, and the family it builds on (None: on the base)."""

    name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """A library that a family is pinned to.

    Attributes:
        name: as its index writes it, in small letters.
        version: with its local part, if it has one.
        text: the whole entry of requirements.txt, hashes included.
    """

    name: str
    version: str
    text: str


def families(sandbox_dir: Path) -> dict[str, Family]:
    """Return every family that has a folder, by name."""
    found = {}
    for dockerfile in sorted(sandbox_dir.glob("images/*/Dockerfile")):
        builds_on = _BUILDS_ON.search(dockerfile.read_text(encoding="utf-8"))
        name = dockerfile.parent.name
        found[name] = Family(name, builds_on[1] if builds_on else None)
    return found


def recipe_digest(family: str, base_name: str, sandbox_dir: Path) -> str:
    """Return the digest of all that decides what a box of `family` holds and may do: runner and profiles included."""
    everything = sources(family, sandbox_dir) | runner(sandbox_dir) | files(sandbox_dir, "seccomp")
    return digest({"base": base_name, "files": digest_tree(everything)})


def bare_digest(family: str, base_name: str, sandbox_dir: Path) -> str:
    """Return the digest of what a family holds below the runner, `grader/<family>:bare`: what its children build on."""
    return digest({"base": base_name, "files": digest_tree(sources(family, sandbox_dir))})


def line(family: str, sandbox_dir: Path) -> list[Family]:
    """Return the family and all it builds on, the first to be built first."""
    known = families(sandbox_dir)
    found: list[Family] = []
    name: str | None = family
    while name is not None:
        if name not in known:
            raise EngineError(f"there is no image family {name}: {sandbox_dir}/images has {', '.join(known) or 'none'}")
        if known[name] in found:
            raise EngineError(f"image family {name} builds on itself: change ARG BASE in its Dockerfile")
        found.insert(0, known[name])
        name = known[name].parent
    return found


def requirements(family: str, sandbox_dir: Path) -> list[Requirement]:
    """Return what a family's own requirements.txt pins: whatever it asks for, what is below it included."""
    locked = sandbox_dir / "images" / family / "requirements.txt"
    text = locked.read_text(encoding="utf-8") if locked.is_file() else ""
    return [Requirement(found[1], found[2], found[0]) for found in _REQUIREMENT.finditer(text)]


def pins(family: str, sandbox_dir: Path) -> dict[str, str]:
    """Return the version of every library in a family's image, those of the families it builds on included."""
    return {
        found.name: found.version
        for member in line(family, sandbox_dir)
        for found in requirements(member.name, sandbox_dir)
    }


def packages(family: str, sandbox_dir: Path) -> dict[str, str]:
    """Return the version of every Debian package that a family, or one it builds on, is pinned to."""
    found: dict[str, str] = {}
    for member in line(family, sandbox_dir):
        locked = sandbox_dir / "images" / member.name / "packages.txt"
        if locked.is_file():
            found.update(_PACKAGE.findall(locked.read_text(encoding="utf-8")))
    return found


def promises(family: str, sandbox_dir: Path) -> list[str]:
    """Return the modules that a box of a family can import, as its Dockerfile promises."""
    dockerfile = sandbox_dir / "images" / family / "Dockerfile"
    found = _PROMISES.search(dockerfile.read_text(encoding="utf-8"))
    return found[1].replace("\\\n", " ").split() if found else []


def sources(family: str, sandbox_dir: Path) -> dict[str, bytes]:
    """Return the files of a family's folder and of all it builds on, by path in the build context."""
    return {
        path: content
        for member in line(family, sandbox_dir)
        for path, content in files(sandbox_dir, f"images/{member.name}").items()
    }


def runner(sandbox_dir: Path) -> dict[str, bytes]:
    """Return the files that every family gets on top: runner, adapters, and the Dockerfile that puts them there."""
    return files(sandbox_dir, "runner") | files(sandbox_dir, "adapters") | {TOP: (sandbox_dir / TOP).read_bytes()}


def files(sandbox_dir: Path, folder: str) -> dict[str, bytes]:
    """Return the files below a folder of `sandbox/` that go into a build, by path in the build context.

    What a family is tried with (`self_test.py`) and what its lists are made from (`*.in`) decide nothing in an image.
    """
    return {
        path.relative_to(sandbox_dir).as_posix(): path.read_bytes()
        for path in sorted((sandbox_dir / folder).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.name != "self_test.py" and path.suffix != ".in"
    }
