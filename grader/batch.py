"""A folder of submissions: whatever one of them is, the others are graded.

Without a queue they are graded one after the other, here and now; with one they are lined up in the lane `batch`. Each
entry of the folder is one learner's work: a file, a folder, an archive or a notebook. What cannot be accepted, or
cannot be graded, becomes a row that says why; it is never a zero.
"""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from grader import pipeline, reception
from grader.desk import Desk, Published
from grader.errors import NOT_FINAL, NOT_PASSED, PASSED, EngineError, GraderError, UsageError
from grader.intake import ARCHIVES
from grader.model import Attempt, Lane
from grader.render.text import printable
from grader.render.words import points_text
from grader.sandbox.interface import Sandbox
from grader.standing import follow
from grader.story.grading import Progress

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one submission.

    Attributes:
        learner: the entry's name without its ending, fit to be shown.
        upload: the entry's name, fit to be shown.
        exit_code: what `grader submit` would have ended with.
        said: why it was not graded, or that it is in line; empty when it was.
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
    desk: Desk,
    sandbox: Callable[[], Sandbox],
    slug: str,
    found: Mapping[str, Path],
    *,
    course: str,
    wait: bool,
    progress: Progress,
    publish: Callable[[Published], None],
) -> Iterator[Row]:
    """Yield a row for each upload, as it is done; with a queue and without waiting, once it is in line.

    Args:
        desk: where they are taken in.
        sandbox: opens the back end, where they are graded here.
        slug: the assignment.
        found: uploads by learner.
        course: which course, or empty.
        wait: with a queue: until each is graded.
        progress: told what is under way.
        publish: given each report.
    """
    rows = []
    for number, (learner, path) in enumerate(found.items(), 1):
        progress(f"{number} of {len(found)}: {learner}")
        row = Row(learner=learner, upload=printable(path.name, LONGEST_NAME), exit_code=NOT_FINAL)
        if desk.queue is None:
            here = partial(pipeline.submit, desk, sandbox, slug, path, learner=learner, course=course, progress=_silent)
            yield _settled(row, here, publish)
        else:
            received = partial(reception.receive, desk, slug, path, learner=learner, course=course, lane=Lane.BATCH)
            rows.append(_settled(row, received, publish))
    for row in rows:
        if wait and row.exit_code == NOT_FINAL:
            progress(f"waiting for {row.learner}")
            yield _settled(row, partial(follow, desk.store, row.attempt, _silent), publish)
        else:
            yield row


def exit_code(rows: list[Row]) -> int:
    """Return 0 when all were graded; else the most serious reason why one was not, or that they are in line."""
    errors = [row.exit_code for row in rows if not row.graded]
    return max((code for code in errors if code != NOT_FINAL), default=NOT_FINAL if errors else PASSED)


def _silent(_step: str) -> None:
    """Say nothing: a batch tells of whole submissions."""


def _settled(row: Row, work: Callable[[], Published | Attempt], publish: Callable[[Published], None]) -> Row:
    """Return what became of a row: graded, in line under an attempt's id, or not, and why."""
    try:
        done = work()
        if isinstance(done, Attempt):
            return replace(row, attempt=done.id, said="in line")
        publish(done)
    except GraderError as error:
        return replace(row, exit_code=error.exit_code, said=printable(str(error)))
    except Exception as error:  # noqa: BLE001 - a fault of ours in one must not take the marks of the others
        said = f"a fault of grader, not of this submission: {type(error).__name__}"
        trace = "".join(traceback.format_exception(error))
        return replace(row, exit_code=EngineError.exit_code, said=said, trace=trace)
    report = done.report
    final = PASSED if report.passed else NOT_PASSED
    return replace(
        row,
        exit_code=NOT_FINAL if report.provisional else final,
        said="waits for a person" if report.provisional else "",
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
