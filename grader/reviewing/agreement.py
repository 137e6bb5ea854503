"""Who agrees with whom: what says whether the levels of a rubric mean the same to those who use them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from grader.checks import review
from grader.desk import Desk


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
