"""Holds a job while it is worked on: a thread that renews the lease, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from grader.errors import EngineError
from grader.model import Job
from grader.store.jobs import RENEW_SECONDS, Jobs


@contextmanager
def held(jobs: Jobs, job: Job) -> Iterator[None]:
    """Renew a job's lease until the block ends. A database that does not answer is asked again the next time."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(RENEW_SECONDS):
            with suppress(EngineError):
                jobs.renew(job)

    keeper = threading.Thread(target=renew, name=f"lease of {job.attempt}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
