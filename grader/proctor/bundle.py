"""The proctor's own code, as it is sent into its box: in no image, pinned by the engine's version.

The bundle keeps the tree's own paths, so that imports read the same here and there.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from grader.settings import resource

BOOT = """
import io, os, struct, sys, zipfile
def take(count):
    parts = []
    while count:
        part = os.read(0, min(count, 1 << 20))
        if not part:
            os._exit(0)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
bundle = take(struct.unpack(">I", take(4))[0])
zipfile.ZipFile(io.BytesIO(bundle)).extractall("/work/proctor")
sys.path.insert(0, "/work/proctor")
from grader.proctor.inside.main import main
main()
"""
"""What the proctor's box runs: takes the bundle as its first frame, unpacks it and starts it."""

_WIRE = ("__init__.py", "frames.py", "caps.py", "values.py", "arrays.py")


def bundle() -> bytes:
    """Return the bundle as the bytes of a zip archive."""
    package, runner = Path(__file__).parent, resource("sandbox") / "runner"
    files = {
        "grader/__init__.py": (package.parent / "__init__.py").read_bytes(),
        "grader/proctor/__init__.py": (package / "__init__.py").read_bytes(),
        **{
            f"grader/proctor/inside/{path.name}": path.read_bytes()
            for path in sorted((package / "inside").glob("*.py"))
        },
        **{f"sandbox/runner/{name}": (runner / name).read_bytes() for name in _WIRE},
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as writing:
        for name, content in files.items():
            writing.writestr(zipfile.ZipInfo(name), content)
    return archive.getvalue()
