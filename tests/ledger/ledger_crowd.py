"""Processes that write, publish and export at once, and are killed in the middle; a program for `test_killed.py`.

    ledger_crowd.py HOME URL KEY ROUNDS

In each round, three writers and two publishers are forked, and all are killed with SIGKILL at a moment that is drawn
beforehand, counted in what they have told, never in seconds. What they told until then is written to HOME/told: what a
writer was told to be in line, and each checkpoint that a publisher handed out. A record is told only after the call
that promises it has returned; whatever was promised must hold at the end.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

from ledgers import award

from grader.ledger import Ledger
from grader.ledger.export import export
from grader.ledger.key import Signer, signer_of

WRITERS, PUBLISHERS = 3, 2
MOST_LINES, MOST_NOTES = 20, 3
"""How many records of each kind are waited for in a round, at most: 278 and 32 in 25 rounds as they are drawn."""


def main(home: Path, url: str, key: str, rounds: int) -> None:
    """Run the rounds."""
    draw = random.Random(6)  # noqa: S311 - the same moments each time
    signer = signer_of(key)
    told = (home / "told").open("ab")
    reached = [0] * WRITERS
    for _ in range(rounds):
        pipe, end = os.pipe()
        jobs = [partial(write, home, url, who, reached[who], end) for who in range(WRITERS)]
        jobs += [partial(publish, home, url, signer, end)] * PUBLISHERS
        crowd = [forked(job) for job in jobs]
        os.close(end)
        wanted = {b"line": draw.randint(0, MOST_LINES), b"note": draw.randint(0, MOST_NOTES)}
        with os.fdopen(pipe, "rb") as heard:
            lines = []
            while any(wanted.values()):
                lines.append(heard.readline())
                assert lines[-1], "all of them have ended by themselves"
                kind = lines[-1][:4]
                wanted[kind] = max(0, wanted[kind] - 1)
            for one in crowd:
                os.kill(one, signal.SIGKILL)
            lines += heard  # what they told before they were killed
        for one in crowd:
            os.waitpid(one, 0)
        for line in lines:
            assert line.endswith(b"\n"), line
            kind, _, rest = line.partition(b" ")
            if kind == b"line":
                who, number = map(int, rest.split())
                reached[who] = max(reached[who], number + 1)
        told.writelines(lines)
        told.flush()


def forked(job) -> int:
    """Run a job in a process of its own; it ends when it is killed, or with a code that says that it broke."""
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            job()
        os._exit(1)
    return child


def write(home: Path, url: str, who: int, begin: int, end: int) -> None:
    """Append, from where this writer was; what it does not know to be in line it appends again."""
    ledger = Ledger(home, url)
    number = begin
    while True:
        ledger.append(award(number, f"learner-{who}"), f"award/{who}/{number}")
        tell(end, f"line {who} {number}")
        number += 1


def publish(home: Path, url: str, signer: Signer, end: int) -> None:
    """Publish and export, and hand out each checkpoint."""
    ledger = Ledger(home, url)
    while True:
        tell(end, f"note {ledger.publish([signer]).hex()}")
        tell(end, f"note {export(ledger, home / 'export').hex()}")


def tell(end: int, text: str) -> None:
    """Write one record; a pipe takes so short a one whole or not at all."""
    os.write(end, f"{text}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
