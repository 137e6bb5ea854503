"""What is old enough goes with all that belongs to it; what waits, and what others still need, stays."""

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import handing_in
import pytest
from command import grader
from services import database
from sqlalchemy import select, text, update

from grader.errors import UsageError
from grader.model import Grading, JobState, Lane
from grader.store import Store, retention
from grader.store.job_rows import line_up
from grader.store.retention import Pruned, prune
from grader.store.schema import attempts, metadata, packs

OLD, DATE, YOUNG = "2020-01-31T23:59:59+00:00", "2020-02-01T00:00:00+00:00", "2020-02-01T00:00:00+00:00"
NOTHING = Pruned(attempts=0, reports=0, gradings=0, parked=0, submissions=0, packs=0)
PACK = {"assignments/sorting/assignment.toml": b"1"}


def hand_in(store, name, received_at=OLD, *, text="", slug="sorting", pack=PACK):
    """Receive an attempt whose submission is its own, or that of all with the same text."""
    files = {"solution.py": (text or name).encode()}
    return handing_in.hand_in(store, name, files=files, pack=pack, assignment=slug, received_at=received_at).submission


def take_up(store, name):
    job = store.jobs.claim(name, "w")
    return job, Grading(attempt=name, worker="w", lane=job.lane, started_at=0.0, seconds=1.0)


def grade(store, name, a_report):
    job, grading = take_up(store, name)
    store.jobs.finish(job, *a_report, grading)


def park(store, name):
    job, grading = take_up(store, name)
    store.jobs.park(job, "engine", "why", grading)


def age_packs(store):
    """Have all packs been kept long ago, one after the other as they came."""
    with store.database.writing() as connection:
        for number, key in enumerate(connection.execute(select(packs.c.key).order_by(packs.c.kept_at)).scalars().all()):
            connection.execute(update(packs).where(packs.c.key == key).values(kept_at=float(number)))


def names(store):
    with store.database.reading() as connection:
        return set(connection.execute(select(attempts.c.id)).scalars())


def counts(store):
    with store.database.reading() as connection:
        return {table.name: len(connection.execute(select(table)).all()) for table in metadata.sorted_tables}


def test_the_old_goes_with_all_that_belongs_to_it(any_store, a_report):
    digest = hand_in(any_store, "graded")
    hand_in(any_store, "parked")
    grade(any_store, "graded", a_report)
    park(any_store, "parked")
    age_packs(any_store)
    pruned = prune(any_store, DATE)
    assert pruned == Pruned(attempts=2, reports=1, gradings=2, parked=1, submissions=2, packs=1)
    assert not any(counts(any_store).values())
    with pytest.raises(UsageError):
        any_store.submission(digest)
    assert prune(any_store, DATE) == NOTHING


def test_the_date_itself_is_young(any_store, a_report):
    for name, date in (("old", OLD), ("young", YOUNG)):
        hand_in(any_store, name, date)
        grade(any_store, name, a_report)
    assert prune(any_store, DATE) == Pruned(attempts=1, reports=1, gradings=1, parked=0, submissions=1, packs=0)
    assert names(any_store) == {"young"}
    assert any_store.report("young") == a_report[0]


def test_what_waits_or_runs_stays_however_old(any_store, a_report):
    for name in ("waits", "runs", "again"):
        hand_in(any_store, name)
    any_store.jobs.claim("runs", "w")
    grade(any_store, "again", a_report)
    job = any_store.jobs.job("waits")
    assert any_store.jobs.line_up_again(replace(job, attempt="again", lane=Lane.REGRADE))
    age_packs(any_store)
    before = counts(any_store)
    assert prune(any_store, DATE) == NOTHING
    assert counts(any_store) == before
    assert any_store.report("again") == a_report[0]


def test_when_it_waits_no_more_it_goes(any_store, a_report):
    """The control of the last."""
    hand_in(any_store, "waits")
    grade(any_store, "waits", a_report)
    assert prune(any_store, DATE).attempts == 1


def test_what_is_young_and_parked_stays(any_store):
    hand_in(any_store, "young", YOUNG)
    park(any_store, "young")
    assert prune(any_store, DATE) == NOTHING
    assert any_store.jobs.job("young").state is JobState.PARKED


