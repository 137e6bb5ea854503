"""What comes before certifying, and opens no key: grading again in boxes of their own; with a queue, asking for it."""

from __future__ import annotations

import typer

from grader import errors
from grader.cli.app import back_end, desk, progress
from grader.cli.console import say
from grader.confirming import confirm
from grader.credential.claim import DEMO
from grader.requesting import answer, ask_for_certificate, wait_for_answer
from grader.settings import Settings
from grader.store.certificates import Certificate
from grader.store.requests import Request


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


def asked_for(known: Settings, request: Request, *, wait: bool) -> Certificate:
    """Return the certificate that whoever has the keys has released; asks for it first, if nobody has.

    Raises:
        NotCertifiable: something speaks against it, or it was refused.
        Exit: it is in line, and nobody wants to wait (6).
    """
    here, attempt = desk(known), request.attempt
    certificate = answer(here, attempt)
    if certificate is None and here.store.requests.of_attempt(attempt) is None:
        ask_for_certificate(here, request)
    if certificate is None and wait:
        with progress("certify") as told:
            certificate = wait_for_answer(here, attempt, told)
    if certificate is None:
        say(f"attempt {attempt} is in line to be certified: ask again later, or with --wait")
        raise typer.Exit(errors.NOT_FINAL)
    return certificate
