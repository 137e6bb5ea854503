"""What was built in another box, placed into this one: as a program that is run, and as what is called through it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import build, subject
from .calls import Calls, Subject
from .program import Program

ADAPTER = "grader.Adapter"


def load(kind: str, artefact: Mapping[str, bytes], options: Mapping[str, Any]) -> tuple[Program, Subject]:
    """Place what was built, and return it as it is run and as it is called; no process of it is there yet.

    Raises:
        ValueError: a name that leaves the folder.
    """
    subject.place(dict(artefact), build.PLACE)
    if kind == "java":
        java = ["/usr/bin/java", *build.JVM, f"-Xmx{options['heap_mb']}m", "-classpath", str(build.PLACE)]
        return Program([*java, options["main"]]), Subject(Calls(Program([*java, ADAPTER])))
    file = build.PLACE / build.PROGRAM
    file.chmod(0o700)
    return Program([str(file)]), Subject(Calls(Program([str(file)])))
