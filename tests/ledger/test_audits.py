"""Audits find everything: each byte that was changed, each row or file that is gone, and history written anew."""

import shutil
import sqlite3
from contextlib import closing, contextmanager

import pytest
from ledgers import AT, award, change, filled, flips

from grader.ledger import Ledger
from grader.ledger.audit import audit
from grader.ledger.content import Kind
from grader.ledger.export import export
from grader.ledger.exported import audit_export
from grader.ledger.key import Verifier
from grader.ledger.note import parsed, signed
from grader.ledger.schema import bodies, checkpoints, entries, hashes
from grader.ledger.spelling import BadNote

TABLES = {
    "ledger_entries": ("idx", ["leaf", "kind"]),
    "ledger_bodies": ("idx", ["body", "subject"]),
    "ledger_hashes": ("lvl * 1000 + idx", ["hash"]),
    "ledger_checkpoints": ("size", ["root", "note"]),
}
"""Everything that is stored, by what its rows are told apart."""


@pytest.fixture
def small(ledger, signer):
    """A log of four entries and four checkpoints, one entry erased; and the raw file, its triggers taken away."""
    filled(ledger, signer, 1)
    ledger.append(change(Kind.REVOKE, ledger.entry(1).named(1)), "revoke/1")
    ledger.publish([signer])
    ledger.append(award(7, "bob"), "award/bob/7")
    ledger.publish([signer])
    ledger.erase("bob")
    with disarmed(ledger) as raw:
        yield ledger, raw


@pytest.fixture
def smallest(ledger, signer):
    """A log of one entry with its private part, one without and its genesis; and the raw file, as above."""
    ledger.found(signer, AT)
    ledger.append_all([(award(1), "1"), (award(7, "bob"), "7")])
    ledger.publish([signer])
    ledger.erase("bob")
    with disarmed(ledger) as raw:
        yield ledger, raw


@contextmanager
def disarmed(ledger):
    """Open the file of a sound ledger, its triggers taken away."""
    assert audit(ledger).sound
    with closing(sqlite3.connect(ledger.database._url.database, isolation_level=None)) as raw:
        raw.execute("PRAGMA synchronous = OFF")
        for (name,) in raw.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            raw.execute(f"drop trigger {name}")
        yield raw


def found_in(ledger):
    """What an audit of a database says."""
    return [str(one) for one in audit(ledger).findings]


def places(table, row):
    """How a finding may begin that is about a row; a hash is named, or the one above it, or the leaf below it."""
    if table == "ledger_hashes":
        level, number = divmod(row, 1000)
        below = f"entry {number}:" if level == 0 else f"hash {number} of level {level}:"
        return below, f"hash {number // 2} of level {level + 1}:"
    return f"checkpoint of {row}:" if table == "ledger_checkpoints" else f"entry {row}:"


