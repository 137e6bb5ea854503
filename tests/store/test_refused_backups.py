"""What is no backup changes nothing, nor does a backup that does not belong here: other contents, another secret."""

import gzip
import hashlib
import io
import json
import tarfile

import pytest
from backups import TABLES, WHEN, is_empty, rows

from grader.canonical import encode
from grader.errors import EngineError, UsageError
from grader.store import Store
from grader.store.copying import archive, backup, restoration, restore, snapshot
from grader.store.schema import facts, jobs


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
