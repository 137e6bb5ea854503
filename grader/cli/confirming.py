"""Grades an attempt again in boxes of its own before it is certified, if need be: before any key is opened."""

from __future__ import annotations

from grader.cli.app import back_end, desk, progress
from grader.confirming import confirm
from grader.credential.claim import DEMO
from grader.settings import Settings


def confirm_if_need_be(known: Settings, attempt: str) -> None:
    """See that there is a report in boxes of their own; of what was certified already nothing is graded again.

    Raises:
        NotCertifiable: something speaks against it, or it was found otherwise.
    """
    here = desk(known)
    if here.store.certificates.of_attempt(attempt) is not None:
        return
    with progress("certify") as told, back_end(known) as opener:
        confirm(here, opener, attempt, demo=known.issuer == DEMO, progress=told)
