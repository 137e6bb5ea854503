"""The root of an image, unpacked: what ours is measured beside runs in it, with the very Python that boxes run.

A host's own Python may be an older or a slower one, and then the table would compare that.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Sequence
from pathlib import Path

from grader.sandbox.container import ENVIRONMENT

PLACE = "bench"
"""Folder in a root where the checks of a pack are."""
PYTHON = "/opt/venv/bin/python3"
_DEVICES = {"null": (1, 3), "zero": (1, 5), "random": (1, 8), "urandom": (1, 9)}
_WRITES = {"PYTHONDONTWRITEBYTECODE": ""}
"""Byte code is kept, as it would be where nobody is in the way."""


class Root:
    """An image family, unpacked.

    Args:
        family: which.
        folder: where it is unpacked, if it is not there yet, in the place of an older one.
        docker: URL of the engine that has the image.
    """

    def __init__(self, family: str, folder: Path, docker: str) -> None:
        self.family = family
        client = ["docker", f"--host={docker}"]
        asking = [*client, "image", "inspect", "--format", "{{.Id}}", f"grader/{family}"]
        image = subprocess.run(asking, check=True, capture_output=True, text=True).stdout.strip()
        self.folder = folder / f"{family}-{image.removeprefix('sha256:')[:12]}"
        if not self.folder.exists():
            for older in folder.glob(f"{family}-*"):
                shutil.rmtree(older)
            _unpack(client, image, self.folder)

    @property
    def environment(self) -> dict[str, str]:
        """What a box has, so one thread for each library, but for byte code."""
        path = f"{ENVIRONMENT['PATH']}:/usr/sbin:/sbin"  # where chroot is
        return {**ENVIRONMENT, **_WRITES, "PATH": path, "HOME": "/tmp", "PYTHONPATH": "/opt/grader"}

    def python(self, *arguments: str) -> list[str]:
        """Return the command that runs its Python in it."""
        return ["chroot", str(self.folder), PYTHON, *arguments]

    def in_bubblewrap(self, *arguments: str) -> list[str]:
        """Return the command that runs its Python in name spaces of its own."""
        places = ["--ro-bind", str(self.folder), "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
        return ["bwrap", "--unshare-all", "--die-with-parent", "--cap-drop", "ALL", *places, PYTHON, *arguments]

    def lay(self, name: str, files: Sequence[tuple[str, bytes]]) -> Path:
        """Lay files into a folder of it; returns that folder, as this machine sees it."""
        folder = self.folder / PLACE / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file, content in files:
            (folder / file).write_bytes(content)
        return folder


def _unpack(client: list[str], image: str, folder: Path) -> None:
    """Unpack an image into a folder, all of it or nothing."""
    half = folder.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    made = subprocess.run([*client, "create", image], check=True, capture_output=True, text=True).stdout.strip()
    try:
        with subprocess.Popen([*client, "export", made], stdout=subprocess.PIPE) as exporting:
            subprocess.run(["tar", "--extract", "--directory", half], stdin=exporting.stdout, check=True)
    finally:
        subprocess.run([*client, "rm", made], check=True, capture_output=True)
    for name, (major, minor) in _DEVICES.items():
        (half / "dev" / name).unlink(missing_ok=True)
        os.mknod(half / "dev" / name, 0o666 | stat.S_IFCHR, os.makedev(major, minor))
    half.rename(folder)
