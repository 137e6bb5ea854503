"""What a learner hands in, and the act of handing it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

MESSAGE = "commit-message.txt"
"""Under which name the message of a patch is a file of the submission."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """The learner's files, frozen. Its digest names content, nobody's property.

    Attributes:
        files: relative path to bytes, the declared files only.
        digest: of names and contents.
    """

    files: Mapping[str, bytes]
    digest: str


class State(Enum):
    """Where an attempt stands."""

    RECEIVED = "received"
    QUEUED = "queued"
    RUNNING = "running"
    GRADED = "graded"
    PROVISIONAL = "provisional"
    NOT_GRADED = "not_graded"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One act of submitting. Two learners with the same bytes are two attempts.

    Attributes:
        id: unguessable, short enough to type.
        assignment: slug.
        learner: who, as the course names them.
        course: which course, or empty.
        submission: digest.
        received_at: UTC, ISO 8601.
        number: this learner's n-th attempt at this assignment, from 1.
        state: where it stands.
    """

    id: str
    assignment: str
    learner: str
    course: str
    submission: str
    received_at: str
    number: int
    state: State
