"""Which engine this is: a digest over its own files, as reports pin it beside the version.

A version is what a person chose; two checkouts between releases have the same one and may judge differently. What is in
the package but does not run here is left out: Python's caches, and what a wheel carries along, which packs, rubrics and
images have digests of their own for. The stand-ins for hosted services have none. They are sent as the proctor's code
is, and belong to it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from grader.canonical import digest_tree
from grader.settings import resource

_PACKAGE = Path(__file__).resolve().parent
_NOT_OURS = {"__pycache__", "_share"}


@cache
def engine_digest() -> str:
    """Return the digest of the engine's own files: the same from a wheel as from its checkout."""
    files = (path for path in _PACKAGE.rglob("*") if path.is_file())
    inside = {path.relative_to(_PACKAGE): path for path in files}
    inside |= {Path("standins") / path.name: path for path in (resource("sandbox") / "standins").glob("*.py")}
    return digest_tree(
        {name.as_posix(): path.read_bytes() for name, path in inside.items() if not _NOT_OURS & set(name.parts)}
    )
