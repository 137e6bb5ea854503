"""Commands that take a certificate back, for good or for a while: revoke, suspend, reinstate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from grader.certify.revoking import reinstate as reinstate_certificate
from grader.certify.revoking import revoke as revoke_certificate
from grader.certify.revoking import suspend as suspend_certificate
from grader.certify.status_lists import kept_at
from grader.cli.app import settings
from grader.cli.commands import app
from grader.cli.console import say
from grader.cli.office import now, office, write
from grader.credential.status_list import REVOCATION, SUSPENSION, Purpose

Certificate = Annotated[
    str, typer.Argument(metavar="CERTIFICATE", help="A certificate's id (urn:uuid:...), or its attempt's.")
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; in the ledger's private part.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Where to write the status list, beside where it is kept.")
]


@app.command()
def revoke(certificate: Certificate, reason: Reason, out: Out = None) -> None:
    """Revoke a certificate for good. The ledger has it first; then a new status list is signed, logged and written."""
    _change(certificate, reason, out, revoke_certificate, REVOCATION, "revoked")


@app.command()
def suspend(certificate: Certificate, reason: Reason, out: Out = None) -> None:
    """Suspend a certificate until it is reinstated. Ledger and status list follow each other as in `revoke`."""
    _change(certificate, reason, out, suspend_certificate, SUSPENSION, "suspended")


@app.command()
def reinstate(certificate: Certificate, reason: Reason, out: Out = None) -> None:
    """End the suspension of a certificate. Ledger and status list follow each other as in `revoke`."""
    _change(certificate, reason, out, reinstate_certificate, SUSPENSION, "reinstated")


def _change(
    certificate: str, reason: str, out: Path | None, change: Callable[..., bytes], purpose: Purpose, done: str
) -> None:
    known = settings(None)
    with office(known) as opened:
        signed = change(opened, certificate, reason, at=now())
    target = kept_at(known.home, purpose)
    if out is not None:
        write(out, signed)
        target = out
    typer.echo(f"{done}; the status list that says so is {target}")
    say("publish it: until a reader has it, they see only what the older one says")
