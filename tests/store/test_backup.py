"""A backup is one moment of the store, whole; what is restored is what was there.

Each on SQLite and on PostgreSQL, and from one into the other. What is refused: `test_refused_backups.py`.
"""

import hashlib
import itertools
import json
import stat
import tarfile
import threading
import tracemalloc

import pytest
from backups import TABLES, WHEN, hand_in_numbered, is_empty, rows, take_up
from command import grader
from sqlalchemy import Double, Integer, LargeBinary, String, select

from grader.errors import EngineError, UsageError
from grader.model import State
from grader.store.copying import backup, restoration, restore, snapshot
from grader.store.schema import gradings, metadata, submissions

# --- there and back ---------------------------------------------------------------------------------------------------


def test_what_is_restored_is_what_was_there(any_store, new_store, taken, tmp_path):
    """From SQLite into each database, and from that into SQLite again: row for row, float for float."""
    first, file = taken
    before = rows(first)
    assert all(before.values()), "a table without a row proves nothing"
    about = restore(any_store, file, secret_file=None)
    assert rows(any_store) == before
    assert about.made_at == WHEN
    assert about.rows == {name: len(found) for name, found in before.items()}

    again, third = tmp_path / "again.tar.gz", new_store("third")
    backup(any_store, again, when=WHEN)
    restore(third, again, secret_file=None)
    assert rows(third) == before
    assert third.secret() == any_store.secret() == first.secret()
    assert (any_store.home / "secret").stat().st_mode & 0o777 == 0o600


def test_what_is_restored_goes_on(any_store, taken, a_report):
    """Jobs are taken up, attempts received, gradings numbered after those that came."""
    restore(any_store, taken[1], secret_file=None)
    hand_in_numbered(any_store, 9)
    job, grading = take_up(any_store, 9)
    assert any_store.jobs.finish(job, *a_report, grading) == "graded"
    with any_store.database.reading() as connection:
        assert connection.execute(select(gradings.c.id).order_by(gradings.c.id)).scalars().all() == [1, 2, 3]
    assert any_store.report("a9") == any_store.report("a1")


def test_what_was_being_graded_waits_again(any_store, new_store, taken, tmp_path):
    store, _ = taken
    take_up(store, 3)
    file = tmp_path / "running.tar.gz"
    backup(store, file, when=WHEN)
    restore(any_store, file, secret_file=None)
    assert store.attempt("a3").state is State.RUNNING
    assert any_store.attempt("a3").state is State.QUEUED
    free = any_store.jobs.job("a3")
    assert (free.state.value, free.worker, free.tries) == ("waiting", "", 0)
    assert any_store.jobs.claim("a3", "worker-2")
    assert any_store.jobs.job("a2").state.value == "parked"
    assert any_store.attempt("a1").state is not State.QUEUED


def test_an_empty_store_comes_back_as_one(any_store, new_store, tmp_path):
    """One that was never used but for its secret."""
    file = tmp_path / "empty.tar.gz"
    about = backup(any_store, file, when=WHEN)
    assert {name for name, count in about.rows.items() if count} == {"facts"}
    other = new_store("other")
    restore(other, file, secret_file=None)
    assert rows(other) == rows(any_store)


