"""Graded attempts and their reports, as a store has them: made up, nothing is run."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from grader import __version__
from grader.canonical import digest, digest_tree
from grader.engine import engine_digest
from grader.model import Attempt, CriterionScore, Score, State, Submission
from grader.render import sample
from grader.store import records

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
SLUG = "sorting-searching"
FILES = {"solution.py": b"def merge_sort(xs):\n    return own_way(xs)\n"}


def criterion(name, outcome, earned, possible):
    """A line of the rubric and how it ended."""
    return CriterionScore(
        id=name, title=f"It {name}", outcome=outcome, earned=earned, possible=possible, checks=("tests",)
    )


def a_report(attempt, **changes):
    """A passed report of an attempt that can be certified, with changes of it and of its circumstances."""
    whole = sample.author_report()
    criteria = (
        criterion("sorts", "PASSED", Fraction(60), Fraction(60)),
        criterion("finds", "PARTIAL", Fraction(100, 3), Fraction(40)),
    )
    circumstances = replace(
        whole.circumstances, attempt=attempt.id, learner=attempt.learner, **changes.pop("circumstances", {})
    )
    pins = {
        "submission": attempt.submission,
        "engine": __version__,
        "engine_digest": engine_digest(),
        "published_secret": False,
    }
    return replace(
        whole,
        **{
            "assignment": attempt.assignment,
            "criteria": criteria,
            "score": Score(earned=Fraction(280, 3), possible=Fraction(100), pass_mark=Fraction(90)),
            "passed": True,
            "provisional": False,
            "circumstances": circumstances,
            "pins": replace(whole.pins, **pins | changes.pop("pins", {})),
            "findings_digest": digest(attempt.id),
            "report_digest": digest([attempt.id, "report"]),
            **changes,
        },
    )


def put_graded(
    store,
    attempt_id="a1",
    *,
    files=FILES,
    learner="ada",
    state=State.GRADED,
    assignment=SLUG,
    course="",
    number=1,
    **changes,
):
    """Put a graded attempt and its report into a store; returns the attempt."""
    submission = Submission(files=files, digest=digest_tree(files))
    attempt = Attempt(
        id=attempt_id,
        assignment=assignment,
        learner=learner,
        course=course,
        submission=submission.digest,
        received_at="2026-11-28T10:00:00+00:00",
        number=number,
        state=state,
    )
    row = records.report_row(a_report(attempt, **changes), sample.learner_report(), "")
    with store.database.writing() as connection:
        records.put_submission(connection, submission)
        records.put_attempt(connection, attempt)
        records.put_report(connection, attempt_id, row, now=1.0)
    return attempt
