"""Golden submissions: grades a pack's examples, and says how they depart from what their author expects."""

from __future__ import annotations

import time

from grader import intake
from grader.catalog import Example
from grader.desk import Published, now, publish
from grader.keys import PUBLISHED_SECRET
from grader.model import Attempt, Pack, Report, State
from grader.pipeline import circumstances
from grader.proctor.imported import imported_by_reference
from grader.sandbox.interface import Sandbox
from grader.story.grading import Progress
from grader.story.grading import grade as grade_submission
from grader.story.grading import report as write_report
from grader.story.reveal import reveal


def grade_example(
    pack: Pack, example: Example, *, sandbox: Sandbox, secret: bytes = PUBLISHED_SECRET, progress: Progress
) -> Published:
    """Grade a golden submission of a pack; no attempt is recorded.

    Raises:
        SubmissionError: as for a learner; an example may expect it.
    """
    started = time.monotonic()
    submission = intake.freeze_files(example.files, pack.assignment)
    graded = grade_submission(pack, submission, sandbox=sandbox, secret=secret, progress=progress)
    nobody = Attempt(
        id="",
        assignment=pack.slug,
        learner=example.name,
        course="",
        submission=submission.digest,
        received_at=now(),
        number=0,
        state=State.RUNNING,
    )
    report = write_report(pack, graded, circumstances(graded, nobody, started))
    return publish(report, reveal(report, pack))


def libraries(pack: Pack, example: Example, sandbox: Sandbox) -> dict[str, str]:
    """Return the version of each library that an example imports, by name; empty for any but `reference`.

    Of the others nobody asks: theirs would be a stranger's word.

    Raises:
        AuthorError: the reference cannot be loaded, or does not say it.
    """
    return imported_by_reference(pack, sandbox) if example.name == "reference" else {}


def differences(example: Example, report: Report) -> tuple[str, ...]:
    """Return how a report departs from what the example expects, a sentence each; empty when it is as expected."""
    expect, found = example.expect, []
    if expect.error:
        return ("expected to be refused as an upload, and was graded",)
    if expect.passed is not report.passed:
        found.append(f"expected {_passing(passed=expect.passed)}, got {_passing(passed=report.passed)}")
    if expect.points != report.score.earned:
        found.append(f"expected {expect.points} points, got {report.score.earned}")
    for criterion in report.criteria:
        expected = expect.criteria.get(criterion.id)
        if expected is None:
            found.append(f"{criterion.id}: expect.toml says nothing of it; got {criterion.outcome}, {criterion.earned}")
        elif (expected.outcome, expected.points) != (criterion.outcome, criterion.earned):
            found.append(
                f"{criterion.id}: expected {expected.outcome}, {expected.points} points; "
                f"got {criterion.outcome}, {criterion.earned} points"
            )
    return tuple(found)


def _passing(*, passed: bool) -> str:
    return "passed" if passed else "not passed"
