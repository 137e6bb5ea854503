"""What was put into the store comes back as it was put, or says that it cannot: never something else.

The same on SQLite and on PostgreSQL. The secret is a file on both.
"""

import itertools
import os
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from grader import store as store_package
from grader.canonical import digest, digest_tree
from grader.errors import EngineError, UsageError
from grader.model import Attempt, LearnerReport, Report, Spent, State, Submission
from grader.store import Store, database, records
from grader.store.schema import attempts, metadata, reports, submissions

FILES = {"solution.py": b"x = 1"}
DIGEST = digest_tree(FILES)
ATTEMPT = Attempt(
    id="a1",
    assignment="sorting",
    learner="ada",
    course="",
    submission=DIGEST,
    received_at="2026-01-01T00:00:00+00:00",
    number=1,
    state=State.RECEIVED,
)
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)


@pytest.fixture
def store(any_store):
    any_store.put_submission(Submission(files=FILES, digest=DIGEST))
    return any_store


def execute(store, statement):
    with store.database.writing() as connection:
        connection.execute(statement)


def put_report(store, report, shown, attempt_id="a1"):
    with store.database.writing() as connection:
        return records.put_report(connection, attempt_id, records.report_row(report, shown, ""), now=1.0)


@SHARED
@given(files=st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), st.binary()))
def test_submissions_come_back_byte_for_byte(store, files):
    kept = Submission(files=files, digest=digest_tree(files))
    store.put_submission(kept)
    store.put_submission(kept)
    assert store.submission(kept.digest) == kept


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


@SHARED
@given(attempt=st.builds(Attempt, id=st.just("a1"), submission=st.just(DIGEST), learner=TEXT, course=TEXT,
                         assignment=TEXT, received_at=TEXT, number=st.integers(1, 2**31 - 1)))  # fmt: skip
def test_attempts_come_back_equal(store, attempt):
    store.put_attempt(attempt)
    assert store.attempt("a1") == attempt


ONE = st.builds(Spent, tests=st.just({}))
st.register_type_strategy(Spent, st.builds(Spent, tests=st.dictionaries(st.text(max_size=9), ONE, max_size=2)))


@settings(SHARED, max_examples=6)
@given(report=st.builds(Report), shown=st.builds(LearnerReport))
def test_reports_come_back_equal(store, report, shown):
    """Fractions, outcomes, tuples and dicts, all of them, and with the same digest."""
    report = replace(report, findings_digest="sha256:" + "0" * 64)
    store.put_attempt(ATTEMPT)
    execute(store, reports.delete())
    assert put_report(store, report, shown)
    assert store.report("a1") == report
    assert digest(store.report("a1")) == digest(report)
    assert store.learner_report("a1") == shown


def test_of_two_reports_of_one_pack_version_the_first_stays(store, a_report):
    """Whatever became of a worker that came back from the dead: one attempt, one pack version, one report."""
    report, shown = a_report
    store.put_attempt(ATTEMPT)
    assert put_report(store, report, shown)
    other = replace(report, findings_digest="sha256:" + "1" * 64)
    assert not put_report(store, other, shown)
    assert store.report("a1") == report
    newer = replace(other, pins=replace(report.pins, pack="sha256:" + "2" * 64))
    assert put_report(store, newer, shown)


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


def test_a_submission_whose_files_changed_is_never_graded(store):
    for content in (b'{"solution.py": "eCA9IDI="}', b"{}", b"[]", b"{", b'{"a": 1}', b'{"a": "?"}'):
        execute(store, submissions.update().values(content=content))
        with pytest.raises(EngineError, match="damaged"):
            store.submission(DIGEST)


def test_a_submission_under_a_wrong_digest_is_not_kept(store):
    with pytest.raises(EngineError):
        store.put_submission(Submission(files={"a": b""}, digest="sha256:" + "0" * 64))


@pytest.mark.parametrize("content", [b"", b"{}", b'{"id": "a1"}', b"\xff"])
def test_a_damaged_record_is_our_fault(store, a_report, content):
    store.put_attempt(ATTEMPT)
    put_report(store, *a_report)
    execute(store, reports.update().values(content=content, learner_content=content))
    for ask in (store.report, store.learner_report):
        with pytest.raises(EngineError, match="damaged"):
            ask("a1")
    execute(store, attempts.update().values(state="odd"))
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


def test_a_write_that_fails_has_not_happened(store):
    """A transaction is whole, or it is not there: not the attempt without its submission."""
    with pytest.raises(EngineError, match="cannot be used"):
        store.put_attempt(replace(ATTEMPT, id="b1", submission="sha256:" + "0" * 64))
    with suppress(ZeroDivisionError), store.database.writing() as connection:
        records.put_attempt(connection, ATTEMPT)
        raise ZeroDivisionError
    assert store.attempts("ada", "sorting") == ()


