"""How many certificates are signed and verified in a second. Run: `python tests/credential/figures.py [SECONDS]`.

By one process, with processor time beside the clock, since the machine may have other things to do. No test: a figure
is read, not passed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from credential_samples import DID, KEY, NOW, claim, signed

from grader.credential import Canonicaliser, Standing, Trust, did, open_badge, proof, verify
from grader.credential.strict_json import canonical
from grader.credential.trust import trusted

TRUST = Trust(issuers={DID: trusted(DID)})
METHOD = did.verification_method(DID, KEY.multikey)


@dataclass(frozen=True)
class Figure:
    """What one thing takes.

    Attributes:
        what: as printed.
        each: seconds of the clock for one.
        processor: seconds of the processor for one, this process only.
        times: how often it was done.
    """

    what: str
    each: float
    processor: float
    times: int


def measured(what: str, do: Callable[[], None], seconds: float) -> Figure:
    """Do something for so many seconds, after once for nothing."""
    do()
    started, used, times = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - started < seconds:
        do()
        times += 1
    took = time.perf_counter() - started
    return Figure(what, took / times, (time.process_time() - used) / times, times)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    document, credential = open_badge.write(claim()), canonical(signed())
    forged = credential.replace(b"Ada Lovelace", b"Ida Lovelace")

    def sign(*suites: str) -> Callable[[], None]:
        return lambda: void(proof.sign(document, KEY, verification_method=METHOD, created="2026-11-20T10:00:00Z",
                                       suites=suites or proof.SUITES))  # fmt: skip

    def check(content: bytes, expected: Standing, child: Canonicaliser | None) -> Callable[[], None]:
        def once() -> None:
            assert verify(content, TRUST, at=NOW, canonicaliser=child).standing is expected

        return once

    with Canonicaliser() as child:
        figures = [
            measured("write a claim as a badge", lambda: void(open_badge.write(claim())), seconds),
            measured("sign, both proofs", sign(), seconds),
            measured("sign, jcs alone (terms are checked all the same)", sign(proof.JCS), seconds),
            measured("verify, one child for all", check(credential, Standing.ESTABLISHED, child), seconds),
            measured("verify, a child for each", check(credential, Standing.ESTABLISHED, None), seconds),
            measured("refuse a forgery", check(forged, Standing.REFUSED, child), seconds),
        ]
    print(f"a certificate of {len(credential)} bytes, {len(document['evidence'])} evidences, 2 criteria\n")
    print(f"{'':50} {'a second':>9} {'ms each':>9} {'ms here':>9}")
    for one in figures:
        print(f"{one.what:50} {1 / one.each:9.1f} {one.each * 1000:9.2f} {one.processor * 1000:9.2f}")


def void(_value: object) -> None:
    """Take what nobody needs."""


if __name__ == "__main__":
    main()
