"""Golden submissions: grades a pack's examples, and says how they depart from what their author expects."""

from __future__ import annotations

import time

from grader import intake
from grader.catalog import Example
from grader.catalog.example import EXPECT
from grader.catalog.wording import nearest, shown
from grader.desk import Published, now, publish
from grader.errors import AuthorError
from grader.keys import PUBLISHED_SECRET
from grader.model import Attempt, Pack, Rating, Report, Review, State
from grader.pipeline import circumstances
from grader.proctor.imported import imported_by_reference
from grader.sandbox.interface import Sandbox
from grader.story.grading import Progress
from grader.story.grading import grade as grade_submission
from grader.story.grading import report as write_report
from grader.story.reveal import reveal
from grader.story.reviewed import with_ratings


def grade_example(
    pack: Pack, example: Example, *, sandbox: Sandbox, secret: bytes = PUBLISHED_SECRET, progress: Progress
) -> Published:
    """Grade a golden submission of a pack; no attempt is recorded.

    Raises:
        SubmissionError: as for a learner; an example may expect it.
    """
    started = time.monotonic()
    submission = intake.freeze_files(example.files, pack.assignment, pack.data)
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
    reviewed = with_ratings(pack, report, _ratings(pack, example))
    return publish(reviewed, reveal(reviewed, pack))


def _ratings(pack: Pack, example: Example) -> tuple[Rating, ...]:
    """Return what people are taken to have said of an example.

    Raises:
        AuthorError: they speak of a check that people do not decide, or of a level that it has not.
    """
    found = []
    for name, given in example.expect.reviews.items():
        check = pack.rubric.checks.get(name)
        where = f"examples/{example.name}/{EXPECT}: reviews.{name}"
        if not isinstance(check, Review):
            people = [one for one, asked in pack.rubric.checks.items() if isinstance(asked, Review)]
            raise AuthorError(f"{where}: is no check that people decide; {nearest(name, people)}")
        titles = [level.title for level in check.levels]
        for number, level in enumerate(given.levels, start=1):
            if level not in titles:
                raise AuthorError(f"{where}.levels: found {shown(level)}, which is no level; {nearest(level, titles)}")
            found.append(
                Rating(
                    attempt="",
                    check=name,
                    reviewer=f"reviewer {number}",
                    level=level,
                    comment=given.comment,
                    given_at="",
                    version="",
                    number=number,
                )
            )
    return tuple(found)


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
