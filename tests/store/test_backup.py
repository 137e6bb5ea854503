"""A backup is one moment of the store, whole; what is restored is what was there; what is no backup changes nothing.

Each on SQLite and on PostgreSQL, and from one into the other.
"""

import gzip
import hashlib
import io
import itertools
import json
import stat
import tarfile
import threading
import tracemalloc
from contextlib import ExitStack

import pytest
from command import grader
from sqlalchemy import Double, Integer, LargeBinary, String, select

from grader.canonical import digest_tree, encode
from grader.errors import EngineError, UsageError
from grader.model import Attempt, Course, Grading, Job, Lane, Rating, State, Submission
from grader.store import Store
from grader.store.certificates import Certificate
from grader.store.copying import archive, backup, restoration, restore, snapshot
from grader.store.requests import Request
from grader.store.reviews import Reviewed
from grader.store.schema import facts, gradings, jobs, metadata, submissions

WHEN = "2026-03-01T00:00:00+00:00"
PACK = {"assignments/sorting/assignment.toml": b"\x00\xff", "rubrics/sorting.toml": "ä".encode()}
TABLES = [table.name for table in metadata.sorted_tables]


def hand_in(store, number, learner="ada"):
    """Receive an attempt with a submission of its own."""
    files = {"solution.py": f"x = {number}\n".encode()}
    submission = Submission(files=files, digest=digest_tree(files))
    attempt = Attempt(
        id=f"a{number}",
        assignment="sorting",
        learner=learner,
        course="c",
        submission=submission.digest,
        received_at=WHEN,
        number=0,
        state=State.RECEIVED,
    )
    key = store.packs.put("sorting", PACK, "python-core")
    job = Job(
        attempt=attempt.id,
        lane=Lane.INTERACTIVE,
        course="c",
        learner=learner,
        assignment="sorting",
        pack=key,
        needs="python-core",
        queued_at=0.0,
    )
    return store.receive(attempt, submission, job)


def take_up(store, number):
    job = store.jobs.claim(f"a{number}", "worker-1")
    return job, Grading(attempt=job.attempt, worker="worker-1", lane=job.lane, started_at=0.1 + 0.2, seconds=1 / 3)


def fill(store, a_report):
    """Have something in every table: what is graded, what waits, what is parked."""
    store.agreement.put_course(Course(id="c", newest_only=False))
    store.agreement.on_recipes({"python-core": "sha256:0"})
    store.agreement.be_seen("worker-1", ("python-core",))
    for number in range(1, 5):
        hand_in(store, number, learner="Ada Łovelace\n\"'\\ ☃ 𝔘")
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
    hand_in(any_store, 9)
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
    return lambda step: hand_in(store, 77) if step == "attempts" else None


def test_a_backup_is_one_moment(any_store, new_store, tmp_path):
    """An attempt that comes in between is in it with all that belongs to it, or not at all."""
    hand_in(any_store, 1)
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
    hand_in(any_store, 1)
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
                hand_in(any_store, next(numbers))
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


# --- what is refused --------------------------------------------------------------------------------------------------


def rebuilt(file, changes=None, *, about=None, order=None, more=()):
    """Write a backup anew with other members, its digests right again; returns its bytes."""
    with tarfile.open(file) as tar:
        contents = {member.name: tar.extractfile(member).read() for member in tar}
    contents |= changes or {}
    said = json.loads(contents.pop("about.json"))
    said["digests"] = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    for name in TABLES:
        said["rows"][name] = contents[f"tables/{name}.jsonl"].count(b"\n")
    contents = {"about.json": encode(said | (about or {})), **contents}
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz", format=tarfile.GNU_FORMAT) as tar:
        for name in order or contents:
            member = tarfile.TarInfo(name)
            member.size = len(contents[name])
            tar.addfile(member, io.BytesIO(contents[name]))
        for member in more:
            tar.addfile(member)
    return written.getvalue()


def changed_row(file, table, **values):
    """Return a table's lines with other values in the first row."""
    with tarfile.open(file) as tar:
        first, *rest = tar.extractfile(f"tables/{table}.jsonl").read().splitlines(keepends=True)
    row = json.dumps(json.loads(first) | values).encode() + b"\n"
    return {f"tables/{table}.jsonl": b"".join([row, *rest])}


def headed(content, **fields):
    """Return a backup whose first header is another."""
    plain = gzip.decompress(content)
    member = tarfile.TarInfo.frombuf(plain[:512], "ascii", "strict")
    for name, value in fields.items():
        setattr(member, name, value)
    return gzip.compress(member.tobuf(tarfile.GNU_FORMAT) + plain[512:])


def refuse(store, tmp_path, content, said):
    """See that a file is refused with this sentence, and that nothing was written."""
    file = tmp_path / "given.tar.gz"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=said) as told:
        restore(store, file, secret_file=None)
    assert str(file) in str(told.value)
    assert is_empty(store)


