"""A store with something in every table, and what is in it."""

from handing_in import hand_in
from sqlalchemy import select

from grader.model import Course, Grading, Rating
from grader.store.certificates import Certificate
from grader.store.requests import Request
from grader.store.reviews import Reviewed
from grader.store.schema import metadata

WHEN = "2026-03-01T00:00:00+00:00"
PACK = {"assignments/sorting/assignment.toml": b"\x00\xff", "rubrics/sorting.toml": "ä".encode()}
TABLES = [table.name for table in metadata.sorted_tables]


def hand_in_numbered(store, number, learner="ada"):
    """Receive an attempt with a submission of its own."""
    files = {"solution.py": f"x = {number}\n".encode()}
    return hand_in(store, f"a{number}", files=files, pack=PACK, learner=learner, course="c", received_at=WHEN)


def take_up(store, number):
    job = store.jobs.claim(f"a{number}", "worker-1")
    return job, Grading(attempt=job.attempt, worker="worker-1", lane=job.lane, started_at=0.1 + 0.2, seconds=1 / 3)


def fill(store, a_report):
    """Have something in every table: what is graded, what waits, what is parked."""
    store.agreement.put_course(Course(id="c", newest_only=False))
    store.agreement.on_recipes({"python-core": "sha256:0"})
    store.agreement.be_seen("worker-1", ("python-core",))
    for number in range(1, 5):
        hand_in_numbered(store, number, learner="Ada Łovelace\n\"'\\ ☃ 𝔘")
    job, grading = take_up(store, 1)
    store.jobs.finish(job, *a_report, grading)
    said = Rating(attempt="a1", check="clarity", reviewer="Bob", level="Good", comment="☃", given_at=WHEN, version="")
    store.reviews.rate(said, lambda _, report, __: Reviewed(report=report, shown=a_report[1], page="<p>"))
    job, grading = take_up(store, 2)
    store.jobs.park(job, "engine", "why\nnot", grading)
    texts = dict.fromkeys(("id", "learner", "subject", "list_id", "issued_at", "revoked_at", "reason"), "ada")
    store.certificates.draft(Certificate(**texts, attempt="a0001", list_index=7, credential=b"{\0", bundle=None))
    store.requests.ask(Request(attempt="a0001", name="Ada Łovelace", email="ada@school.example"))


def rows(store):
    """Return every row of every table."""
    with store.database.reading() as connection:
        return {
            table.name: sorted(tuple(row) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
        }


def is_empty(store):
    return not any(rows(store).values()) and not (store.home / "secret").exists()
