"""Wheels that no index of everybody has, offered to a build: PyTorch's for the CPU.

PyPI takes no version with a local part (`2.13.0+cpu`), and the torch that it has for Linux is built for CUDA and brings
gigabytes. Whoever builds has the other from somewhere of their own: pip's settings on this machine say where, and a
build knows nothing of them.

Theory of operation. pip here fetches exactly those wheels, held to the hashes of the family's requirements.txt. They
are offered to the build on a port of this machine's loopback, which a build sees because its network is the host's, and
for as long as it lasts. They are no part of the build context, so none becomes a layer; and the build believes nothing
it is offered: pip inside compares the same hashes again.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from grader.errors import EngineError
from grader.sandbox import recipes

Progress = Callable[[str], None]

PYTHON = "3.11"
"""What the images run, and their lists are locked for."""
FETCH_SECONDS = 1800
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
_PLATFORMS = ("manylinux_2_28", "manylinux_2_17", "manylinux2014", "linux")


def special(family: str, sandbox_dir: Path) -> list[str]:
    """Return the requirements that a family adds whose version has a local part, each with its hashes."""
    *below, own = recipes.line(family, sandbox_dir)
    there = recipes.pins(below[-1].name, sandbox_dir) if below else {}
    return [
        found.text
        for found in recipes.requirements(own.name, sandbox_dir)
        if "+" in found.version and there.get(found.name) != found.version
    ]


@contextmanager
def offered(family: str, sandbox_dir: Path, machine: str, progress: Progress) -> Iterator[dict[str, str]]:
    """Offer the special wheels of a family while a build lasts; yields the build's arguments, none where it needs none.

    Args:
        family: which.
        sandbox_dir: the sources.
        machine: kind of processor, as Docker names it.
        progress: hears what is fetched.

    Raises:
        EngineError: pip finds no such wheel here.
    """
    wanted = special(family, sandbox_dir)
    if not wanted:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="grader-wheels-") as made:
        folder = Path(made)
        progress(f"fetching {', '.join(text.split(maxsplit=1)[0] for text in wanted)}")
        _fetch(wanted, folder, machine)
        with _served(folder) as address:
            yield {"WHEELS": address}


def _fetch(wanted: list[str], folder: Path, machine: str) -> None:
    """Put wheels into a folder, with whatever settings pip has here."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="ascii") as listed:
        listed.write("\n".join(wanted))
        listed.flush()
        target = f"--python-version {PYTHON} --implementation cp --abi cp{PYTHON.replace('.', '')}".split()
        for platform in _PLATFORMS:
            target += ["--platform", f"{platform}_{_MACHINES.get(machine, machine)}"]
        options = "--quiet --no-input --disable-pip-version-check --no-deps --require-hashes --only-binary :all:"
        pip = [sys.executable, "-m", "pip", "download", *options.split(), *target, "--dest", str(folder)]
        try:
            done = subprocess.run(  # noqa: S603 - our own Python
                [*pip, "-r", listed.name], capture_output=True, text=True, check=False, timeout=FETCH_SECONDS
            )
        except subprocess.TimeoutExpired as error:
            raise EngineError(f"pip did not fetch {wanted[0].split()[0]} within {FETCH_SECONDS} seconds") from error
    if done.returncode != 0:
        names = ", ".join(text.split(maxsplit=1)[0] for text in wanted)
        last = "\n".join(re.sub(r"\x1b\[[0-9;]*m", "", done.stderr).strip().splitlines()[-4:])
        raise EngineError(
            f"pip on this machine finds no {names}, which PyPI does not have: set PIP_FIND_LINKS or "
            f"PIP_EXTRA_INDEX_URL to PyTorch's own index of builds for the CPU; pip's last lines:\n{last}"
        )


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve a folder on the loopback, as a page of links; yields its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        serving = threading.Thread(target=server.serve_forever, name="wheels", daemon=True)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            serving.join()


class _Quiet(SimpleHTTPRequestHandler):
    """A handler that says nothing to the terminal."""

    def log_message(self, *_what: object) -> None:
        """Say nothing."""
