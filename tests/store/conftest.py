"""Every test of the store runs on both databases."""

import uuid
from contextlib import ExitStack

import pytest
from backups import WHEN, fill
from services import database, postgresql

from grader.canonical import digest_tree
from grader.model import Attempt, Job, Lane, State, Submission
from grader.render import sample
from grader.store import Store, records
from grader.store.copying import backup
from grader.store.database import Database
from grader.store.job_rows import give_way, line_up


@pytest.fixture(scope="session")
def postgres():
    with postgresql("fsync=off") as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def any_store(request, tmp_path):
    """An empty store."""
    with ExitStack() as held:
        url = ""
        if request.param == "postgresql":
            url = held.enter_context(database(request.getfixturevalue("postgres"), uuid.uuid4().hex))
        store = Store(tmp_path / "home", url=url)
        held.callback(store.database.close)
        yield store


@pytest.fixture
def reopened():
    """Opens a store once more, as another process would."""
    opened = []

    def reopen(store):
        opened.append(Store(store.home, url=store.database.url))
        return opened[-1]

    yield reopen
    for store in opened:
        store.database.close()


@pytest.fixture
def a_report():
    """A report, and what its learner may see."""
    return sample.author_report(), sample.learner_report()


class Clock:
    """The clock that all hosts share, in a test's hand.

    Attributes:
        now: what it shows.
    """

    now = 1_000_000.0


@pytest.fixture
def clock(monkeypatch):
    """Every database shows this time."""
    clock = Clock()
    monkeypatch.setattr(Database, "clock", lambda _database, _connection: clock.now)
    return clock


FILES = {"solution.py": b"x = 1"}


@pytest.fixture
def stand():
    """Puts attempts and their jobs at the end of a line, as `Store.receive` does; all in one transaction."""

    def stand(store, *ids, lane=Lane.INTERACTIVE, course="", learner="ada", assignment="sorting", needs="python-core"):
        submission = Submission(files=FILES, digest=digest_tree(FILES))
        pack = store.packs.put(assignment, {"assignments/x": assignment.encode()}, needs)
        jobs = []
        with store.database.writing() as connection:
            records.put_submission(connection, submission)
            for one in ids:
                job = Job(
                    attempt=one,
                    lane=lane,
                    course=course,
                    learner=learner,
                    assignment=assignment,
                    pack=pack,
                    needs=needs,
                    queued_at=0.0,
                )
                give_way(connection, job)
                attempt = Attempt(
                    id=one,
                    assignment=assignment,
                    learner=learner,
                    course=course,
                    submission=submission.digest,
                    received_at="2026-01-01T00:00:00+00:00",
                    number=records.next_number(connection, learner, assignment, course),
                    state=State.QUEUED,
                )
                records.put_attempt(connection, attempt)
                line_up(connection, job, now=store.database.clock(connection))
                jobs.append(job)
        return jobs

    return stand


@pytest.fixture
def new_store(tmp_path):
    """Makes SQLite stores in folders of their own."""
    with ExitStack() as held:

        def make(name):
            store = Store(tmp_path / name)
            held.callback(store.database.close)
            return store

        yield make


@pytest.fixture
def taken(new_store, a_report, tmp_path):
    """A backup of a SQLite store, and the store."""
    store, file = new_store("first"), tmp_path / "first.tar.gz"
    fill(store, a_report)
    backup(store, file, when=WHEN)
    return store, file
