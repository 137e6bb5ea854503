"""How many certificates are issued, logged and looked at in a second.

Run: `python tests/certify/figures_of_certifying.py [COUNT]`. One process, one certificate after the other, each with
its own checkpoint on the disk. No test: a figure is read, not passed.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from attempts import AT, put_graded

from grader.certify.certifying import certify
from grader.certify.keyring import make_keyring
from grader.certify.office import Office, Recipient, own_trust
from grader.certify.verification import verify_file
from grader.credential import Canonicaliser
from grader.credential.instants import spelled
from grader.ledger import Ledger
from grader.settings import Settings, resource
from grader.store import Store


def main() -> None:
    """Certify and verify so many, and print what one took."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    with tempfile.TemporaryDirectory() as folder, Canonicaliser() as child:
        known = Settings(home=Path(folder), assignments=(resource("assignments"),), issuer="DEMO")
        office = Office(
            store=Store(known.home),
            ledger=Ledger(known.home),
            keyring=make_keyring(known),
            roots=known.assignments,
            canonicaliser=child,
        )
        office.ledger.found(office.keyring.log, spelled(AT))
        for number in range(count):
            put_graded(office.store, f"a{number}", learner=f"learner{number}")
        started, used = time.monotonic(), time.process_time()
        kept = [certify(office, f"a{number}", Recipient(), at=AT) for number in range(count)]
        _tell("certified", count, started, used)
        started, used = time.monotonic(), time.process_time()
        for one in kept:
            verify_file(one.bundle or b"", own_trust(office.keyring), at=AT, canonicaliser=child)
        _tell("verified", count, started, used)


def _tell(what: str, count: int, started: float, used: float) -> None:
    seconds, processor = (time.monotonic() - started) / count, (time.process_time() - used) / count
    print(f"{what} {count}: {1 / seconds:.1f} a second; each {seconds * 1000:.1f} ms, {processor * 1000:.1f} ms of it")


if __name__ == "__main__":
    main()
