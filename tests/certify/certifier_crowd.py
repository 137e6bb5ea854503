"""Certifiers that are killed in the middle, round after round; a program for `test_certifier_killed.py`.

    certifier_crowd.py HOME REDIS ROUNDS

In each round two certifiers are forked, and both are killed with SIGKILL at a moment that is drawn beforehand, counted
in steps that they have told, never in seconds. The steps are those of certifying: draft, append, publish, release,
forget; each is told just before it is taken, so that the next thing that a certifier does is what it is killed in.
What was released is told with its bytes, after the call that released it has returned.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sys
from contextlib import suppress
from pathlib import Path

from grader.certifier import serve
from grader.certify.keyring import open_keyring
from grader.certify.office import Office
from grader.ledger import Ledger
from grader.log import open_log
from grader.queue import Queue
from grader.settings import Settings, resource
from grader.store import Store

CERTIFIERS, MOST_STEPS = 2, 9


def main(home: Path, redis: str, rounds: int) -> None:
    """Run the rounds."""
    draw = random.Random(6)  # noqa: S311 - the same moments each time
    told = (home / "told").open("ab")
    for _ in range(rounds):
        pipe, end = os.pipe()
        crowd = [forked(home, redis, end) for _ in range(CERTIFIERS)]
        os.close(end)
        lines = []
        with os.fdopen(pipe, "rb") as heard:
            for _ in range(draw.randint(1, MOST_STEPS)):
                lines.append(heard.readline())
                assert lines[-1], "all of them have ended by themselves"
            for one in crowd:
                os.kill(one, signal.SIGKILL)
            lines += heard
        for one in crowd:
            os.waitpid(one, 0)
        told.writelines(lines)
        told.flush()


def forked(home: Path, redis: str, end: int) -> int:
    """Be a certifier in a process of its own; it ends when it is killed, or with a code that says that it broke."""
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            serve(telling(office_of(home), end), Queue(redis), open_log())
        os._exit(1)
    return child


def office_of(home: Path) -> Office:
    settings = Settings(home=home, assignments=(resource("assignments"),), issuer="School of Examples")
    return Office(store=Store(home), ledger=Ledger(home), keyring=open_keyring(settings), roots=settings.assignments)


def telling(office: Office, end: int) -> Office:
    """Have each step told, before it is taken; what is released, after."""
    certificates, requests, ledger = office.store.certificates, office.store.requests, office.ledger
    for owner, name in ((certificates, "draft"), (ledger, "append"), (ledger, "publish"), (requests, "done")):
        setattr(owner, name, told_before(getattr(owner, name), name, end))
    release = told_before(certificates.release, "release", end)

    def releasing(certificate_id: str, bundle: bytes):
        kept = release(certificate_id, bundle)
        tell(end, f"released {kept.attempt} {hashlib.sha256(kept.bundle).hexdigest()}")
        return kept

    certificates.release = releasing
    return office


def told_before(step, name: str, end: int):
    def taken(*words, **named):
        tell(end, f"step {name}")
        return step(*words, **named)

    return taken


def tell(end: int, text: str) -> None:
    """Write one record; a pipe takes so short a one whole or not at all."""
    os.write(end, f"{text}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
