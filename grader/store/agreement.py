"""What all hosts of an installation have to agree on, and who of them is at work.

Two hosts with two secrets would draw different inputs for one submission, and two with different images could judge it
differently; so the first to ask says what holds, and whoever has something else is told, and leaves the work to others.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, delete, select

from grader.errors import UsageError
from grader.model import Course
from grader.store.content import put, put_unless_there
from grader.store.database import Database
from grader.store.prepared import Prepared
from grader.store.schema import courses, facts, workers

MARK = "mark of the installation's secret"
RECIPE = "recipe "
REFUSALS = "refused jobs"
REMEMBERED_SECONDS = 3600.0
"""For so long a worker that nobody has heard of is kept in the list."""

_COURSE = Prepared(select(courses.c.newest_only, courses.c.tenancy).where(courses.c.id == bindparam("course")))


class Agreement:
    """What the hosts of an installation agree on.

    Args:
        database: where it is written down.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def on_secret(self, secret: bytes) -> None:
        """See that this host has the secret that the others have; only a digest under it is kept.

        Raises:
            UsageError: it has another.
        """
        mark = hmac.new(secret, b"grader/secret/1", hashlib.sha256).hexdigest()
        if self._agreed(MARK, mark) != mark:
            raise UsageError(
                "this host has another installation secret than the store knows: copy the file `secret` of the first "
                "host, or point GRADER_SECRET_FILE at it; inputs drawn under another secret would not be the same"
            )

    def on_recipes(self, recipes: Mapping[str, str]) -> dict[str, str]:
        """Return which recipes the others use, for those of `recipes` that differ; the first host says what holds."""
        agreed = {family: self._agreed(RECIPE + family, recipe) for family, recipe in recipes.items()}
        return {family: recipe for family, recipe in agreed.items() if recipe != recipes[family]}

    def adopt(self, recipes: Mapping[str, str]) -> None:
        """Have these recipes hold from now on, for all hosts."""
        with self._database.writing() as connection:
            for family, recipe in recipes.items():
                row = {"name": RECIPE + family, "value": recipe}
                put(connection, facts, row)

    def be_seen(self, worker: str, families: tuple[str, ...]) -> None:
        """Say that a worker is there, and what it can grade with."""
        with self._database.writing() as connection:
            now = self._database.clock(connection)
            connection.execute(delete(workers).where(workers.c.seen_at < now - REMEMBERED_SECONDS))
            since = connection.execute(select(workers.c.started_at).where(workers.c.name == worker)).scalar()
            row = {"name": worker, "families": " ".join(families), "started_at": since or now, "seen_at": now}
            put(connection, workers, row)

    def leave(self, worker: str) -> None:
        """Say that a worker has stopped."""
        with self._database.writing() as connection:
            connection.execute(delete(workers).where(workers.c.name == worker))

    def note_refusal(self) -> None:
        """Count a job in the queue that was none of ours."""
        with self._database.writing() as connection:
            count = self._refusals(connection) + 1
            put(connection, facts, {"name": REFUSALS, "value": str(count)})

    def refusals(self) -> int:
        """Return how many jobs in the queue were none of ours."""
        with self._database.reading() as connection:
            return self._refusals(connection)

    def _refusals(self, connection: Connection) -> int:
        return int(connection.execute(select(facts.c.value).where(facts.c.name == REFUSALS)).scalar() or 0)

    def course(self, course_id: str) -> Course:
        """Return what a course says."""
        with self._database.reading() as connection:
            found = _COURSE.first(connection, {"course": course_id})
        if found is None:
            return Course(id=course_id)
        newest_only, tenancy = found
        return Course(id=course_id, newest_only=bool(newest_only), tenancy=tenancy)

    def put_course(self, course: Course) -> None:
        """Keep what a course says."""
        with self._database.writing() as connection:
            row = {"id": course.id, "newest_only": int(course.newest_only), "tenancy": course.tenancy}
            put(connection, courses, row)

    def _agreed(self, name: str, value: str) -> str:
        """Return what holds under a name: what was there, or this value."""
        wanted = select(facts.c.value).where(facts.c.name == name)
        with self._database.reading() as connection:
            found = connection.execute(wanted).scalar()
        if found is not None:
            return str(found)
        with self._database.writing() as connection:
            put_unless_there(connection, facts, {"name": name, "value": value})
            return str(connection.execute(wanted).scalar_one())