@pytest.mark.parametrize("table", TABLES)
def test_every_byte_of_what_is_stored_counts(smallest, table):
    """Promises that one changed bit in any byte of any leaf, private part, hash, root or note is found.

    And that what is found has a place: the entry, hash or checkpoint is named. Writing it back makes the log sound again.
    """
    ledger, raw = smallest
    key, columns = TABLES[table]
    changed = 0
    for column in columns:
        for row, value in raw.execute(f"select {key}, {column} from {table} where {column} is not null").fetchall():
            update = f"update {table} set {column} = ? where {key} = ?"
            as_bytes = value if isinstance(value, bytes) else value.encode()
            for at, content in flips(as_bytes):
                if isinstance(value, str) and content[at] > 0x7F:
                    continue
                raw.execute(update, (content if isinstance(value, bytes) else content.decode(), row))
                findings = found_in(ledger)
                assert findings, (table, column, row, at)
                assert any(one.startswith(places(table, row)) for one in findings), (table, column, row, at, findings)
                changed += 1
            raw.execute(update, (value, row))
    assert changed > 100
    assert found_in(ledger) == []


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("delete from ledger_entries where idx = 2", "entry 2: it is missing"),
        ("delete from ledger_entries where idx = 3", "entry 3: it is missing"),
        ("delete from ledger_bodies where idx = 1", "entry 1: nothing is kept of its private part"),
        (
            "update ledger_bodies set body = null where idx = 1",
            "entry 1: its private part is missing, and was not erased",
        ),
        (
            "update ledger_bodies set erased = 0 where idx = 3",
            "entry 3: its private part is missing, and was not erased",
        ),
        ("update ledger_bodies set erased = 1 where idx = 1", "entry 1: it was erased, and yet is there"),
        ("update ledger_bodies set erased = 2 where idx = 1", "entry 1: it is neither erased nor whole"),
        ("update ledger_bodies set key = null where idx = 1", "entry 1: it is neither erased nor whole"),
        ("update ledger_bodies set subject = 'eve' where idx = 1", "entry 1: it is kept under another subject"),
        ("delete from ledger_hashes where lvl = 0 and idx = 1", "hash 1 of level 0: it is missing"),
        ("delete from ledger_hashes where lvl = 2", "hash 0 of level 2: it is missing"),
        (
            "insert into ledger_hashes values (7, 0, zeroblob(32))",
            "hash 0 of level 7: a log of 4 entries has none there",
        ),
        (
            "insert into ledger_hashes values (1, 2, zeroblob(32))",
            "hash 2 of level 1: a log of 4 entries has none there",
        ),
        (
            "insert into ledger_bodies values (9, 'k', null, null, 1)",
            "private part 9: a log of 4 entries has none there",
        ),
        ("update ledger_checkpoints set size = 5 where size = 3", "checkpoint of 5: the ledger has 4 entries"),
        ("update ledger_checkpoints set size = 9 where size = 4", "checkpoint of 9: the ledger has 4 entries"),
        (
            "update ledger_checkpoints set note = (select note from ledger_checkpoints where size = 2) where size = 3",
            "checkpoint of 3: what was signed is another",
        ),
        (
            "update ledger_entries set leaf = (select leaf from ledger_entries where idx = 1) where idx = 2",
            "entry 2: its leaf hashes to",
        ),
        (
            "update ledger_bodies set body = (select body from ledger_bodies where idx = 2) where idx = 1",
            "entry 1: the private part is not the one that the leaf commits to",
        ),
    ],
)
def test_what_is_gone_added_or_exchanged_is_named(small, how, says):
    """Promises that an audit names exactly what is wrong, and where."""
    ledger, raw = small
    raw.execute(how)
    assert any(one.startswith(says) for one in found_in(ledger)), found_in(ledger)


def test_one_changed_entry_is_one_place(small):
    """Promises that a small damage is not told as a large one: the entry, and the checkpoints that cover it."""
    ledger, raw = small
    leaf = raw.execute("select leaf from ledger_entries where idx = 2").fetchone()[0]
    raw.execute("update ledger_entries set leaf = ? where idx = 2", (leaf.replace(b"2026", b"2027"),))
    places = [one.where for one in audit(ledger).findings]
    assert set(places) == {"entry 2", "checkpoint of 3", "checkpoint of 4"}


def test_an_audit_runs_on_postgresql_too(any_ledger, signer):
    """Promises the same on both databases: a leaf, a private part, a hash and a checkpoint, each changed and found."""
    filled(any_ledger, signer)
    with any_ledger.database.sequencing() as connection:
        for table in (entries, hashes, checkpoints, bodies):
            on = f" on {table.name}" if any_ledger.database.shared else ""
            connection.exec_driver_sql(f"drop trigger {table.name}_changed{on}")
    for table, column, name in (
        (entries, entries.c.leaf, "entry 4"),
        (bodies, bodies.c.body, "entry 4"),
        (hashes, hashes.c.hash, "hash 4 of level 0"),
        (checkpoints, checkpoints.c.note, "checkpoint of 6"),
    ):
        where = table.c.size == 6 if table is checkpoints else table.c.idx == 4
        with any_ledger.database.sequencing() as connection:
            value = connection.execute(table.select().with_only_columns(column).where(where)).scalar()
            connection.execute(table.update().where(where).values({column.name: bytes([value[0] ^ 1]) + value[1:]}))
        found = [one.where for one in audit(any_ledger).findings]
        assert name in found or "entry 4" in found
        with any_ledger.database.sequencing() as connection:
            connection.execute(table.update().where(where).values({column.name: value}))
        assert audit(any_ledger).sound


def test_a_signature_that_nobody_can_check_is_said(small, signer, stranger):
    """Promises that "sound" means that every byte was checked; whoever signs along is named to the audit."""
    ledger, raw = small
    note = ledger.checkpoint()
    both = signed(parsed(note).text, [signer, stranger])
    raw.execute("update ledger_checkpoints set note = ? where size = 4", (both,))
    assert "nobody named the key" in found_in(ledger)[0]
    assert audit(ledger, [stranger.verifier]).sound


