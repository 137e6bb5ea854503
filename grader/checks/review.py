"""`review`: a person chooses a level. PENDING until enough people have; what they said then decides, exactly.

Theory of operation. People change their minds and do not always agree, so what counts is a rule and no habit:

    of one reviewer      the newest rating
    of a check           its reviewers in the order in which they first spoke; a check for one has one, a check for two
                         has two, and a third when the two are more than one level apart
    one level            that level
    two, neighbours      the mean of their shares, or the lower, as the rubric declares
    three                the middle level: no single one of them can move it past both others

`judge` is pure, so that what a report says can be computed again from the ratings alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from grader.model import Item, Outcome, Rating, Review, Verdict, Word
from grader.scoring import ONE, ZERO

WAITING = "A person reads this, and has not yet."
THIRD = "Two reviewers are far apart, so a third reads it too."
SAID = "A reviewer: "
_TWO = 2


def pending(name: str, check: Review, said: str = WAITING) -> Verdict:
    """Return the verdict of a check that waits for a person."""
    item = Item(id="question", sentence=check.question, outcome=Outcome(Word.PENDING))
    return Verdict(
        check=name,
        kind="review",
        outcome=Outcome(Word.PENDING),
        earned=ZERO,
        items=(item,),
        repeatable=False,
        notes=(said,),
    )


def judge(name: str, check: Review, ratings: Sequence[Rating]) -> Verdict:
    """Return the verdict on ratings of this check, the oldest first.

    Raises:
        ValueError: a rating names no level of the check.
    """
    counting = deciding(check, ratings)
    if not counting:
        return pending(name, check, THIRD if len(newest_of_each(ratings)) >= _TWO else WAITING)
    ranks = [rank_of(check, one.level) for one in counting]
    reached = sorted(ranks)[1:2] if len(ranks) > _TWO else sorted(set(ranks), reverse=True)
    shares = [check.levels[rank].share for rank in reached]
    earned = min(shares) if check.conflict == "lower" else sum(shares, ZERO) / len(shares)
    outcome = Outcome(Word.PASSED if earned == ONE else Word.PARTIAL if earned > 0 else Word.FAILED)
    levels = [check.levels[rank] for rank in reached]
    return Verdict(
        check=name,
        kind="review",
        outcome=outcome,
        earned=earned,
        items=tuple(
            Item(id=f"level {number}", sentence=f"{level.title}: {level.sentence}", outcome=outcome)
            for number, level in enumerate(levels, start=1)
        ),
        repeatable=False,
        notes=tuple(f"{SAID}{one.comment}" for one in counting if one.comment),
    )


def deciding(check: Review, ratings: Sequence[Rating]) -> tuple[Rating, ...]:
    """Return the ratings that decide a check, out of all of it, the oldest first; none while it is open."""
    said = tuple(newest_of_each(ratings).values())
    if check.reviewers == 1:
        return said[:1]
    if len(said) < _TWO:
        return ()
    one, other = (rank_of(check, rating.level) for rating in said[:_TWO])
    if abs(one - other) <= 1:
        return said[:_TWO]
    return said[: _TWO + 1] if len(said) > _TWO else ()


def newest_of_each(ratings: Sequence[Rating]) -> dict[str, Rating]:
    """Return the newest rating of each reviewer, the reviewers in the order in which they first spoke."""
    return {one.reviewer: one for one in ratings}


def first_of_each(ratings: Sequence[Rating]) -> dict[str, Rating]:
    """Return the first rating of each reviewer: what was said before anybody could have talked about it."""
    found: dict[str, Rating] = {}
    for one in ratings:
        found.setdefault(one.reviewer, one)
    return found


def rank_of(check: Review, level: str) -> int:
    """Return the place of a level by its title, from 0, whatever the case of its letters.

    Raises:
        ValueError: there is no such level.
    """
    titles = [one.title.casefold() for one in check.levels]
    return titles.index(level.casefold())


def kappa(pairs: Sequence[tuple[str, str]]) -> Fraction | None:
    """Return Cohen's kappa of two reviewers: how much more they agree than by chance, at most 1.

    Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20(1),
    1960, pages 37 to 46: (p_o - p_e) / (1 - p_e), where p_o is the share of equal answers, and p_e the sum over the
    levels of the product of both reviewers' shares.

    Args:
        pairs: what each of the two said of the same thing; the first is always the same reviewer.

    Returns:
        None where there is nothing to compare, or where both said one level only, so that chance explains all.
    """
    if not pairs:
        return None
    count = len(pairs)
    ones, others = [one for one, _ in pairs], [other for _, other in pairs]
    observed = agreement(pairs)
    chance = sum((Fraction(ones.count(level) * others.count(level), count**2) for level in set(ones)), ZERO)
    return None if chance == ONE else (observed - chance) / (1 - chance)


def agreement(pairs: Sequence[tuple[str, str]]) -> Fraction:
    """Return the share of pairs that are equal; of no pairs 0."""
    return Fraction(sum(one == other for one, other in pairs), len(pairs)) if pairs else ZERO