def test_writers_side_by_side_wait_for_each_other(store):
    """Numbers are drawn one after the other, whoever asks at once."""
    store.put_attempt(ATTEMPT)
    numbers = itertools.count(2)

    def write(_):
        with store.database.writing() as connection:
            one = next(numbers)
            records.put_attempt(connection, replace(ATTEMPT, id=f"a{one}", number=one))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    assert len(store.attempts("ada", "sorting")) == 41


# --- the tables -------------------------------------------------------------------------------------------------------


def test_the_migrations_lead_to_the_tables_that_the_program_knows(store):
    """So that an old database and a new one are the same."""
    with store.database.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == database.HEAD


def test_the_head_is_the_newest_step():
    script = ScriptDirectory(os.path.join(os.path.dirname(store_package.__file__), "migrations"))  # noqa: PTH118, PTH120
    assert script.get_heads() == [database.HEAD]


def test_a_database_of_a_newer_grader_is_refused(store, reopened):
    execute(store, text("update alembic_version set version_num = '9999'"))
    with pytest.raises(EngineError, match="newer grader"):
        reopened(store).attempts("ada", "sorting")


def test_all_who_open_an_empty_database_at_once_find_it_ready(reopened, any_store):
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(lambda _: reopened(any_store).attempts("ada", "sorting"), range(6))) == {()}


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://here/there"])
def test_what_is_no_url_of_a_database_is_a_wrong_setting(tmp_path, url):
    if not url:
        assert not Store(tmp_path).database.shared
        return
    with pytest.raises(UsageError, match="GRADER_DATABASE_URL"):
        Store(tmp_path, url=url)


def test_a_database_that_does_not_answer_is_our_fault_and_tells_no_password(tmp_path):
    lost = Store(tmp_path, url="postgresql://grader:s3cr3t@127.0.0.1:1/none")
    with pytest.raises(EngineError, match="cannot be used") as error:
        lost.attempt("a1")
    assert "s3cr3t" not in str(error.value)


# --- SQLite and the file of the secret --------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    store = Store(tmp_path / "home")
    yield store
    store.database.close()


def test_folders_and_files_are_for_their_owner_only(files):
    files.put_submission(Submission(files=FILES, digest=DIGEST))
    files.put_attempt(ATTEMPT)
    files.secret()
    held = sqlite3.connect(files.home / "store.sqlite")  # as long as somebody has it open, its log is there
    held.execute("select * from attempts").fetchall()
    files.put_attempt(replace(ATTEMPT, id="a2"))
    found = list(files.home.rglob("*"))
    held.close()
    assert {"secret", "store.sqlite", "store.sqlite-wal"} <= {path.name for path in found}
    for path in (files.home, *found):
        if path.exists():
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_file_that_is_no_database_is_our_fault(files):
    files.home.mkdir()
    (files.home / "store.sqlite").write_text("not a database, but text that is long enough to look at")
    with pytest.raises(EngineError, match="not a database"):
        files.attempts("ada", "sorting")


def test_the_secret_is_made_once(files, reopened):
    first = files.secret()
    assert len(first) == 32
    assert files.secret() == first == reopened(files).secret()
    assert stat.S_IMODE((files.home / "secret").stat().st_mode) == 0o600


def test_all_who_ask_for_the_secret_at_once_get_the_same(files):
    """In threads and in processes: two hosts with two secrets would draw different inputs for one submission."""
    with ThreadPoolExecutor(16) as pool:
        in_threads = set(pool.map(lambda _: files.secret(), range(64)))
    assert len(in_threads) == 1
    home = files.home.with_name("other")
    program = "import sys, pathlib, grader.store as s; print(s.Store(pathlib.Path(sys.argv[1])).secret().hex())"
    command = [sys.executable, "-c", program, str(home)]
    asked = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert len({one.communicate()[0] for one in asked}) == 1
    assert [path.name for path in home.iterdir() if "store.sqlite" not in path.name] == ["secret"]


def test_a_host_with_another_secret_is_told(files, reopened):
    """It would draw other inputs for the same submission; the store knows a mark of the secret, never the secret."""
    files.secret()
    (files.home / "secret").chmod(0o600)
    (files.home / "secret").write_bytes(b"o" * 32)
    with pytest.raises(UsageError, match="another installation secret"):
        reopened(files).secret()
    assert (b"o" * 32).hex().encode() not in (files.home / "store.sqlite").read_bytes()


def test_a_chosen_secret_file_is_read_and_never_made(files, tmp_path):
    chosen = tmp_path / "shared"
    shared = Store(files.home, secret_file=chosen)
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
