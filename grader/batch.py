"""A folder of submissions, graded one after the other: whatever one of them is, the others are graded.

Each entry of the folder is one learner's work: a file, a folder, an archive or a notebook. What cannot be accepted, or
cannot be graded, becomes a row that says why; it is never a zero.
"""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader import pipeline
from grader.errors import NOT_PASSED, PASSED, EngineError, GraderError, UsageError
from grader.intake import ARCHIVES
from grader.pipeline import Desk, Published
from grader.render.text import printable
from grader.render.words import points_text
from grader.story.grading import Progress

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one submission.

    Attributes:
        learner: the entry's name without its ending, fit to be shown.
        upload: the entry's name, fit to be shown.
        exit_code: what `grader submit` would have ended with.
        said: why it was not graded; empty when it was.
        attempt: its id.
        points: earned, in decimals.
        of: points there are, likewise.
        trace: of a fault of ours, for whoever mends it.
    """

    learner: str
    upload: str
    exit_code: int
    said: str = ""
    attempt: str = ""
    points: str = ""
    of: str = ""
    trace: str = ""

    @property
    def graded(self) -> bool:
        """Whether it has points."""
        return self.exit_code in (PASSED, NOT_PASSED)


def uploads(folder: Path) -> dict[str, Path]:
    """Return the entries of a folder by learner, in order; names that begin with a dot are left out.

    Raises:
        UsageError: it is no folder, or empty.
    """
    if not folder.is_dir():
        message = f"{folder} is not a folder: name one that holds an entry for each learner"
        raise UsageError(message)
    entries = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    if not entries:
        message = f"{folder} is empty: it should hold an entry for each learner, a file, a folder or an archive"
        raise UsageError(message)
    names = [_learner(path) for path in entries]
    shared = Counter(names)
    found: dict[str, Path] = {}
    for name, path in zip(names, entries, strict=True):
        told = name if shared[name] == 1 else printable(path.name, LONGEST_NAME)
        while told in found:
            told += "+"
        found[told] = path
    return found


def grade_all(
    desk: Desk, slug: str, found: dict[str, Path], *, progress: Progress, publish: Callable[[Published], None]
) -> Iterator[Row]:
    """Yield a row for each upload, as it is done.

    Args:
        desk: where it is graded.
        slug: the assignment.
        found: uploads by learner.
        progress: told what is under way.
        publish: given each report.
    """
    for number, (learner, path) in enumerate(found.items(), 1):
        progress(f"{number} of {len(found)}: {learner}")
        yield _grade(desk, slug, learner, path, publish)


def exit_code(rows: list[Row]) -> int:
    """Return 0 when all were graded; else the most serious reason why one was not."""
    return max((row.exit_code for row in rows if not row.graded), default=PASSED)


def _grade(desk: Desk, slug: str, learner: str, path: Path, publish: Callable[[Published], None]) -> Row:
    name = printable(path.name, LONGEST_NAME)
    try:
        done = pipeline.submit(desk, slug, path, learner=learner, progress=lambda _step: None)
        publish(done)
    except GraderError as error:
        return Row(learner=learner, upload=name, exit_code=error.exit_code, said=printable(str(error)))
    except Exception as error:  # noqa: BLE001 - a fault of ours in one must not take the marks of the others
        said = f"a fault of grader, not of this submission: {type(error).__name__}"
        trace = "".join(traceback.format_exception(error))
        return Row(learner=learner, upload=name, exit_code=EngineError.exit_code, said=said, trace=trace)
    report = done.report
    return Row(
        learner=learner,
        upload=name,
        exit_code=PASSED if report.passed else NOT_PASSED,
        attempt=report.circumstances.attempt,
        points=points_text(report.score.earned),
        of=points_text(report.score.possible),
    )


def _learner(path: Path) -> str:
    name = path.name
    if not path.is_dir():
        ending = next((one for one in sorted(ARCHIVES, key=len, reverse=True) if name.lower().endswith(one)), "")
        name = name[: -len(ending)] if ending else path.stem
    return printable(name or path.name, LONGEST_NAME)