# --- exports ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(small, tmp_path):
    """The export of the small log, and of an earlier state of it before."""
    ledger, _ = small
    export(ledger, tmp_path / "export")
    return tmp_path / "export"


@pytest.fixture
def large(ledger, signer, tmp_path):
    """The export of a log with full tiles, carried on from one with partial ones."""
    filled(ledger, signer, 250)
    export(ledger, tmp_path / "large")
    ledger.append_all([(award(number), f"more/{number}") for number in range(20)])
    ledger.publish([signer])
    export(ledger, tmp_path / "large")
    return tmp_path / "large"


def files_of(folder):
    """Every file of a folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_every_byte_of_an_export_counts(folder, signer):
    """Promises that one bit changed in any byte of any file of an exported log is found by whoever has the files alone."""
    vkey = signer.verifier.vkey
    assert audit_export(folder, vkey).sound
    assert [path.name for path in files_of(folder)] == ["checkpoint", "4", "4"]
    for path in files_of(folder):
        content = path.read_bytes()
        for at, changed in flips(content):
            path.write_bytes(changed)
            assert not audit_export(folder, vkey).sound, (path, at)
        path.write_bytes(content)
    assert audit_export(folder, vkey).sound


def test_a_changed_byte_anywhere_in_a_large_export_is_named(large, signer):
    """Promises the same across full tiles, levels and bundles, and that the entry or tile is named."""
    vkey = signer.verifier.vkey
    assert audit_export(large, vkey).sound
    names = {path.relative_to(large).as_posix() for path in files_of(large)}
    assert names == {
        "checkpoint",
        "tile/0/000",
        "tile/0/001.p/15",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/15",
    }
    for path in files_of(large):
        content = path.read_bytes()
        for at in range(0, len(content), max(1, len(content) // 7)):
            changed = bytearray(content)
            changed[at] ^= 0x10
            path.write_bytes(changed)
            found = audit_export(large, vkey).findings
            name = path.relative_to(large).as_posix()
            assert any(one.where == name or name in one.what or one.where.startswith("entry ") for one in found)
        path.write_bytes(content)
    assert audit_export(large, vkey).sound


@pytest.mark.parametrize("name", ["tile/0/000", "tile/0/001.p/15", "tile/1/000.p/1", "tile/entries/000", "checkpoint"])
def test_a_file_that_is_gone_cut_or_too_long_is_named(large, signer, name):
    """Promises that files are there, and as long as they have to be."""
    path = large / name
    content = path.read_bytes()
    for wrong in (content[:-1], content[:-40], b"", content + b"x", content * 2):
        path.write_bytes(wrong)
        assert any(one.where == name for one in audit_export(large, signer.verifier.vkey).findings)
    path.unlink()
    if name != "checkpoint":
        assert any(one.where == name for one in audit_export(large, signer.verifier.vkey).findings)
        path.mkdir()
        assert any(one.where == name for one in audit_export(large, signer.verifier.vkey).findings)


@pytest.mark.parametrize(
    "name", ["tile/0/002", "tile/0/001.p/16", "tile/0/x000/001", "tile/9/000", "tile/entries/note"]
)
def test_a_file_too_many_is_named(large, signer, name):
    """Promises that nothing is hidden among the tiles."""
    (large / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(large / "tile/0/000", large / name)
    assert [one.where for one in audit_export(large, signer.verifier.vkey).findings] == [name]


def test_a_narrower_tile_of_before_is_its_beginning(large, signer):
    """Promises that tiles of earlier checkpoints may stay, and are checked as well."""
    for folder, cut in (("tile/0", 9 * 32), ("tile/entries", None)):
        content = (large / folder / "001.p/15").read_bytes()
        narrow = large / folder / "001.p/9"
        narrow.write_bytes(content[:cut] if cut else b"".join(parts_of(content)[:9]))
        assert audit_export(large, signer.verifier.vkey).sound
        narrow.write_bytes(narrow.read_bytes()[:-1] + b"?")
        assert [one.where for one in audit_export(large, signer.verifier.vkey).findings] == [f"{folder}/001.p/9"]
        narrow.unlink()


def parts_of(content):
    """The entries of a bundle with their lengths."""
    parts = []
    while content:
        end = 2 + int.from_bytes(content[:2], "big")
        parts.append(content[:end])
        content = content[end:]
    return parts


def test_a_size_out_of_all_bounds_is_not_believed(folder, signer):
    """Promises bounded work for a hostile checkpoint: no more is read than there is."""
    note = (folder / "checkpoint").read_bytes().replace(b"\n4\n", b"\n999999999999999999\n")
    (folder / "checkpoint").write_bytes(note)
    assert "the folder holds 1 files of at most 256 entries" in str(
        audit_export(folder, signer.verifier.vkey).findings[0]
    )


def test_an_export_is_of_the_key_that_the_reader_trusts(folder, stranger, signer):
    """Promises that a complete forgery, with a key of its own, is not taken for the log."""
    found = audit_export(folder, stranger.verifier.vkey).findings
    assert [one.what for one in found] == [f"the log knows nothing of the key {stranger.verifier.vkey}"]
    other = Verifier("example.org/other", signer.verifier.key)
    assert not audit_export(folder, other.vkey).sound
    with pytest.raises(BadNote, match="no vkey"):
        audit_export(folder, "no key")


# --- history written anew ---------------------------------------------------------------------------------------------


@pytest.fixture
def histories(tmp_path, signer):
    """A log at several sizes, with a proof of each entry at each; and the same log, entry 3 written anew and re-signed."""

    def written(name, third):
        ledger = Ledger(tmp_path / name)
        ledger.found(signer, AT)
        notes, proofs = [ledger.checkpoint()], {}
        for number in range(1, 7):
            ledger.append(third if number == 3 else plain[number], f"award/{number}")
            notes.append(ledger.publish([signer]))
            proofs |= {(index, number + 1): ledger.proof(index).encode() for index in range(number + 1)}
        export(ledger, tmp_path / f"{name}-export")
        assert audit(ledger).sound
        ledger.close()
        return notes, proofs, tmp_path / f"{name}-export"

    plain = {number: award(number) for number in range(1, 7)}
    return written("told", plain[3]), written("retold", award("for somebody else"))


def test_history_written_anew_is_found_from_whatever_covers_it(histories, signer):
    """Promises that whoever has the key cannot rewrite an entry unseen by anyone who holds what covers it.

    The new history is sound in itself. It is refused by every older checkpoint that covers the entry, and by every proof
    whose checkpoint does, whichever entry the proof is of; those that do not cover it know nothing of it.
    """
    (notes, proofs, folder), (_, _, retold) = histories
    vkey = signer.verifier.vkey
    assert audit_export(retold, vkey).sound
    for size, note in enumerate(notes, 1):
        assert audit_export(folder, vkey, [note]).sound
        found = audit_export(retold, vkey, [note])
        assert found.sound == (size <= 3)
        assert found.sound or "history was rewritten" in str(found.findings[0])
    for (_, size), proof in proofs.items():
        assert audit_export(folder, vkey, [proof]).sound
        assert audit_export(retold, vkey, [proof]).sound == (size <= 3)
    assert len(audit_export(retold, vkey, [*notes, *proofs.values()]).findings) == 4 + sum(
        size > 3 for _, size in proofs
    )


def test_a_log_that_was_cut_off_is_found(histories, signer, tmp_path):
    """Promises that entries cannot be taken off the end either, by whoever has the key."""
    (notes, _, _), _ = histories
    short = Ledger(tmp_path / "short")
    short.found(signer, AT)
    export(short, tmp_path / "short-export")
    short.close()
    found = audit_export(tmp_path / "short-export", signer.verifier.vkey, [notes[-1]])
    assert "the log has 1 entries: some were taken out" in str(found.findings[0])


def test_what_is_given_as_older_has_to_be_the_logs(folder, stranger, signer):
    """Promises that nobody can make a sound log look rewritten with a checkpoint that it never signed."""
    made_up = signed(parsed((folder / "checkpoint").read_bytes()).text.replace("\n4\n", "\n3\n"), [stranger])
    found = audit_export(folder, signer.verifier.vkey, [made_up]).findings
    assert any("nobody who is known signed this" in one.what for one in found)
    with pytest.raises(BadNote):
        audit_export(folder, signer.verifier.vkey, [b"neither checkpoint nor proof"])
