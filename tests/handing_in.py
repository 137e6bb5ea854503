"""An attempt that was handed in and waits, without a command line and whatever its pack would say of it."""

from grader.canonical import digest_tree
from grader.model import Attempt, Job, Lane, State, Submission

FILES = {"solution.py": b"x = 1"}
PACK = {"assignments/x": b""}
ABOUT = {"assignment": "sorting", "learner": "ada", "course": "", "received_at": "2026-01-01T00:00:00+00:00"}


def hand_in(store, attempt_id, *, files=FILES, pack=PACK, needs="python-core", **about):
    """Receive an attempt, its submission, its pack and its job; returns the attempt, numbered.

    Args:
        store: which takes it in.
        attempt_id: its id.
        files: the learner's.
        pack: the files of the assignment.
        needs: the image families it takes.
        about: what is other than in `ABOUT`.
    """
    submission = Submission(files=files, digest=digest_tree(files))
    attempt = Attempt(id=attempt_id, submission=submission.digest, number=0, state=State.RECEIVED, **{**ABOUT, **about})
    job = Job(
        attempt=attempt_id,
        lane=Lane.INTERACTIVE,
        course=attempt.course,
        learner=attempt.learner,
        assignment=attempt.assignment,
        pack=store.packs.put(attempt.assignment, pack, needs),
        needs=needs,
        queued_at=0.0,
    )
    return store.receive(attempt, submission, job)
