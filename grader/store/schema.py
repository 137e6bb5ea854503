"""The tables, as they are now; `migrations/` leads an older database here, and a test compares the two.

submissions   the learners' files, by digest: two learners with the same bytes share a row
packs         the files of each pack version that somebody was graded by, by digest
attempts      one act of submitting each
reports       one for each attempt and pack version: the primary key says so
jobs          what is to be graded: the queue's truth
gradings      each time that an attempt was taken up, and what it cost
courses       what a course says about its attempts
certificates  what was certified, by attempt; of an erased learner only bits stay
reviews       what people said of attempts, for checks that people decide; rows are added and never changed
requests      who asked for which certificate, until it is released
workers       who is at work, and since when nobody has heard of them
facts         what all hosts of an installation have to agree on
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

DIGEST = String(71)
ID = String(64)

metadata = MetaData(
    naming_convention={
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s",
    }
)


def _needed(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _attempt(**more: Any) -> Column[str]:
    return Column("attempt", ID, ForeignKey("attempts.id"), **more)


submissions = Table(
    "submissions", metadata, Column("digest", DIGEST, primary_key=True), _needed("content", LargeBinary)
)

packs = Table(
    "packs",
    metadata,
    Column("key", DIGEST, primary_key=True),
    _needed("slug", Text),
    _needed("needs", Text),
    _needed("kept_at", Double),
    _needed("content", LargeBinary),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", ID, primary_key=True),
    _needed("course", Text),
    _needed("assignment", Text),
    _needed("learner", Text),
    _needed("number", Integer),
    Column("submission", DIGEST, ForeignKey("submissions.digest"), nullable=False),
    _needed("received_at", Text),
    _needed("state", String(16)),
    Index("ix_attempts_of", "learner", "assignment"),
)

reports = Table(
    "reports",
    metadata,
    _attempt(primary_key=True),
    Column("version", DIGEST, primary_key=True),
    _needed("kept_at", Double),
    _needed("findings_digest", DIGEST),
    _needed("content", LargeBinary),
    _needed("learner_content", LargeBinary),
    Column("page", LargeBinary),
)

jobs = Table(
    "jobs",
    metadata,
    _attempt(primary_key=True),
    _needed("lane", String(16)),
    _needed("course", Text),
    _needed("learner", Text),
    _needed("assignment", Text),
    Column("pack", DIGEST, ForeignKey("packs.key"), nullable=False),
    _needed("needs", Text),
    _needed("queued_at", Double),
    _needed("not_before", Double),
    _needed("tries", Integer),
    _needed("state", String(16)),
    _needed("worker", Text),
    _needed("lease_until", Double),
    _needed("reason", String(16)),
    _needed("said", Text),
    Index("ix_jobs_line", "state", "lane", "needs", "not_before"),
)

gradings = Table(
    "gradings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _attempt(nullable=False),
    _needed("worker", Text),
    _needed("lane", String(16)),
    _needed("started_at", Double),
    _needed("seconds", Double),
    _needed("ended_at", Double),
    _needed("cpu_ms", Integer),
    _needed("boxes", Integer),
    _needed("ended", String(16)),
    _needed("findings_digest", String(71)),
    Index("ix_gradings_recent", "lane", "started_at"),
    Index("ix_gradings_ended", "lane", "ended_at"),
    Index("ix_gradings_attempt", "attempt"),
)

courses = Table(
    "courses",
    metadata,
    Column("id", Text, primary_key=True),
    _needed("newest_only", Integer),
    _needed("tenancy", String(16)),
)

certificates = Table(
    "certificates",
    metadata,
    Column("id", Text, primary_key=True),
    _needed("attempt", ID),
    _needed("learner", Text),
    _needed("subject", Text),
    _needed("list_id", Text),
    _needed("list_index", Integer),
    _needed("issued_at", Text),
    _needed("credential", LargeBinary),
    Column("bundle", LargeBinary),
    _needed("revoked_at", Text),
    _needed("reason", Text),
    _needed("turns", Integer),
    Index("ix_certificates_attempt", "attempt", unique=True),
    Index("ix_certificates_bit", "list_id", "list_index", unique=True),
    Index("ix_certificates_learner", "learner"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    _attempt(nullable=False),
    _needed("version", DIGEST),
    _needed("check", Text),
    _needed("reviewer", Text),
    _needed("level", Text),
    _needed("comment", Text),
    _needed("given_at", Text),
    Index("ix_reviews_attempt", "attempt"),
)

requests = Table(
    "requests",
    metadata,
    Column("attempt", ID, primary_key=True),
    _needed("name", Text),
    _needed("email", Text),
    _needed("asked_at", Double),
    _needed("not_before", Double),
    _needed("tries", Integer),
    _needed("refused", Text),
)

workers = Table(
    "workers",
    metadata,
    Column("name", Text, primary_key=True),
    _needed("families", Text),
    _needed("started_at", Double),
    _needed("seen_at", Double),
)

facts = Table("facts", metadata, Column("name", Text, primary_key=True), _needed("value", Text))
