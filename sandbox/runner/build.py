"""Builds a C++ or Java submission, in a box that is opened for it and holds no hidden byte.

The command lines are fixed: nothing of the learner's decides an option, there is no makefile, no plug-in and no
annotation processor, so that the compiler reads the learner's files and runs none of them. What comes of it crosses as
bytes, and is placed into other boxes to be run. What the compiler says is cut short here, for the sake of those who
read it; whoever takes it outside counts again.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from . import subject
from .caps import BadValue
from .spawn import ENVIRONMENT, spawn

PLACE = Path("/work/built")
"""Where the compiler writes; a folder for its temporary files lies beside it, for /tmp is small."""
ADAPTERS = Path(__file__).resolve().parent.parent / "adapters"
"""The public adapters (`sandbox/adapters/`), as they lie in the image and in the checkout."""
PROGRAM = "program"
MOST_WORDS = 16_384
"""Bytes of the compiler's that are kept."""
JVM = ("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xshare:auto")
"""Of every JVM in a box: one collector, and no file about itself."""

Options = Mapping[str, Any]


def build(kind: str, files: Mapping[str, bytes], options: Options) -> dict[str, Any]:
    """Build `files`; returns `{"artefact": files by name, or None, "words": what the compiler said}`.

    Args:
        kind: `cpp` or `java`.
        files: the submission's, and the pack's public ones below `data/`.
        options: the assignment's table `build`, and `sanitized`.

    Raises:
        BadValue: what was built is no plain file.
    """
    subject.place(dict(files), subject.WORK)
    os.chdir(subject.WORK)
    temporary = PLACE.with_name("temporary")
    for folder in (PLACE, temporary):
        folder.mkdir(parents=True, exist_ok=True)
    code, words = _carry_out(KINDS[kind](sorted(files), options), temporary)
    return {"artefact": collect(PLACE) if code == 0 else None, "words": words.decode("utf-8", "replace")}


def cpp(names: Sequence[str], options: Options) -> list[str]:
    """Return the command that makes one program of every `.cpp`."""
    made = ["-O1", "-g1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"]
    return [
        "/usr/bin/g++",
        f"-std={options['standard']}",
        *([*made, "-D_GLIBCXX_ASSERTIONS"] if options["sanitized"] else ["-O2"]),
        "-pthread",
        "-fmax-errors=20",
        "-fdiagnostics-color=never",
        "-I.",
        f"-I{ADAPTERS / 'cpp'}",
        *(name for name in names if name.endswith(".cpp")),
        "-o",
        str(PLACE / PROGRAM),
    ]


def java(names: Sequence[str], options: Options) -> list[str]:
    """Return the command that makes classes of every `.java`, and of the adapter."""
    return [
        "/usr/bin/javac",
        *(f"-J{option}" for option in (*JVM, "-XX:TieredStopAtLevel=1", f"-Xmx{options['memory_mb'] // 2}m")),
        *("-proc:none", "-encoding", "UTF-8", "-Xmaxerrs", "20", "-nowarn", "-g"),
        *("-classpath", str(PLACE), "-d", str(PLACE)),
        *(name for name in names if name.endswith(".java")),
        *map(str, sorted((ADAPTERS / "java").rglob("*.java"))),
    ]


KINDS: dict[str, Callable[[Sequence[str], Options], list[str]]] = {"cpp": cpp, "java": java}
"""What can be built, and the command that does it."""


def collect(folder: Path) -> dict[str, bytes]:
    """Return the files below `folder` by relative path.

    Raises:
        BadValue: a link, a device or anything else that is no plain file.
    """
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
        elif not stat.S_ISDIR(mode):
            raise BadValue("something was built that is no plain file")
    return found


def _carry_out(command: Sequence[str], temporary: Path) -> tuple[int, bytes]:
    """Run a compiler to its end; returns its exit code, and the beginning of what it said."""
    reading, writing = os.pipe()
    environment = ENVIRONMENT | {"TMPDIR": str(temporary), "LC_ALL": "C"}
    number = spawn(command, {1: writing, 2: writing}, environment)
    os.close(writing)
    words = b""
    while part := os.read(reading, 65536):
        words = (words + part)[:MOST_WORDS]
    os.close(reading)
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), words
