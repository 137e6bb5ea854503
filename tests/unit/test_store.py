"""The store gives back what was put, or says that it cannot: never something else."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.canonical import digest, digest_tree
from grader.errors import EngineError, UsageError
from grader.model import Attempt, LearnerReport, Report, Spent, State, Submission
from grader.store import Store

ATTEMPT = Attempt(
    id="a1",
    assignment="sorting",
    learner="ada",
    course="",
    submission="sha256:" + "0" * 64,
    received_at="2026-01-01T00:00:00+00:00",
    number=1,
    state=State.RECEIVED,
)
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "home")


def submission(**files):
    held = {name.replace("_", "."): content for name, content in files.items()}
    return Submission(files=held, digest=digest_tree(held))


@SHARED
@given(files=st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), st.binary()))
def test_submissions_come_back_byte_for_byte(store, files):
    kept = Submission(files=files, digest=digest_tree(files))
    store.put_submission(kept)
    store.put_submission(kept)
    assert store.submission(kept.digest) == kept


@SHARED
@given(attempt=st.builds(Attempt, id=st.just("a1")))
def test_attempts_come_back_equal(store, attempt):
    store.put_attempt(attempt)
    assert store.attempt("a1") == attempt


ONE = st.builds(Spent, tests=st.just({}))
st.register_type_strategy(Spent, st.builds(Spent, tests=st.dictionaries(st.text(max_size=9), ONE, max_size=2)))


@settings(SHARED, max_examples=6)
@given(report=st.builds(Report), learners=st.builds(LearnerReport))
def test_reports_come_back_equal(store, report, learners):
    """Fractions, outcomes, tuples and dicts, all of them, and with the same digest."""
    store.put_report("a1", report, learners)
    assert store.report("a1") == report
    assert digest(store.report("a1")) == digest(report)
    assert store.learner_report("a1") == learners


def test_a_new_state_replaces_the_old(store):
    store.put_attempt(ATTEMPT)
    store.put_attempt(replace(ATTEMPT, state=State.GRADED))
    assert store.attempt("a1").state is State.GRADED


def test_attempts_are_listed_by_number_for_one_learner_and_assignment(store):
    assert store.attempts("ada", "sorting") == ()
    for number in (10, 2, 1):
        store.put_attempt(replace(ATTEMPT, id=f"a{number}", number=number))
    store.put_attempt(replace(ATTEMPT, id="b", learner="bob"))
    store.put_attempt(replace(ATTEMPT, id="c", assignment="spam"))
    assert [one.number for one in store.attempts("ada", "sorting")] == [1, 2, 10]


def test_a_submission_whose_files_changed_on_disk_is_never_graded(store):
    kept = submission(solution_py=b"x = 1")
    store.put_submission(kept)
    (path,) = (store.home / "submissions").iterdir()
    for content in (
        path.read_bytes().replace(b"eCA9IDE=", b"eCA9IDI="),
        b"{}",
        b"[]",
        b"{",
        b'{"a": 1}',
        b'{"a": "?"}',
    ):
        path.write_bytes(content)
        with pytest.raises(EngineError, match="damaged"):
            store.submission(kept.digest)


def test_a_submission_under_a_wrong_digest_is_not_kept(store):
    with pytest.raises(EngineError):
        store.put_submission(Submission(files={"a": b""}, digest="sha256:" + "0" * 64))


@pytest.mark.parametrize("content", [b"", b"{}", b'{"id": "a1"}', b"\xff"])
def test_a_damaged_record_is_our_fault(store, content):
    store.put_attempt(ATTEMPT)
    (store.home / "attempts" / "a1.json").write_bytes(content)
    with pytest.raises(EngineError, match="damaged"):
        store.attempt("a1")


@pytest.mark.parametrize("name", ["", "../a1", "a/b", ".", "a" * 65, "a\0", "-x", "ä"])
def test_a_name_is_no_path(store, name):
    for ask in (store.attempt, store.report, store.learner_report, store.submission):
        with pytest.raises(UsageError):
            ask(name)
    with pytest.raises(UsageError):
        store.put_attempt(replace(ATTEMPT, id=name))


def test_what_is_not_there_is_a_wrong_command_line(store):
    for ask in (store.attempt, store.report, store.learner_report):
        with pytest.raises(UsageError, match="there is no"):
            ask("nothing")
    with pytest.raises(UsageError, match="there is no submission"):
        store.submission("sha256:" + "0" * 64)


def test_folders_and_files_are_for_their_owner_only(store):
    store.put_attempt(ATTEMPT)
    store.put_submission(submission(a=b""))
    store.secret()
    for path in (store.home, *store.home.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_a_write_that_fails_leaves_the_old_record_and_no_litter(store, monkeypatch):
    store.put_attempt(ATTEMPT)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EngineError, match="No space left"):
        store.put_attempt(replace(ATTEMPT, state=State.GRADED))
    assert store.attempt("a1") == ATTEMPT
    assert [path.name for path in (store.home / "attempts").iterdir()] == ["a1.json"]


def test_the_secret_is_made_once(store):
    first = store.secret()
    assert len(first) == 32
    assert store.secret() == first == Store(store.home).secret()
    assert stat.S_IMODE((store.home / "secret").stat().st_mode) == 0o600


def test_all_who_ask_for_the_secret_at_once_get_the_same(store):
    """In threads and in processes: two hosts with two secrets would draw different inputs for one submission."""
    with ThreadPoolExecutor(16) as pool:
        in_threads = set(pool.map(lambda _: store.secret(), range(64)))
    assert len(in_threads) == 1
    (store.home / "secret").unlink()
    program = "import sys, pathlib, grader.store as s; print(s.Store(pathlib.Path(sys.argv[1])).secret().hex())"
    command = [sys.executable, "-c", program, str(store.home)]
    asked = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert len({one.communicate()[0] for one in asked}) == 1
    assert [path.name for path in store.home.iterdir()] == ["secret"]


def test_a_chosen_secret_file_is_read_and_never_made(store, tmp_path):
    chosen = tmp_path / "shared"
    shared = Store(store.home, secret_file=chosen)
    with pytest.raises(UsageError, match="cannot be read"):
        shared.secret()
    chosen.write_bytes(b"s" * 32)
    chosen.chmod(0o644)
    with pytest.raises(UsageError, match="chmod 600"):
        shared.secret()
    chosen.chmod(0o600)
    assert shared.secret() == b"s" * 32
    for wrong in (b"", b"s" * 31, b"s" * 33):
        chosen.write_bytes(wrong)
        with pytest.raises(UsageError, match="expected exactly 32"):
            shared.secret()
