"""Ledgers and entries for the tests: small, and the same each time but for their nonces."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager

from grader.canonical import digest_bytes
from grader.ledger.audit import audit
from grader.ledger.content import Award, Kind, Named, Regrade, StatusChange, StatusList
from grader.ledger.entry import Entry, entry_of

ORIGIN = "example.org/ledger"
AT = "2026-01-31T09:30:00Z"
SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
"""The example of C2SP signed-note, section "Verifier keys"."""


def digest(*of: object) -> str:
    """A digest that depends on `of` alone."""
    return digest_bytes("/".join(map(str, of)).encode())


def parts(name: object, subject: str) -> tuple[str, str, str, str, str]:
    """What is certified: credential, subject, submission, rubric, evidence."""
    return digest("credential", name), subject, digest("files", subject), digest("rubric"), digest("report", name)


def award(name: object = 1, subject: str = "ada", at: str = AT) -> Entry:
    """An award, its content made from a name."""
    what = Award(
        digest("credential", name), subject, digest("files", subject), digest("rubric"), digest("report", name)
    )
    return entry_of(Kind.AWARD, what, at)


def regrade(of: Named, name: object = 1, subject: str = "ada") -> Entry:
    """A regrade of an earlier entry."""
    return entry_of(Kind.REGRADE, Regrade(of, *parts(name, subject)), AT)


def change(kind: Kind, of: Named, name: object = 1, subject: str = "ada", reason: str = "by mistake") -> Entry:
    """A revocation, suspension or reinstatement."""
    return entry_of(kind, StatusChange(of, digest("credential", name), subject, reason), AT)


def status_list(name: object = 1) -> Entry:
    """A published status list."""
    return entry_of(Kind.STATUSLIST, StatusList("https://example.org/status/1", digest("list", name)), AT)


def filled(ledger, signer, count: int = 5, subject: str = "ada"):
    """Begin a ledger, and log a few awards; returns the checkpoint."""
    ledger.found(signer, AT)
    ledger.append_all([(award(number, subject), f"award/{subject}/{number}") for number in range(count)])
    return ledger.publish([signer])


def flips(content: bytes):
    """Yield `content` with one bit changed, of each byte another one."""
    for at in range(len(content)):
        changed = bytearray(content)
        changed[at] ^= 1 << at % 8
        yield at, bytes(changed)


@contextmanager
def disarmed(ledger):
    """Open the file of a sound ledger, its triggers taken away."""
    assert audit(ledger).sound
    with closing(sqlite3.connect(ledger.database.url.removeprefix("sqlite:///"), isolation_level=None)) as raw:
        raw.execute("PRAGMA synchronous = OFF")
        for (name,) in raw.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            raw.execute(f"drop trigger {name}")
        yield raw
