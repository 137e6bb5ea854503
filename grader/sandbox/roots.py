"""What boxes of the embedded sandbox are made of, where there are no images: a folder for each image family.

    <roots>/<family>-<recipe>/venv       the family's libraries, by the same hash-locked list as its image
    <roots>/<family>-<recipe>/grader     the runner, with its byte code
    <roots>/<family>-<recipe>/etc        a list of users with nobody in it
    <roots>/<family>-<recipe>/python     a copy of this Python, where it does not lie in /usr

The programs and libraries of the host's /usr are bound beside them, so the recipe names the host's Python as its base.
Root's folders lie where every user may look, because boxes are never root's.

Not every family can be had so. Debian's packages are put into an image and never into a host, so there is no compiler
and no JDK; and the heavy families rest on the environment that their images set, and on a Python that their lists were
locked for. They are refused by name, rather than made and never tried.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import EngineError
from grader.sandbox import recipes
from grader.settings import cache

Progress = Callable[[str], None]
FAMILIES = ("python-core", "python-ml")
"""The families that the embedded sandbox has."""
_LEFT_OUT = shutil.ignore_patterns("test", "tests", "idlelib", "turtledemo", "lib2to3", "site-packages", "*.a")
_PASSWD = "sandbox:x:65532:65532::/work:/usr/sbin/nologin\n"  # noqa: S105 - a list of users, none of whom can log in
_GROUP = "sandbox:x:65532:\n"


@dataclass(frozen=True, slots=True)
class Root:
    """A family as it is on this machine.

    Attributes:
        folder: see the module.
        recipe: what a report pins.
        extra: what else is bound, by its place in a box.
    """

    folder: Path
    recipe: str
    extra: Mapping[str, Path]


def roots() -> Path:
    """Return the folder of all roots, for this user."""
    if os.geteuid() == 0:
        return Path("/var/lib/grader/embedded")
    return cache() / "embedded"


def base_name() -> str:
    """Return what stands for the name of a base image: the Python that boxes run."""
    return f"embedded:python-{platform.python_version()}-{platform.machine()}"


def find(family: str, sandbox_dir: Path) -> Root:
    """Return the root of a family, if it is what the sources here describe.

    Raises:
        EngineError: it cannot be had here, is not made, or was made from other sources.
    """
    _refuse_others(family, sandbox_dir)
    recipe = recipes.recipe_digest(family, base_name(), sandbox_dir)
    folder = roots() / f"{family}-{recipe.removeprefix('sha256:')[:16]}"
    if not folder.is_dir():
        raise EngineError(
            f"the embedded sandbox has no {family}, or one of other sources than these: "
            f"run `GRADER_SANDBOX=embedded grader images build {family}`"
        )
    python = folder / "python"
    return Root(folder, recipe, {sys.base_prefix: python} if python.is_dir() else {})


def build(family: str, *, progress: Progress, sandbox_dir: Path, force: bool = False) -> Root:
    """Make the root of a family, whole or not at all; what is there from the same sources stays (unless `force`).

    Raises:
        EngineError: it cannot be had here, or its libraries cannot be installed.
    """
    _refuse_others(family, sandbox_dir)
    recipe = recipes.recipe_digest(family, base_name(), sandbox_dir)
    folder = roots() / f"{family}-{recipe.removeprefix('sha256:')[:16]}"
    if force or not folder.is_dir():
        roots().mkdir(parents=True, exist_ok=True, mode=0o755)
        with tempfile.TemporaryDirectory(dir=roots(), prefix=".making-") as made:
            whole = Path(made) / "root"
            _make(whole, family, progress, sandbox_dir)
            shutil.rmtree(folder, ignore_errors=True)
            whole.rename(folder)
        _remove_others(family, folder)
    return find(family, sandbox_dir)


def _refuse_others(family: str, sandbox_dir: Path) -> None:
    """Raise if the embedded sandbox has no such family."""
    recipes.line(family, sandbox_dir)
    if family not in FAMILIES:
        raise EngineError(
            f"the embedded sandbox has no {family}, only {' and '.join(FAMILIES)}: grade what needs it with Docker"
        )


def _make(root: Path, family: str, progress: Progress, sandbox_dir: Path) -> None:
    root.mkdir(mode=0o755)
    progress("making a virtual environment")
    _run([sys.executable, "-m", "venv", "--without-pip", str(root / "venv")], "a virtual environment cannot be made")
    for member in recipes.line(family, sandbox_dir):
        wanted = sandbox_dir / "images" / member.name / "requirements.txt"
        if wanted.is_file():
            progress(f"installing the libraries of {member.name}")
            _install(wanted, root / "venv")
    runner = root / "grader" / "grader_runner"
    shutil.copytree(sandbox_dir / "runner", runner, ignore=shutil.ignore_patterns("__pycache__"))
    _run([sys.executable, "-m", "compileall", "-q", str(root / "grader")], "the runner cannot be compiled")
    if not Path(sys.base_prefix).is_relative_to("/usr"):
        progress(f"copying Python from {sys.base_prefix}")
        shutil.copytree(sys.base_prefix, root / "python", symlinks=True, ignore=_LEFT_OUT)
    etc = root / "etc"
    etc.mkdir()
    (etc / "passwd").write_text(_PASSWD, encoding="ascii")
    (etc / "group").write_text(_GROUP, encoding="ascii")
    if Path("/etc/ld.so.cache").exists():
        shutil.copyfile("/etc/ld.so.cache", etc / "ld.so.cache")
    _let_all_read(root)


def _install(wanted: Path, venv: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--python", str(venv / "bin" / "python"), "install"]
    options = "--quiet --no-input --disable-pip-version-check --require-hashes --only-binary :all: --requirement"
    _run([*pip, *options.split(), str(wanted)], "the libraries cannot be installed")


def _run(command: list[str], otherwise: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own Python
    if done.returncode != 0:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise EngineError(f"{otherwise}; the last lines:\n{last}")


def _let_all_read(root: Path) -> None:
    """Let every user read what is there, whatever the umask was."""
    for folder, _, files in os.walk(root):
        os.chmod(folder, 0o755)  # noqa: PTH101, S103 - a walk gives names; every user may look
        for name in files:
            path = Path(folder) / name
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _remove_others(family: str, kept: Path) -> None:
    """Remove what the same family was before."""
    for folder in roots().glob(f"{family}-*"):
        if folder != kept and folder.name.removeprefix(f"{family}-").isalnum():
            shutil.rmtree(folder, ignore_errors=True)
