"""Certificates in the store: drafted, released, suspended and reinstated, revoked.

Why here, and not as files or in the ledger alone: the ledger keeps digests for ever and must not keep names; a file is
easily forgotten. Here a certificate stands beside the reports and submissions of its learner, in one backup, and
`erase_certificates` destroys it at once. It refers to its attempt by name only, so that pruning old attempts takes no
certificate away.

A row is there before anything is logged, and its bundle after that: of a process that died between, the next one goes
on with the same credential.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, case, delete, select, update

from grader.store.content import put_unless_there
from grader.store.database import Database
from grader.store.schema import attempts, certificates, requests

ERASED = "erased"
"""What stands for the date on which a certificate was revoked whose learner was erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate as it is kept.

    Attributes:
        id: its URI, as it is signed.
        attempt: for which it is; there is one for each.
        learner: whose.
        subject: the name of the learner in the ledger's private parts.
        list_id: the status list that tells its revocation.
        list_index: which bit of it; no other certificate has it.
        issued_at: RFC 3339, UTC.
        credential: exact bytes.
        bundle: exact bytes of the file that was released; None before.
        revoked_at: RFC 3339, or empty; `ERASED` where its learner was erased and it was revoked.
        reason: why it was revoked, or empty.
        turns: how often it was suspended or reinstated, one after the other; odd while it is suspended.
    """

    id: str
    attempt: str
    learner: str
    subject: str
    list_id: str
    list_index: int
    issued_at: str
    credential: bytes
    bundle: bytes | None = None
    revoked_at: str = ""
    reason: str = ""
    turns: int = 0

    @property
    def is_suspended(self) -> bool:
        """Whether it is suspended now."""
        return bool(self.turns % 2)

    @property
    def is_in_force(self) -> bool:
        """Whether it was released, and is neither revoked nor suspended."""
        return bool(self.bundle) and not self.revoked_at and not self.is_suspended


class Certificates:
    """The certificates of an installation.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def draft(self, certificate: Certificate) -> Certificate | None:
        """Keep a certificate, unless its attempt has one; returns the one that counts.

        None where another has its bit of the status list: draw another.
        """
        row = {name: getattr(certificate, name) for name in Certificate.__dataclass_fields__}
        with self._database.writing() as connection:
            put_unless_there(connection, certificates, row)
        return self._one(certificates.c.attempt == certificate.attempt)

    def release(self, certificate_id: str, bundle: bytes) -> Certificate:
        """Keep the file that is given out, unless there is one already; returns the certificate as it is then.

        Where its learner was erased meanwhile, nothing is kept, and the certificate has no bundle.
        """
        which = certificates.c.id == certificate_id
        unreleased = which, certificates.c.bundle.is_(None), certificates.c.learner != ""
        with self._database.writing() as connection:
            connection.execute(update(certificates).where(*unreleased).values(bundle=bundle))
            return Certificate(**connection.execute(select(certificates).where(which)).one()._mapping)  # noqa: SLF001 - SQLAlchemy's public name

    def revoke(self, certificate_id: str, *, at: str, reason: str) -> None:
        """Say that a certificate is revoked; of one that is already, date and reason stay."""
        which = certificates.c.id == certificate_id, certificates.c.revoked_at == ""
        with self._database.writing() as connection:
            connection.execute(update(certificates).where(*which).values(revoked_at=at, reason=reason))

    def turn(self, certificate_id: str, turns: int) -> None:
        """Say that a certificate was suspended or reinstated for the so manieth time; once for each."""
        which = certificates.c.id == certificate_id, certificates.c.turns == turns - 1
        with self._database.writing() as connection:
            connection.execute(update(certificates).where(*which).values(turns=turns))

    def of_attempt(self, attempt: str) -> Certificate | None:
        """Return the certificate of an attempt, if there is one."""
        return self._one(certificates.c.attempt == attempt)

    def named(self, certificate_id: str) -> Certificate | None:
        """Return the certificate of this id, if there is one."""
        return self._one(certificates.c.id == certificate_id)

    def unreleased(self) -> tuple[str, ...]:
        """Return the attempts whose certificate was drafted and not released yet."""
        waiting = certificates.c.bundle.is_(None), certificates.c.learner != ""
        with self._database.reading() as connection:
            return tuple(connection.execute(select(certificates.c.attempt).where(*waiting)).scalars())

    def of_learner(self, learner: str) -> tuple[Certificate, ...]:
        """Return a learner's certificates, the oldest first."""
        return self._all(certificates.c.learner == learner)

    def revoked_in(self, list_id: str) -> tuple[int, ...]:
        """Return the bits of a revocation list that are to be set."""
        return self._bits(list_id, certificates.c.revoked_at != "")

    def suspended_in(self, list_id: str) -> tuple[int, ...]:
        """Return the bits of the suspension list beside a revocation list that are to be set."""
        return self._bits(list_id, certificates.c.turns % 2 == 1)

    def _one(self, which: ColumnElement[bool]) -> Certificate | None:
        found = self._all(which)
        return found[0] if found else None

    def _bits(self, list_id: str, which: ColumnElement[bool]) -> tuple[int, ...]:
        wanted = select(certificates.c.list_index).where(certificates.c.list_id == list_id, which)
        with self._database.reading() as connection:
            return tuple(connection.execute(wanted.order_by(certificates.c.list_index)).scalars())

    def _all(self, which: ColumnElement[bool]) -> tuple[Certificate, ...]:
        wanted = select(certificates).where(which).order_by(certificates.c.issued_at, certificates.c.id)
        with self._database.reading() as connection:
            return tuple(Certificate(**row._mapping) for row in connection.execute(wanted))  # noqa: SLF001


def erase_certificates(connection: Connection, learner: str) -> int:
    """Destroy a learner's certificates in an open transaction; returns how many there were.

    What stays of each is its bit and whether that is set in either list: else a list that is signed later would take a
    revocation back, or one bit would come to mean two certificates. No date stays, nor how often it was suspended.
    """
    nothing = {"learner": "", "subject": "", "credential": b"", "bundle": None, "issued_at": "", "reason": ""}
    bits = {
        "revoked_at": case((certificates.c.revoked_at == "", ""), else_=ERASED),
        "turns": certificates.c.turns % 2,
    }
    asked = select(attempts.c.id).where(attempts.c.learner == learner)
    connection.execute(delete(requests).where(requests.c.attempt.in_(asked)))  # what they are to be called in
    theirs = update(certificates).where(certificates.c.learner == learner, certificates.c.learner != "")
    return connection.execute(theirs.values(**nothing, **bits, attempt=certificates.c.id)).rowcount
