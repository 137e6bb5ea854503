"""What waits to be graded, and what a course says about waiting.

A job belongs to an attempt and says nothing of a mark. It is the store's, which is the truth; the queue holds only the
attempt's id, as a hint that there is work.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from grader.model.assignment import Tenancy


class Lane(Enum):
    """Which line a job stands in; earlier ones are served first."""

    INTERACTIVE = "interactive"
    BATCH = "batch"
    REGRADE = "regrade"
    GPU = "gpu"
    CERTIFY = "certify"
    """Of requests for certificates: whoever has the keys serves it, and no worker does."""


class JobState(Enum):
    """Where a job stands. One that is done is no longer there."""

    WAITING = "waiting"
    RUNNING = "running"
    PARKED = "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An attempt that is to be graded.

    Attributes:
        attempt: its id.
        lane: which line it stands in.
        course: for fairness, as the attempt has it.
        learner: likewise.
        assignment: slug.
        pack: key under which the store has the pack's files.
        needs: image families that grading takes, in order, joined by `+`.
        queued_at: seconds since the epoch, by the store's clock.
        tries: how often a worker has taken it up.
        state: where it stands.
        worker: who has it, while it is running.
        reason: why it is parked, in a word: `engine`, `pack` or `submission`; else empty.
        said: the last error's sentence for a person, or empty.
    """

    attempt: str
    lane: Lane
    course: str
    learner: str
    assignment: str
    pack: str
    needs: str
    queued_at: float
    tries: int = 0
    state: JobState = JobState.WAITING
    worker: str = ""
    reason: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What a course says about its attempts; a course that nobody described has the defaults.

    Attributes:
        id: as attempts name it.
        newest_only: a newer attempt takes the place of the same learner's older ones that still wait.
        tenancy: `single` for a container of its own for each box, whatever a pack says; `cell` for as packs say.
    """

    id: str
    newest_only: bool = False
    tenancy: Tenancy = "cell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """One time that an attempt was taken up, and what it cost.

    Attributes:
        attempt: its id.
        worker: who did it.
        lane: from which line.
        started_at: seconds since the epoch.
        seconds: how long it took.
        cpu_ms: what its boxes used.
        boxes: how many were opened.
        ended: `graded`, `same`, `other` (a regrade with the same, or other findings), `parked` or `retried`.
        findings_digest: of what was found, or empty.
    """

    attempt: str
    worker: str
    lane: Lane
    started_at: float
    seconds: float
    cpu_ms: int = 0
    boxes: int = 0
    ended: str = "graded"
    findings_digest: str = ""
