"""Work that a person judges: the queue of what waits, what a reviewer reads and says, and who agrees with whom.

The automatic part of a report is kept and never computed again: a rating makes a new report out of it and of what
people said, stored beside the old one in the transaction that keeps the rating (`grader.store.reviews`). A reviewer is
not told whose work it is, nor what the other reviewer said before the check is decided: two who know of each other are
one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from grader.catalog.wording import nearest, shown
from grader.checks import review
from grader.desk import Desk, Published, now, publish
from grader.errors import UsageError
from grader.model import MOST_COMMENT, Attempt, Level, Pack, Rating, Report, Review
from grader.pinned import pinned_pack
from grader.store.reviews import Reviewed
from grader.story.reveal import reveal
from grader.story.reviewed import asks_people, with_ratings

_LONGEST_NAME = 200


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """How far two reviewers agree on a check, over the attempts that both of them rated.

    Attributes:
        assignment: slug.
        check: its name.
        reviewers: both, in order of name.
        both: how many attempts.
        same: the share of them with the same level.
        kappa: Cohen's kappa, or None where chance explains all or nothing is there.
    """

    assignment: str
    check: str
    reviewers: tuple[str, str]
    both: int
    same: Fraction
    kappa: Fraction | None


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
    pack = _pack_of(desk, report)
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
    check = _review(pack, name)
    said = tuple(one for one in ratings if one.check == name)
    return Asked(
        check=name,
        question=check.question,
        levels=check.levels,
        reviewers=check.reviewers,
        given=len(review.newest_of_each(said)),
        ratings=said if review.deciding(check, said) else (),
    )


def rate(desk: Desk, attempt_id: str, check: str, *, level: str, comment: str, reviewer: str) -> Published:
    """Keep what a reviewer says, and the report that comes of it; nothing is run again.

    Raises:
        UsageError: there is no such attempt, check or level; the reviewer handed it in, or is one more than it takes;
            it is certified, or graded at this moment.
    """
    _look_at(reviewer, comment)
    pack = _pack_of(desk, desk.store.report(attempt_id))

    def decide(attempt: Attempt, report: Report, ratings: tuple[Rating, ...]) -> Reviewed:
        if (report.pins.pack, report.pins.rubric) != (pack.digest, pack.rubric_digest):
            raise UsageError(
                f"attempt {attempt_id} was graded by another version of its pack just now: look at it again"
            )
        _look_at_rating(pack, attempt, report, ratings)
        reviewed = publish_reviewed(pack, report, ratings)
        return Reviewed(report=reviewed.report, shown=reviewed.learner, page=reviewed.page)

    rating = Rating(
        attempt=attempt_id,
        check=check,
        reviewer=reviewer,
        level=level,
        comment=comment.strip(),
        given_at=now(),
        version="",
    )
    kept = desk.store.reviews.rate(rating, decide)
    return Published(kept.report, kept.shown, kept.page)


def publish_reviewed(pack: Pack, report: Report, ratings: tuple[Rating, ...]) -> Published:
    """Return a report with what people said, as it is published."""
    reviewed = with_ratings(pack, report, ratings)
    return publish(reviewed, reveal(reviewed, pack))


def agreements(desk: Desk, course: str, *, assignment: str = "") -> tuple[Agreed, ...]:
    """Return how far reviewers agree over a course, pair by pair; what each said first counts.

    A later word may come of talking to each other, so it says nothing of agreement.
    """
    found: dict[tuple[str, str, str, str], list[tuple[str, str]]] = {}
    for attempt, ratings in desk.store.reviews.of_course(course, assignment):
        for check, version in sorted({(one.check, one.version) for one in ratings}):
            first = review.first_of_each([one for one in ratings if (one.check, one.version) == (check, version)])
            for one, other in combinations(sorted(first), 2):
                pair = (first[one].level.casefold(), first[other].level.casefold())
                found.setdefault((attempt.assignment, check, one, other), []).append(pair)
    return tuple(
        Agreed(
            assignment=slug,
            check=check,
            reviewers=(one, other),
            both=len(pairs),
            same=review.agreement(pairs),
            kappa=review.kappa(pairs),
        )
        for (slug, check, one, other), pairs in sorted(found.items())
    )


def _pack_of(desk: Desk, report: Report) -> Pack:
    found = pinned_pack(desk, report.assignment, report.pins)
    if found is None:
        raise UsageError(
            f"the version of {report.assignment} that graded this attempt is not here: point --assignments at it"
        )
    if not asks_people(report):
        raise UsageError(f"attempt {report.circumstances.attempt} has nothing that a person judges")
    return found.pack


def _review(pack: Pack, name: str) -> Review:
    check = pack.rubric.checks[name]
    if not isinstance(check, Review):
        raise UsageError(f"check {name} is not one that a person judges")
    return check


def _look_at(reviewer: str, comment: str) -> None:
    """Refuse a name or a comment that no list, page or database could hold as it is."""
    if not reviewer or len(reviewer) > _LONGEST_NAME or not reviewer.isprintable():
        raise UsageError(f"--as: found {reviewer[:40]!a}; expected 1 to {_LONGEST_NAME} printable characters")
    if not comment.strip() or len(comment) > MOST_COMMENT:
        raise UsageError(
            f"--comment: found {len(comment)} characters; expected 1 to {MOST_COMMENT}: the learner reads it"
        )
    odd = next((one for one in comment if unicodedata.category(one) in {"Cc", "Cs"} and one not in "\n\t"), None)
    if odd is not None:
        raise UsageError(f"--comment: found the control character {odd!a}; expected text")


def _look_at_rating(pack: Pack, attempt: Attempt, report: Report, ratings: tuple[Rating, ...]) -> None:
    """Refuse the newest of these ratings if it is not one of this check's."""
    *_, rating = ratings
    asked = asks_people(report)
    if rating.check not in asked:
        raise UsageError(
            f"attempt {attempt.id}: nobody is asked for {shown(rating.check)}; {nearest(rating.check, asked)}"
        )
    check = _review(pack, rating.check)
    titles = [level.title for level in check.levels]
    if rating.level.casefold() not in {title.casefold() for title in titles}:
        raise UsageError(f"--level: found {shown(rating.level)}, which is no level; {nearest(rating.level, titles)}")
    if rating.reviewer == attempt.learner:
        raise UsageError(f"--as: {rating.reviewer} handed this in; somebody else has to judge it")
    before = [one for one in ratings[:-1] if one.check == rating.check]
    if rating.reviewer not in review.newest_of_each(before) and review.deciding(check, before):
        raise UsageError(
            f"check {rating.check} of attempt {attempt.id} is decided; only who decided can change their mind"
        )
