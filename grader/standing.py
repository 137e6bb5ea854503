"""Where an attempt stands, for whoever asks for its report before there is one."""

from __future__ import annotations

import time
from dataclasses import dataclass

from grader.desk import Published
from grader.errors import AuthorError, EngineError, GraderError, SubmissionError
from grader.model import Attempt, Job, JobState, State
from grader.pipeline import published
from grader.store import Store
from grader.store.jobs import PACK, SUBMISSION
from grader.story.grading import Progress

LOOK_SECONDS = 0.3
_FINAL = (State.GRADED, State.PROVISIONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an attempt stands.

    Attributes:
        attempt: as the store has it.
        published: its report, or None while there is none.
        place: its place in line, from 1; 0 when it is not waiting.
        error: why there will be none until somebody does something, or None.
    """

    attempt: Attempt
    published: Published | None = None
    place: int = 0
    error: GraderError | None = None

    @property
    def settled(self) -> bool:
        """Whether waiting longer changes nothing."""
        return self.published is not None or self.error is not None

    @property
    def said(self) -> str:
        """Where it stands, in words."""
        if self.place:
            return f"waiting, number {self.place} in line"
        return {State.RUNNING: "being graded"}.get(self.attempt.state, "waiting for another try")


def standing(store: Store, attempt_id: str) -> Standing:
    """Return where an attempt stands.

    Raises:
        UsageError: there is none.
    """
    job = store.jobs.job(attempt_id)
    attempt = store.attempt(attempt_id)
    if attempt.state in _FINAL:
        return Standing(attempt=attempt, published=published(store, attempt_id))
    if attempt.state is State.SUPERSEDED:
        said = f"attempt {attempt_id} is not graded: a newer one of the same learner took its place"
        return Standing(attempt=attempt, error=SubmissionError(said))
    if job is not None and job.state is JobState.PARKED:
        return Standing(attempt=attempt, error=_why(job))
    if job is None and attempt.state is State.NOT_GRADED:
        return Standing(attempt=attempt, error=EngineError(f"attempt {attempt_id} was not graded"))
    return Standing(attempt=attempt, place=store.lines.place(attempt_id))


def follow(store: Store, attempt_id: str, progress: Progress) -> Published:
    """Return what an attempt came to, once it has; who waits is told where it stands.

    Raises:
        GraderError: it will not be graded, or not until somebody has done something.
    """
    said = ""
    while True:
        stands = standing(store, attempt_id)
        if stands.error is not None:
            raise stands.error
        if stands.published is not None:
            return stands.published
        if stands.said != said:
            said = stands.said
            progress(said)
        time.sleep(LOOK_SECONDS)


def _why(job: Job) -> GraderError:
    if job.reason == SUBMISSION:
        return SubmissionError(job.said)
    if job.reason == PACK:
        return AuthorError(job.said)
    return EngineError(f"not graded, for no fault of the submission: {job.said}; an operator has to look at it")
