"""What a reviewer says, and the report that comes of it: kept together or not at all, and nothing is run again."""

from __future__ import annotations

import unicodedata

from grader.catalog.wording import nearest, shown
from grader.checks import review
from grader.desk import Desk, Published, now, publish
from grader.errors import UsageError
from grader.model import MOST_COMMENT, Attempt, Pack, Rating, Report
from grader.reviewing.reading import pack_of, review_of
from grader.store.reviews import Reviewed
from grader.story.reveal import reveal
from grader.story.reviewed import asks_people, with_ratings

_LONGEST_NAME = 200


def rate(desk: Desk, attempt_id: str, check: str, *, level: str, comment: str, reviewer: str) -> Published:
    """Keep what a reviewer says, and the report that comes of it; nothing is run again.

    Raises:
        UsageError: there is no such attempt, check or level; the reviewer handed it in, or is one more than it takes;
            it is certified, or graded at this moment.
    """
    _look_at(reviewer, comment)
    pack = pack_of(desk, desk.store.report(attempt_id))

    def decide(attempt: Attempt, report: Report, ratings: tuple[Rating, ...]) -> Reviewed:
        if (report.pins.pack, report.pins.rubric) != (pack.digest, pack.rubric_digest):
            raise UsageError(
                f"attempt {attempt_id} was graded by another version of its pack just now: look at it again"
            )
        _look_at_rating(pack, attempt, report, ratings)
        reviewed = _published(pack, report, ratings)
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


def _published(pack: Pack, report: Report, ratings: tuple[Rating, ...]) -> Published:
    """Return a report with what people said, as it is published."""
    reviewed = with_ratings(pack, report, ratings)
    return publish(reviewed, reveal(reviewed, pack))


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
    check = review_of(pack, rating.check)
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