def test_a_submission_that_a_younger_attempt_has_stays(any_store, a_report):
    shared = hand_in(any_store, "old", text="same")
    hand_in(any_store, "young", YOUNG, text="same")
    for name in ("old", "young"):
        grade(any_store, name, a_report)
    assert prune(any_store, DATE).submissions == 0
    assert any_store.submission(shared).files == {"solution.py": b"same"}
    assert any_store.attempt("young").submission == shared


def test_packs(any_store, a_report):
    """Kept: what a job waits for, what is young, and the newest of an assignment that has attempts."""
    hand_in(any_store, "first")
    grade(any_store, "first", a_report)
    hand_in(any_store, "waits", pack={"assignments/sorting/assignment.toml": b"2"})
    hand_in(any_store, "young", YOUNG, pack={"assignments/sorting/assignment.toml": b"3"})
    grade(any_store, "young", a_report)
    hand_in(any_store, "gone", slug="spam", pack={"assignments/spam/assignment.toml": b"1"})
    grade(any_store, "gone", a_report)
    assert prune(any_store, DATE).packs == 0, "all of them are young"
    age_packs(any_store)
    assert prune(any_store, DATE).packs == 2
    with any_store.database.reading() as connection:
        assert set(connection.execute(select(packs.c.content)).scalars()) == {
            b'{"assignments/sorting/assignment.toml":"Mg=="}',
            b'{"assignments/sorting/assignment.toml":"Mw=="}',
        }


def test_a_dry_run_counts_and_removes_nothing(any_store, a_report):
    hand_in(any_store, "old")
    hand_in(any_store, "parked")
    grade(any_store, "old", a_report)
    park(any_store, "parked")
    age_packs(any_store)
    before = counts(any_store)
    would = prune(any_store, DATE, dry_run=True)
    assert counts(any_store) == before
    assert any_store.submission(any_store.attempt("old").submission)
    assert prune(any_store, DATE) == would != NOTHING


def test_more_than_one_statement_takes(any_store, a_report, monkeypatch):
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    for number in range(5):
        hand_in(any_store, f"a{number}")
        grade(any_store, f"a{number}", a_report)
    assert prune(any_store, DATE) == Pruned(attempts=5, reports=5, gradings=5, parked=0, submissions=5, packs=0)


def test_a_prune_that_fails_has_not_happened(any_store, a_report, monkeypatch):
    hand_in(any_store, "old")
    hand_in(any_store, "parked")
    grade(any_store, "old", a_report)
    park(any_store, "parked")
    before = counts(any_store)

    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(retention, "_without_old_packs", broken)
    with pytest.raises(ZeroDivisionError):
        prune(any_store, DATE)
    assert counts(any_store) == before


@pytest.mark.services
def test_what_another_host_lines_up_meanwhile_stays(postgres, tmp_path, a_report):
    """Its job is not to be seen yet when what is old is looked for, and is there when the attempt can be held."""
    with ExitStack() as held:
        url = held.enter_context(database(postgres, uuid.uuid4().hex))
        here, there = (Store(tmp_path / "home", url=url) for _ in range(2))
        pool = held.enter_context(ThreadPoolExecutor(1))
        for store in (here, there):
            held.callback(store.database.close)
        for name in ("old", "again"):
            hand_in(here, name)
            job = here.jobs.job("again")
            grade(here, name, a_report)
        with there.database.writing() as connection:
            line_up(connection, replace(job, lane=Lane.REGRADE), now=0.0)
            pruning = pool.submit(prune, here, DATE)
            while not connection.execute(text("select count(*) from pg_locks where not granted")).scalar():
                time.sleep(0.01)
            assert not pruning.done()
        assert pruning.result().attempts == 1
        assert names(here) == {"again"}
        assert here.report("again") == a_report[0]


def test_the_command(tmp_path, a_report):
    store = Store(tmp_path / "home")
    hand_in(store, "old")
    hand_in(store, "young", "2999-01-01T00:00:00+00:00")
    for name in ("old", "young"):
        grade(store, name, a_report)
    store.database.close()
    done = grader("prune", "--days", 30, "--dry-run", home=store.home)
    assert (done.returncode, "would remove" in done.stdout) == (0, True), done.stderr
    assert "attempts 1" in done.stdout
    done = grader("prune", "--days", 30, "--json", home=store.home)
    said = json.loads(done.stdout)
    assert (said["attempts"], said["reports"], said["packs"], said["dry_run"]) == (1, 1, 0, False)
    assert said["before"] > "2026"
    assert names(store) == {"young"}
    assert grader("prune", "--days", 0, home=store.home).returncode == 2
    store.database.close()
