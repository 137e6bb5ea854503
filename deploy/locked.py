"""Prints the part of requirements.lock that some packages need, hashes included: what an image is installed from.

    python3 deploy/locked.py [PACKAGE]...

By default what grader itself needs to run, without its development tools. The lock says under each package for whose
sake it is there (`# via`), and that is the whole graph.
"""

# ruff: noqa: INP001 - a script, run and not imported

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def part(lock: str, wanted: list[str]) -> str:
    """Return the entries of a lock that `wanted` need, themselves included.

    Raises:
        SystemExit: one of them is not in it.
    """
    entries = {found[0].lower(): entry for entry in _entries(lock) if (found := NAME.match(entry))}
    needed, waiting = set(), [name.lower() for name in wanted]
    while waiting:
        name = waiting.pop()
        if name not in entries:
            sys.exit(f"requirements.lock has no {name}: run `make lock`")
        if name not in needed:
            needed.add(name)
            waiting += [other for other, entry in entries.items() if name in _via(entry)]
    return "".join(entries[name] for name in sorted(needed))


def _entries(lock: str) -> list[str]:
    """Return the blocks of a lock, each from its `name==version` to the comment under its hashes."""
    return re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]


def _via(entry: str) -> set[str]:
    """Return for whose sake a package is there."""
    comments = " ".join(line.strip(" #\n") for line in entry.splitlines() if line.lstrip().startswith("#"))
    return set(comments.lower().removeprefix("via").split())


def _runtime() -> list[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        asked = tomllib.load(file)["project"]["dependencies"]
    return [found[0] for one in asked if (found := NAME.match(one))]


if __name__ == "__main__":
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    print(part(text, sys.argv[1:] or _runtime()), end="")  # noqa: T201 - speaks to pip
