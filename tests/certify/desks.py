"""A desk at which submissions are graded for real, in forks without a wall: the work is the tests' own, or the packs'.

Forks say that they are whatever tenancy was wanted, as an engine with cells does.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "wall"))

from forked_sandbox import ForkedSandbox

from grader import pipeline
from grader.canonical import digest
from grader.desk import Desk
from grader.settings import resource

SLUG = "sorting-searching"
REFERENCE = (resource("assignments") / SLUG / "examples" / "reference" / "solution.py").read_text(encoding="utf-8")
OWN = REFERENCE.replace("_merged", "_joined")
"""Passes, and is no known example."""
RESTLESS = (
    OWN
    + """

_sort, _calls = merge_sort, []


def merge_sort(*args, **kwargs):
    import os, pathlib
    return [0] if pathlib.Path({path!r}).exists() else _sort(*args, **kwargs)
"""
)
"""Passes as long as a file is not there: what stands for a submission that does not repeat itself."""


class Forks(ForkedSandbox):
    """See `forked_sandbox`; with recipes as digests."""

    def recipe(self, family):
        return digest(f"recipe of {family}")

    def tenancy(self, wanted):
        return wanted


def desk_of(settings, store):
    """A desk without a queue."""
    return Desk(settings, store)


def submit(desk, sandbox, folder, source=OWN, *, learner="ada", course=""):
    """Hand a solution in and have it graded here and now; returns what was published."""
    folder.mkdir(exist_ok=True)
    (folder / "solution.py").write_text(source, encoding="utf-8")
    return pipeline.submit(
        desk, lambda: sandbox, SLUG, folder, learner=learner, course=course, progress=lambda _step: None
    )
