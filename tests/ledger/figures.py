"""Figures of the ledger on this machine: appends a second at each durability, and what a proof costs in a large log.

    .venv/bin/python tests/ledger/figures.py [--entries 1000000] [--seconds 5]

A program, not a test: it prints what it measured, and nothing depends on it. PostgreSQL is started for it, with its own
flushing to the disk on.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import insert

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

# ruff: noqa: E402, T201 - a program that speaks to a person, and finds its neighbours first
from ledgers import AT, ORIGIN, award
from services import database, postgresql

from grader.canonical import digest_bytes
from grader.ledger import Ledger
from grader.ledger.audit import audit
from grader.ledger.export import export
from grader.ledger.exported import audit_export
from grader.ledger.key import Signer
from grader.ledger.proof import check_proof
from grader.ledger.schema import pending

SIGNER = Signer(ORIGIN, bytes(range(32)))
PROOFS = 300
AT_ONCE = 5_000
PROCESSES = 4


def appends(name: str, ledger: Ledger, seconds: float) -> None:
    """Append for a while, one transaction each, made beforehand; then sign them all."""
    ledger.found(SIGNER, AT)
    entries = [award(number) for number in range(int(seconds * 4_000))]
    begin, done = time.perf_counter(), 0
    while done < len(entries) and time.perf_counter() - begin < seconds:
        ledger.append(entries[done], f"award/{done}")
        done += 1
    taken = time.perf_counter() - begin
    begin = time.perf_counter()
    ledger.publish([SIGNER])
    signing = time.perf_counter() - begin
    print(f"{name:44} {done / taken:8,.0f} appends/s   then published {done / signing:8,.0f} entries/s", flush=True)


def appends_by_many(url: str, home: Path, seconds: float) -> None:
    """The same by several processes at once."""
    ledger = Ledger(home, url)
    ledger.found(SIGNER, AT)
    code = (
        "import sys, time; from pathlib import Path; from ledgers import award; from grader.ledger import Ledger\n"
        "ledger, who, seconds = Ledger(Path(sys.argv[1]), sys.argv[2]), sys.argv[3], float(sys.argv[4])\n"
        "entries, done = [award(n) for n in range(int(seconds * 2000))], 0; ledger.size; begin = time.perf_counter()\n"
        "while done < len(entries) and time.perf_counter() - begin < seconds:\n"
        "    ledger.append(entries[done], f'{who}/{done}'); done += 1\n"
        "print(done / (time.perf_counter() - begin))\n"
    )
    path = os.pathsep.join([sys.path[0], sys.path[1]])
    command = [sys.executable, "-c", code, str(home), url]
    crowd = [
        subprocess.Popen(
            [*command, str(who), str(seconds)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        for who in range(PROCESSES)
    ]
    rate = sum(float(one.communicate()[0]) for one in crowd)
    name = f"{'PostgreSQL' if url else 'SQLite FULL'}, {PROCESSES} processes"
    print(f"{name:44} {rate:8,.0f} appends/s", flush=True)
    ledger.close()


def large(home: Path, count: int) -> None:
    """Fill a log with many entries, and time what is asked of it."""
    ledger = Ledger(home)
    old = ledger.found(SIGNER, AT)
    begin = time.perf_counter()
    for first in range(0, count - 1, AT_ONCE):
        with ledger.database.appending() as connection:
            connection.execute(insert(pending), [light(n) for n in range(first, min(first + AT_ONCE, count - 1))])
        note = ledger.publish([SIGNER])
        old = note if first <= count // 2 else old
    print(f"filled with {ledger.size:,} entries in {time.perf_counter() - begin:,.0f} s", flush=True)
    indices = [number * (ledger.size - 1) // PROOFS for number in range(PROOFS)]
    timed("proof made (database)", [lambda index=index: ledger.proof(index) for index in indices])
    ready = [(ledger.proof(index), ledger.entry(index).leaf) for index in indices]
    timed("proof checked, signature too", [lambda one=one: check_proof(*one, [SIGNER.verifier]) for one in ready])
    timed("consistency from the middle", [lambda: ledger.consistency(old)] * PROOFS)
    once("export, the whole log", lambda: export(ledger, home / "export"))
    once("export again, nothing new", lambda: export(ledger, home / "export"))
    once("audit of the export", lambda: audit_export(home / "export", SIGNER.verifier.vkey, [old]).sound or sys.exit(1))
    once("audit of the database", lambda: audit(ledger).sound or sys.exit(1))
    print(f"{'database file':44} {(home / 'ledger.sqlite').stat().st_size / 2**20:8,.0f} MiB")
    ledger.close()


def light(number: int) -> dict[str, object]:
    """A row of the line, its entry written with as little work as there can be."""
    of, nonce = f"sha256:{number:064x}", secrets.token_hex(32)
    body = (
        f'{{"at":"{AT}","credential":"{of}","evidence":"{of}","kind":"award","nonce":"{nonce}","rubric":"{of}",'
        f'"subject":"learner-{number // 3}","submission":"{of}","v":1}}'
    ).encode()
    leaf = f'{{"at":"{AT[:10]}","commitment":"{digest_bytes(body)}","kind":"award","v":1}}'.encode()
    return {"key": f"award/{number}", "kind": "award", "subject": f"learner-{number // 3}", "leaf": leaf, "body": body}


def timed(name: str, calls: list[Callable[[], object]]) -> None:
    """Print median and 95th percentile of calls, in milliseconds."""
    taken = []
    for call in calls:
        begin = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begin) * 1000)
    print(f"{name:44} {median(taken):8.2f} ms median   {quantiles(taken, n=20)[-1]:8.2f} ms at 95 %", flush=True)


def once(name: str, call: Callable[[], object]) -> None:
    """Print how long one call takes."""
    begin = time.perf_counter()
    call()
    print(f"{name:44} {time.perf_counter() - begin:8.1f} s", flush=True)


def main() -> None:
    """Measure, and print each figure when it is there."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--entries", type=int, default=1_000_000)
    options.add_argument("--seconds", type=float, default=5.0)
    given = options.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="grader-ledger-") as folder:
        home = Path(folder)
        appends("SQLite FULL, one process", Ledger(home / "full"), given.seconds)
        appends("SQLite NORMAL, one process", Ledger(home / "normal", flush_appends=False), given.seconds)
        appends_by_many("", home / "many", given.seconds)
        with postgresql() as url:
            with database(url, "one") as one:
                ledger = Ledger(home, one)
                appends("PostgreSQL, one process", ledger, given.seconds)
                ledger.close()
            with database(url, "many") as many:
                appends_by_many(many, home, given.seconds)
        large(home / "large", given.entries)


if __name__ == "__main__":
    main()