def test_a_backup_that_was_written_anew_is_one(any_store, taken, tmp_path):
    """The control of all that is refused below."""
    store, file = taken
    (tmp_path / "anew.tar.gz").write_bytes(rebuilt(file))
    restore(any_store, tmp_path / "anew.tar.gz", secret_file=None)
    assert rows(any_store) == rows(store)


def test_a_file_that_was_cut_off_is_refused(any_store, taken, tmp_path):
    content = taken[1].read_bytes()
    for part in (10, 100, len(content) // 3, len(content) // 2, len(content) - 9, len(content) - 1):
        refuse(any_store, tmp_path, content[:part], "cut off")
    unfinished = gzip.decompress(content)
    refuse(any_store, tmp_path, gzip.compress(unfinished[: len(unfinished) // 2 // 512 * 512]), "cut off")


def test_a_file_with_another_bit_is_refused(new_store, taken, tmp_path):
    """Wherever it is; but for the few of gzip's own header that mean nothing."""
    store, file = taken
    content, given = file.read_bytes(), tmp_path / "given.tar.gz"
    refused = 0
    for number, place in enumerate(range(0, len(content), max(1, len(content) // 60))):
        other = new_store(f"other-{number}")
        given.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        try:
            restore(other, given, secret_file=None)
        except UsageError:
            assert is_empty(other)
            refused += 1
        else:
            assert rows(other) == rows(store)
    assert refused > 50


def test_what_never_was_a_backup_is_refused(any_store, tmp_path):
    foreign = io.BytesIO()
    with tarfile.open(fileobj=foreign, mode="w:gz") as tar:
        tar.add(__file__, "about.py")
    for content in (b"text\n" * 200, foreign.getvalue(), gzip.compress(b"0" * 4096), b"\x1f\x8b" + b"\0" * 600):
        refuse(any_store, tmp_path, content, "no backup|damaged")
    refuse(any_store, tmp_path, b"", "cut off")
    for name in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(UsageError, match="cannot be read"):
            restore(any_store, name, secret_file=None)


def test_other_formats_and_tables_are_refused(any_store, taken, tmp_path):
    _, file = taken
    for about, said in (
        ({"format": 2}, "newer grader"),
        ({"format": "1"}, "newer grader"),
        ({"revision": "0099", "grader": "9.9"}, "restore it with grader 9.9"),
        ({"revision": "0000"}, "restore it with grader"),
        ({"rows": {}}, "tables of its revision"),
        ({"digests": {}}, "tables of its revision"),
        ({"digests": []}, "is damaged"),
        ({"made_at": 7}, "is damaged"),
        ({"rows": dict.fromkeys(TABLES, 0)}, "rows, expected 0"),
    ):
        refuse(any_store, tmp_path, rebuilt(file, about=about), said)
    refuse(any_store, tmp_path, headed(rebuilt(file), name="about.jsonx"), "no backup")


def test_other_shapes_are_refused(any_store, taken, tmp_path):
    """Members out of order, missing, too many, no plain files, or of a size that nobody wrote."""
    _, file = taken
    names = ["about.json", *(f"tables/{name}.jsonl" for name in TABLES), "secret"]
    refuse(any_store, tmp_path, rebuilt(file, order=[names[0], *names[:0:-1]]), "expected tables/")
    refuse(any_store, tmp_path, rebuilt(file, order=names[:-1]), "damaged|cut off")
    refuse(any_store, tmp_path, rebuilt(file, more=[tarfile.TarInfo("../../evil")]), "follows its last member")
    refuse(any_store, tmp_path, rebuilt(file, {"secret": b"s" * 31}), "31 bytes")
    refuse(any_store, tmp_path, rebuilt(file, {"secret": b"s" * 33}), "at most 32")
    for fields in (
        {"type": tarfile.SYMTYPE},
        {"type": tarfile.XHDTYPE, "size": 2**33},
        {"type": tarfile.GNUTYPE_LONGNAME, "size": 2**33},
        {"type": tarfile.GNUTYPE_SPARSE},
        {"size": 2**50},
        {"size": -512},
    ):
        refuse(any_store, tmp_path, headed(rebuilt(file), **fields), "no backup")
    refuse(any_store, tmp_path, gzip.compress(gzip.decompress(file.read_bytes()) + b"\0" * 2**18), "follows its last")


def test_rows_that_are_none_are_refused(any_store, taken, tmp_path):
    """Hashed rightly, by whoever made them: then it is the transaction that has not happened."""
    _, file = taken
    for table, values in (
        ("jobs", {"tries": "one"}),
        ("jobs", {"tries": 2**31}),
        ("jobs", {"tries": 1.5}),
        ("jobs", {"tries": True}),
        ("jobs", {"tries": None}),
        ("jobs", {"queued_at": "soon"}),
        ("jobs", {"queued_at": "nan"}),
        ("jobs", {"queued_at": 1}),
        ("jobs", {"state": "s" * 17}),
        ("jobs", {"state": 1}),
        ("jobs", {"more": 1}),
        ("reports", {"content": "no base64!"}),
        ("reports", {"content": ["a"]}),
    ):
        refuse(any_store, tmp_path, rebuilt(file, changed_row(file, table, **values)), "is damaged")
    for line in (b"{}\n", b"[]\n", b"\n", b"\xff\n", b'{"a":' * 10_000 + b"\n"):
        refuse(any_store, tmp_path, rebuilt(file, {"tables/facts.jsonl": line}), "is damaged")


def test_a_line_longer_than_any_row_is_refused(any_store, taken, tmp_path, monkeypatch):
    """A bomb costs its unpacking, and no memory."""
    monkeypatch.setattr(archive, "LONGEST_LINE", 2**16)
    refuse(any_store, tmp_path, rebuilt(taken[1], {"tables/facts.jsonl": b"0" * 2**20}), "longer than any row")


def test_a_row_that_could_not_be_restored_is_not_backed_up(any_store, taken, tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot, "LONGEST_LINE", 100)
    with pytest.raises(EngineError, match="more than a backup can"):
        backup(taken[0], tmp_path / "b.tar.gz", when=WHEN)
    assert not (tmp_path / "b.tar.gz").exists()


def test_a_file_that_changes_after_it_was_checked_has_not_happened(any_store, taken, tmp_path, monkeypatch):
    """What is written is hashed once more, on its way."""
    store, file = taken
    with store.database.writing() as connection:
        connection.execute(jobs.update().values(said="something else"))
    backup(store, tmp_path / "other.tar.gz", when=WHEN)
    other = (tmp_path / "other.tar.gz").read_bytes()
    monkeypatch.setattr(restoration, "_have_alone", lambda _: file.write_bytes(other))
    with pytest.raises(UsageError, match=r"jobs\.jsonl is not what was written"):
        restore(any_store, file, secret_file=None)
    assert is_empty(any_store)


def test_a_store_with_something_in_it_is_left_alone(any_store, taken):
    with any_store.database.writing() as connection:
        connection.execute(facts.insert().values(name="n", value="v"))
    before = rows(any_store)
    with pytest.raises(UsageError, match=r"not empty.*facts \(1\)"):
        restore(any_store, taken[1], secret_file=None)
    assert rows(any_store) == before


def test_a_backup_goes_in_once(any_store, taken):
    restore(any_store, taken[1], secret_file=None)
    before = rows(any_store)
    with pytest.raises(UsageError, match=r"not empty.*attempts \(4\)"):
        restore(any_store, taken[1], secret_file=None)
    assert rows(any_store) == before


# --- the secret -------------------------------------------------------------------------------------------------------


def write_secret(path, content):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def test_another_secret_is_not_replaced(any_store, taken):
    there = write_secret(any_store.home / "secret", b"o" * 32)
    with pytest.raises(UsageError, match="another installation secret"):
        restore(any_store, taken[1], secret_file=None)
    assert there.read_bytes() == b"o" * 32
    assert not any(rows(any_store).values())
    write_secret(there, taken[0].secret())
    restore(any_store, taken[1], secret_file=None)
    assert any_store.secret() == taken[0].secret()


def test_a_secret_that_came_meanwhile_is_not_replaced(any_store, taken):
    """Somebody asked for one while the backup was restored; then it has not happened."""

    def another(step):
        if step == "attempts":
            write_secret(any_store.home / "secret", b"o" * 32)

    with pytest.raises(UsageError, match="another installation secret"):
        restore(any_store, taken[1], secret_file=None, progress=another)
    assert not any(rows(any_store).values())


def test_a_chosen_secret_is_compared_and_never_written(any_store, taken, tmp_path):
    chosen = tmp_path / "chosen" / "secret"
    with pytest.raises(UsageError, match="cannot be read"):
        restore(any_store, taken[1], secret_file=chosen)
    write_secret(chosen, b"o" * 32)
    with pytest.raises(UsageError, match="another installation secret"):
        restore(any_store, taken[1], secret_file=chosen)
    assert not any(rows(any_store).values())
    write_secret(chosen, taken[0].secret())
    restore(any_store, taken[1], secret_file=chosen)
    assert not (any_store.home / "secret").exists()


def test_a_chosen_secret_is_backed_up(any_store, tmp_path):
    chosen = write_secret(tmp_path / "chosen", b"c" * 32)
    shared = Store(any_store.home, secret_file=chosen, url=any_store.database.url)
    backup(shared, tmp_path / "b.tar.gz", when=WHEN)
    shared.database.close()
    with tarfile.open(tmp_path / "b.tar.gz") as tar:
        assert tar.extractfile("secret").read() == b"c" * 32


def test_the_secret_stands_nowhere_else_in_a_backup(taken):
    secret = taken[0].secret()
    plain = gzip.decompress(taken[1].read_bytes())
    assert plain.count(secret) == 1
    assert secret.hex().encode() not in plain


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