def test_every_kind_of_column_is_one_that_a_line_can_hold():
    """A table that joins the schema with another kind needs a word in `rows`."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            assert isinstance(column.type, Integer | LargeBinary | Double | String), column


# --- one moment -------------------------------------------------------------------------------------------------------


def between_tables(store):
    """Return what hands in an attempt after the submissions were read and before the attempts are."""
    return lambda step: hand_in_numbered(store, 77) if step == "attempts" else None


def test_a_backup_is_one_moment(any_store, new_store, tmp_path):
    """An attempt that comes in between is in it with all that belongs to it, or not at all."""
    hand_in_numbered(any_store, 1)
    file, other = tmp_path / "b.tar.gz", new_store("other")
    about = backup(any_store, file, when=WHEN, progress=between_tables(any_store))
    assert any_store.attempt("a77")
    assert (about.rows["submissions"], about.rows["attempts"], about.rows["jobs"]) == (1, 1, 1)
    restore(other, file, secret_file=None)


def test_tables_read_in_several_moments_would_not_fit(any_store, new_store, tmp_path, monkeypatch):
    """The control: with a transaction for each table, there is an attempt without its submission."""
    copied = snapshot._copied

    def in_a_moment_of_its_own(_, table, content):
        with any_store.database.reading() as connection:
            return copied(connection, table, content)

    monkeypatch.setattr(snapshot, "_copied", in_a_moment_of_its_own)
    hand_in_numbered(any_store, 1)
    file, other = tmp_path / "b.tar.gz", new_store("other")
    about = backup(any_store, file, when=WHEN, progress=between_tables(any_store))
    assert (about.rows["submissions"], about.rows["attempts"]) == (1, 2)
    with pytest.raises(EngineError, match=r"FOREIGN KEY"):
        restore(other, file, secret_file=None)
    assert is_empty(other)


def test_while_writers_write(any_store, new_store, tmp_path):
    """Backups while others hand in: each is a store in itself, and nobody has to wait for its end."""
    numbers, over, failures = itertools.count(1), threading.Event(), []

    def write():
        try:
            while not over.is_set():
                hand_in_numbered(any_store, next(numbers))
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    try:
        found = []
        for number in range(4):
            backup(any_store, tmp_path / f"{number}.tar.gz", when=WHEN)
            other = new_store(f"other-{number}")
            found.append(restore(other, tmp_path / f"{number}.tar.gz", secret_file=None).rows)
    finally:
        over.set()
        for writer in writers:
            writer.join()
    assert failures == []
    assert all(one["attempts"] == one["submissions"] == one["jobs"] for one in found), found
    assert len({one["attempts"] for one in found}) > 1, "nobody wrote meanwhile: this proves nothing"


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_backup_is_for_its_owner_only_and_nothing_is_left_beside_it(any_store, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    backup(any_store, folder / "b.tar.gz", when=WHEN)
    assert [path.name for path in folder.iterdir()] == ["b.tar.gz"]
    assert stat.S_IMODE((folder / "b.tar.gz").stat().st_mode) == 0o600


def test_what_is_there_is_overwritten_only_by_force(any_store, tmp_path):
    file = tmp_path / "b.tar.gz"
    file.write_text("something dear")
    with pytest.raises(UsageError, match="--force"):
        backup(any_store, file, when=WHEN)
    assert file.read_text() == "something dear"
    file.chmod(0o644)
    backup(any_store, file, when=WHEN, force=True)
    assert tarfile.is_tarfile(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_name_that_cannot_be_is_a_wrong_command_line(any_store, tmp_path):
    with pytest.raises(UsageError, match="is a folder"):
        backup(any_store, tmp_path, when=WHEN, force=True)
    with pytest.raises(UsageError, match="there is no folder"):
        backup(any_store, tmp_path / "nowhere" / "b.tar.gz", when=WHEN)
    with pytest.raises(EngineError, match="cannot write"):
        backup(any_store, tmp_path / ("n" * 300), when=WHEN)


def test_a_backup_that_fails_leaves_what_was_there(any_store, tmp_path, monkeypatch):
    """Whole or not there: neither half a file, nor the loss of the last one."""
    file = tmp_path / "b.tar.gz"
    file.write_text("the last backup")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshot, "write", full)
    with pytest.raises(EngineError, match="No space left"):
        backup(any_store, file, when=WHEN, force=True)
    assert file.read_text() == "the last backup"
    assert list(tmp_path.glob(".b*")) == []


def test_the_same_store_gives_the_same_file(taken, tmp_path):
    """No clock and no order of its own."""
    store, file = taken
    backup(store, tmp_path / "second.tar.gz", when=WHEN)
    assert (tmp_path / "second.tar.gz").read_bytes() == file.read_bytes()


def test_any_tar_program_can_look_into_it(taken):
    with tarfile.open(taken[1]) as tar:
        assert tar.getnames() == ["about.json", *(f"tables/{name}.jsonl" for name in TABLES), "secret"]
        assert {(member.mode, member.isreg()) for member in tar} == {(0o600, True)}
        about = json.load(tar.extractfile("about.json"))
    assert about["format"] == 1
    assert about["made_at"] == WHEN


def test_a_store_does_not_have_to_fit_into_memory(new_store, tmp_path, monkeypatch):
    """Nor does a backup that is restored."""
    monkeypatch.setattr(snapshot, "_AT_ONCE", 1)
    monkeypatch.setattr(restoration, "_BYTES_AT_ONCE", 2**18)
    store, other, file = new_store("large"), new_store("other"), tmp_path / "b.tar.gz"
    large = 40 * 2**18
    with store.database.writing() as connection:
        for number in range(40):
            content = hashlib.shake_256(bytes([number])).digest(2**18)
            connection.execute(submissions.insert().values(digest=str(number), content=content))
    backup(new_store("warm"), tmp_path / "warm.tar.gz", when=WHEN)
    for work in (lambda: backup(store, file, when=WHEN), lambda: restore(other, file, secret_file=None)):
        tracemalloc.start()
        work()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < large / 2, most
    assert rows(other) == rows(store)


# --- the command line -------------------------------------------------------------------------------------------------


def test_the_commands(taken, new_store, tmp_path):
    """Say what they did, and end as the exceptions say."""
    store, file = taken
    file.unlink()
    other = new_store("other")
    done = grader("backup", file, home=store.home)
    assert done.returncode == 0, done.stderr
    assert "attempts 4" in done.stdout
    assert "every hidden test" in done.stderr
    assert grader("backup", file, home=store.home).returncode == 2
    done = grader("restore", file, home=other.home)
    assert done.returncode == 0, done.stderr
    assert "attempts 4" in done.stdout
    assert rows(other) == rows(store)
    done = grader("restore", file, home=other.home)
    assert done.returncode == 2
    assert "not empty" in done.stderr
