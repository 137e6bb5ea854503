"""What waits for a person, and what a reviewer reads: the work, the levels to choose from, and not whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.checks import review
from grader.desk import Desk
from grader.errors import UsageError
from grader.model import Level, Pack, Rating, Report, Review
from grader.pinned import pinned_pack
from grader.story.reviewed import asks_people


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One check of one attempt that waits for a person.

    Attributes:
        attempt: its id; whose it is is not said.
        assignment: slug.
        course: which course, or empty.
        received_at: when it was handed in (UTC, ISO 8601).
        check: the name of the check.
        given: how many reviewers have spoken.
    """

    attempt: str
    assignment: str
    course: str
    received_at: str
    check: str
    given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A check as a reviewer is asked it.

    Attributes:
        check: its name.
        question: what is asked.
        levels: to choose from, the lowest first.
        reviewers: how many it takes.
        given: how many have spoken.
        ratings: all that was said, the oldest first, once the check is decided; none before.
    """

    check: str
    question: str
    levels: tuple[Level, ...]
    reviewers: int
    given: int
    ratings: tuple[Rating, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a reviewer reads.

    Attributes:
        attempt: its id.
        assignment: slug.
        title: the assignment's.
        files: the submission, by relative path: a stranger's bytes.
        asked: the checks that people decide.
    """

    attempt: str
    assignment: str
    title: str
    files: dict[str, bytes]
    asked: tuple[Asked, ...]


def waiting(desk: Desk, *, course: str | None = None, reviewer: str = "") -> tuple[Waiting, ...]:
    """Return what waits for a person, the oldest first.

    Args:
        desk: of the installation.
        course: only of this one.
        reviewer: leave out what this one has rated already, or handed in.
    """
    return tuple(
        Waiting(
            attempt=attempt.id,
            assignment=attempt.assignment,
            course=attempt.course,
            received_at=attempt.received_at,
            check=check,
            given=len(said),
        )
        for attempt, report in desk.store.reviews.waiting(course)
        for check, said in _open(desk, report)
        if not reviewer or reviewer not in {*said, attempt.learner}
    )


def _open(desk: Desk, report: Report) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the pending checks that people decide, each with who has spoken."""
    ratings = desk.store.reviews.of(report)
    pending = {one.check for one in report.verdicts if str(one.outcome) == "PENDING"}
    for check in asks_people(report):
        if check in pending:
            yield check, tuple(review.newest_of_each([one for one in ratings if one.check == check]))


def work(desk: Desk, attempt_id: str) -> Work:
    """Return what a reviewer reads of an attempt.

    Raises:
        UsageError: there is no such attempt, no report of it, nobody is asked, or its pack is not here.
    """
    report = desk.store.report(attempt_id)
    pack = pack_of(desk, report)
    _, submission = desk.store.handed_in(attempt_id)
    ratings = desk.store.reviews.of(report)
    return Work(
        attempt=attempt_id,
        assignment=pack.slug,
        title=pack.assignment.title,
        files=dict(submission.files),
        asked=tuple(_asked(pack, check, ratings) for check in asks_people(report)),
    )


def _asked(pack: Pack, name: str, ratings: tuple[Rating, ...]) -> Asked:
    check = review_of(pack, name)
    said = tuple(one for one in ratings if one.check == name)
    return Asked(
        check=name,
        question=check.question,
        levels=check.levels,
        reviewers=check.reviewers,
        given=len(review.newest_of_each(said)),
        ratings=said if review.deciding(check, said) else (),
    )


def pack_of(desk: Desk, report: Report) -> Pack:
    """Return the pack version that graded an attempt, some of which a person judges.

    Raises:
        UsageError: it is not here, or nobody is asked.
    """
    found = pinned_pack(desk, report.assignment, report.pins)
    if found is None:
        raise UsageError(
            f"the version of {report.assignment} that graded this attempt is not here: point --assignments at it"
        )
    if not asks_people(report):
        raise UsageError(f"attempt {report.circumstances.attempt} has nothing that a person judges")
    return found.pack


def review_of(pack: Pack, name: str) -> Review:
    """Return the check of this name.

    Raises:
        UsageError: it is not one that a person judges.
    """
    check = pack.rubric.checks[name]
    if not isinstance(check, Review):
        raise UsageError(f"check {name} is not one that a person judges")
    return check
