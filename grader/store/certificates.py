"""Certificates in the store: drafted, released, revoked.

Why here, and not as files or in the ledger alone: the ledger keeps digests for ever and must not keep names; a file is
easily forgotten. Here a certificate stands beside the reports and submissions of its learner, in one backup, and
`erase` destroys it in one statement. It refers to its attempt by name only, so that pruning old attempts takes no
certificate away.

A row is there before anything is logged, and its bundle after that: of a process that died between, the next one goes
on with the same credential.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select, update

from grader.store.content import put_unless_there
from grader.store.database import Database
from grader.store.schema import attempts, certificates, requests


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
        revoked_at: RFC 3339, or empty.
        reason: why it was revoked, or empty.
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
        """Keep the file that is given out, unless there is one already; returns the certificate as it is then."""
        which = certificates.c.id == certificate_id
        with self._database.writing() as connection:
            connection.execute(update(certificates).where(which, certificates.c.bundle.is_(None)).values(bundle=bundle))
            return Certificate(**connection.execute(select(certificates).where(which)).one()._mapping)  # noqa: SLF001 - SQLAlchemy's public name

    def revoke(self, certificate_id: str, *, at: str, reason: str) -> None:
        """Say that a certificate is revoked; of one that is already, date and reason stay."""
        which = certificates.c.id == certificate_id, certificates.c.revoked_at == ""
        with self._database.writing() as connection:
            connection.execute(update(certificates).where(*which).values(revoked_at=at, reason=reason))

    def of_attempt(self, attempt: str) -> Certificate | None:
        """Return the certificate of an attempt, if there is one."""
        return self._one(certificates.c.attempt == attempt)

    def named(self, certificate_id: str) -> Certificate | None:
        """Return the certificate of this id, if there is one."""
        return self._one(certificates.c.id == certificate_id)

    def of_learner(self, learner: str) -> tuple[Certificate, ...]:
        """Return a learner's certificates, the oldest first."""
        return self._all(certificates.c.learner == learner)

    def revoked_in(self, list_id: str) -> tuple[int, ...]:
        """Return the bits of a status list that are to be set."""
        return tuple(one.list_index for one in self._all(certificates.c.list_id == list_id, revoked=True))

    def erase(self, learner: str) -> int:
        """Destroy a learner's certificates; returns how many there were.

        What stays of each is its bit and whether that is set: else a list that is signed later would take a revocation
        back, or one bit would come to mean two certificates.
        """
        nothing = {"learner": "", "subject": "", "credential": b"", "bundle": None, "issued_at": "", "reason": ""}
        erased = update(certificates).where(certificates.c.learner == learner)
        theirs = select(attempts.c.id).where(attempts.c.learner == learner)
        with self._database.writing() as connection:
            connection.execute(delete(requests).where(requests.c.attempt.in_(theirs)))  # what they are to be called in
            return connection.execute(erased.values(**nothing, attempt=certificates.c.id)).rowcount

    def _one(self, which: ColumnElement[bool]) -> Certificate | None:
        found = self._all(which)
        return found[0] if found else None

    def _all(self, which: ColumnElement[bool], *, revoked: bool = False) -> tuple[Certificate, ...]:
        wanted = select(certificates).where(which).order_by(certificates.c.issued_at, certificates.c.id)
        if revoked:
            wanted = wanted.where(certificates.c.revoked_at != "")
        with self._database.reading() as connection:
            return tuple(Certificate(**row._mapping) for row in connection.execute(wanted))  # noqa: SLF001
