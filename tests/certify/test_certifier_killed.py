"""Certifiers are killed in the middle of what they do, 12 times: no request is lost, and nothing is issued twice."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from attempts import put_graded
from services import redis_server

from grader.certifier import Certifier
from grader.certify.office import own_trust
from grader.certify.verification import verify_file
from grader.credential import Standing
from grader.ledger.audit import audit
from grader.ledger.schema import bodies
from grader.log import open_log
from grader.queue import Queue
from grader.store.requests import Request

pytestmark = pytest.mark.services
ROUNDS = 12
ATTEMPTS = 30
CROWD = Path(__file__).with_name("certifier_crowd.py")


@pytest.mark.timeout(600)
def test_nothing_is_lost_and_nothing_is_issued_twice(office):
    """Promises, after 12 rounds of kill -9 of two certifiers, each of these.

    Everybody who asked has one certificate, and it is the very file that was released first, whoever was killed then.
    The ledger has one award for each, audits as sound, and the file verifies. No request is left over.
    """
    store = office.store
    for number in range(ATTEMPTS):
        put_graded(store, f"a{number}", learner=f"learner-{number}", number=number + 1)
        store.requests.ask(Request(attempt=f"a{number}", name=f"Learner {number}"))
    store.database.close()
    with redis_server() as server:
        command = [sys.executable, str(CROWD), str(store.home), server.url, str(ROUNDS)]
        subprocess.run(command, check=True, env={**os.environ}, timeout=500)
        told = (store.home / "told").read_text().splitlines()
        last = Certifier(office, Queue(server.url), open_log())
        assert len(last.lines()) == 1  # what was in the hands of the killed is in line again
        while waiting := store.requests.ready(ATTEMPTS):
            for attempt in waiting:
                last.carry_out(attempt)

    released = dict.fromkeys(line.removeprefix("released ") for line in told if line.startswith("released "))
    names = [f"a{number}" for number in range(ATTEMPTS)]
    kept = [store.certificates.of_attempt(name) for name in names]
    assert all(one is not None and one.bundle for one in kept)
    digests = {one.attempt: hashlib.sha256(one.bundle).hexdigest() for one in kept}
    assert all(digests[attempt] == digest for attempt, digest in map(str.split, released))
    assert len({one.id for one in kept}) == ATTEMPTS
    with office.ledger.database.reading() as connection:
        keys = Counter(row.key for row in connection.execute(bodies.select()))
    assert keys == Counter([f"award/{name}" for name in names] + [key for key in keys if not key.startswith("award/")])
    assert audit(office.ledger).sound
    now = datetime.now(UTC)
    for one in (kept[0], kept[-1]):
        assert verify_file(one.bundle, own_trust(office.keyring), at=now).standing is Standing.ESTABLISHED
    assert all(store.requests.of_attempt(name) is None for name in names)
    # and they were killed in each of the steps, or what is shown above was never tried
    assert {line for line in told if line.startswith("step ")} >= {
        f"step {name}" for name in ("draft", "append", "publish", "release")
    }
