"""What one reviewer said of one attempt, for a check of kind `review`."""

from __future__ import annotations

from dataclasses import dataclass

MOST_COMMENT = 1500
"""Characters of a comment: what a page shows whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One reviewer's level and comment. A changed mind is another rating; none is ever taken back.

    Attributes:
        attempt: which.
        check: the name of the check.
        reviewer: who; never shown to the learner.
        level: the title of a level of the rubric.
        comment: what the learner reads beside it.
        given_at: UTC, ISO 8601.
        version: the pack version whose levels these are, as the store names it.
        number: the store's own, rising; 0 before it is kept.
    """

    attempt: str
    check: str
    reviewer: str
    level: str
    comment: str
    given_at: str
    version: str
    number: int = 0
