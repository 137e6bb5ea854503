"""A crowd of learners at a deadline: right, half right and wrong, some of them with the very same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from grader.canonical import digest_tree
from grader.model import Submission

PACKS = Path(__file__).parent / "pack" / "assignments"
SLUG = "small-change"
FILE = "solution.py"

TOTAL = "def total(coins):\n    return sum(coins)\n"
LARGEST = "def largest(coins):\n    return max(coins)\n"
SMALLEST = "def largest(coins):\n    return min(coins) - 1\n"
NOTHING = "def total(coins):\n    return None\n"
KINDS = {
    "right": (TOTAL + LARGEST, Fraction(10)),
    "half": (TOTAL + SMALLEST, Fraction(5)),
    "wrong": (NOTHING + SMALLEST, Fraction(0)),
}
"""What there is to hand in, and the points it earns whatever the inputs are."""
SAME = 4
"""Every so manyth has the same bytes as the others of its kind."""


@dataclass(frozen=True)
class HandedIn:
    """What one learner hands in.

    Attributes:
        learner: who.
        course: one of two.
        submission: files and digest.
        points: what it must earn.
    """

    learner: str
    course: str
    submission: Submission
    points: Fraction

    def write(self, folder: Path) -> Path:
        """Write it down, as a learner would have it."""
        path = folder / f"{self.learner}.py"
        path.write_bytes(self.submission.files[FILE])
        return path


def crowd(size: int) -> list[HandedIn]:
    """Return what so many learners hand in."""
    found = []
    for number in range(size):
        source, points = list(KINDS.values())[number % len(KINDS)]
        own = "" if number % SAME == 0 else f"# by learner {number}\n"
        files = {FILE: (source + own).encode()}
        submission = Submission(files=files, digest=digest_tree(files))
        found.append(HandedIn(f"learner-{number}", f"course-{number % 2}", submission, points))
    return found
