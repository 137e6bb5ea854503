"""What a certifier process does: the only one that opens issuing keys, it takes requests one after the other.

Theory of operation. Workers run strangers' code behind a wall, and whoever gets over it should find nothing to sign
with. So certifying has a lane and a process of its own, which grades nothing, and may be another user's or another
machine's: keys are in a folder (`GRADER_KEYS`) that only it can read, and of which workers are not told. A job says
which attempt to look at; for whom, and whether there is anything to do, the store says. A certifier can be killed at
any time: each step of certifying can be repeated (`grader.certify.certifying`), and a request stays until the
certificate is released. What was graded in a cell waits until a worker has graded it again in boxes of its own.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from contextlib import suppress
from datetime import datetime

from grader import desk
from grader.certify.certifying import certify
from grader.certify.grounds import NotCertifiable
from grader.certify.office import Office, Recipient
from grader.errors import EngineError, UsageError
from grader.log import Log
from grader.model import Lane
from grader.queue import Queue
from grader.queue.lines import LineName
from grader.queue.worker import Worker, run

LINE = LineName(Lane.CERTIFY, "")
"""Where requests stand in line: they need no image."""
ENOUGH = 20
"""Ids in the line at most: the rest is in the store, in its order."""
LOOK_SECONDS = 1.0


class Certifier:
    """A certifier's place: what it has ready.

    Args:
        office: store, ledger and keys.
        queue: of the installation.
        log: where it says what it does.
    """

    def __init__(self, office: Office, queue: Queue, log: Log) -> None:
        self._office = office
        self._queue = queue
        self._log = log
        self._looked_at = float("-inf")
        self._complaint = ""

    def lines(self) -> list[LineName]:
        """Return the one line there is, filled up from the store; none while that, or the queue, does not answer."""
        if time.monotonic() - self._looked_at < LOOK_SECONDS:
            return [LINE]
        try:
            there = self._queue.there(LINE)
            fresh = [one for one in self._office.store.requests.ready(ENOUGH) if one not in there]
            self._queue.push_all(fresh, LINE)
        except EngineError as error:
            if str(error) != self._complaint:
                self._log.warning("not ready", why=str(error))
            self._complaint = str(error)
            return []
        self._complaint, self._looked_at = "", time.monotonic()
        return [LINE]

    def carry_out(self, attempt_id: str) -> None:
        """Certify an attempt, if somebody asked for it; never raises but to stop the process."""
        requests, log = self._office.store.requests, self._log
        try:
            asked = requests.of_attempt(attempt_id)
            if asked is None or asked.refused:
                log.info("nothing to do", attempt=attempt_id)
                return
            try:
                recipient = Recipient(name=asked.name, email=asked.email)
                certificate = certify(self._office, attempt_id, recipient, at=datetime.fromisoformat(desk.now()))
                requests.done(attempt_id)  # after it is released: who dies before goes on from there
                log.info("certified", attempt=attempt_id, certificate=certificate.id)
            except (NotCertifiable, UsageError) as error:
                requests.refuse(attempt_id, self._why(attempt_id, str(error)))
                log.info("refused", attempt=attempt_id)
            except Exception as error:
                requests.later(asked)
                if not isinstance(error, EngineError):
                    raise
                log.warning("not certified", attempt=attempt_id, why=str(error))
        except EngineError as error:
            log.warning("not certified", attempt=attempt_id, why=str(error))
        except Exception:
            log.exception("fault", attempt=attempt_id)

    def refused(self, job_id: str, why: str) -> None:
        """Tell of a job in the queue that is none of ours."""
        self._log.error("no request", job=ascii(job_id)[:80], why=why[:300])
        with suppress(EngineError):
            self._office.store.agreement.note_refusal()

    def _why(self, attempt_id: str, said: str) -> str:
        """Return why an attempt is refused, with what became of grading it again."""
        if self._office.store.gradings.last_ended(attempt_id) == "other":
            return f"{said}\n- graded again in boxes of its own it was found otherwise: it does not repeat itself"
        return said


def serve(office: Office, queue: Queue, log: Log) -> None:
    """Be a certifier until a signal says to stop: the first when the certificate is released, a second at once."""
    certifier = Certifier(office, queue, log)
    name = f"certifier-{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
    log.info("started", pid=os.getpid(), issuer=office.keyring.issuer.did)
    run(Worker(queue, name, lines=certifier.lines, carry_out=certifier.carry_out, refused=certifier.refused))
    log.info("stopped")
