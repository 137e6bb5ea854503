"""Asking for a certificate where a queue is: the request is kept, and whoever has the keys is told that there is one.

No key is needed for that, and none is opened. What speaks against it is told at once, as far as that can be seen from
here; what was graded in a cell is lined up for a worker, to be graded again in boxes of its own first.
"""

from __future__ import annotations

import time

from grader.certify.grounds import NotCertifiable
from grader.certify.looking import Looked, look
from grader.desk import Desk
from grader.model import Job, Lane
from grader.pinned import pinned_pack
from grader.reception import job_of, tell_queue
from grader.store.certificates import Certificate
from grader.store.requests import Request
from grader.story.grading import Progress

ANSWER_SECONDS = 0.3
_ANYBODY = ("", "DEMO")
"""Issuers of whom it is not sure from here that they certify no known example."""


def ask_for_certificate(desk: Desk, request: Request) -> None:
    """Keep a request and tell the queue.

    Raises:
        NotCertifiable: something speaks against it; nothing is kept.
        UsageError: there is no such attempt, no report of it, or its pack is not here.
    """
    known = desk.settings
    looked = look(desk.store, known.assignments, request.attempt, demo=known.issuer in _ANYBODY, unconfirmed=True)
    first = None if looked.report.circumstances.tenancy == "single" else _confirming(desk, looked)
    desk.store.requests.ask(request, first)
    tell_queue(desk)


def _confirming(desk: Desk, looked: Looked) -> Job:
    """Return the job that grades an attempt again, by the very pack that judged it."""
    found = pinned_pack(desk, looked.report.assignment, looked.report.pins)
    if found is None:
        raise NotCertifiable(
            "this attempt was graded in a cell, and the pack that judged it is not kept any more: have it handed in "
            "again"
        )
    return job_of(desk, looked.attempt, found.pack, found.files or {}, Lane.REGRADE, key=found.key)


def answer(desk: Desk, attempt_id: str) -> Certificate | None:
    """Return the certificate of an attempt once it is released; None while it is asked for, or nobody has asked.

    Raises:
        NotCertifiable: it was refused; told once, then the request is forgotten and it can be asked for again.
    """
    kept = desk.store.certificates.of_attempt(attempt_id)
    if kept is not None and kept.bundle is not None:
        return kept
    asked = desk.store.requests.of_attempt(attempt_id)
    if asked is not None and asked.refused:
        desk.store.requests.done(attempt_id)
        raise NotCertifiable(asked.refused)
    return None


def wait_for_answer(desk: Desk, attempt_id: str, progress: Progress) -> Certificate:
    """Return the certificate that was asked for, once it is released.

    Raises:
        NotCertifiable: it was refused.
    """
    progress("waiting for whoever certifies")
    while (certificate := answer(desk, attempt_id)) is None:
        time.sleep(ANSWER_SECONDS)
    return certificate
