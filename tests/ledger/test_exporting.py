"""Writing an export: carried on, mended, and never over anything else."""

import shutil

import pytest
from ledgers import AT, award, filled

from grader.errors import EngineError, UsageError
from grader.ledger import Ledger
from grader.ledger.export import UNFINISHED, export
from grader.ledger.exported import audit_export
from grader.ledger.key import Signer
from grader.ledger.schema import checkpoints, entries, hashes
from grader.ledger.spelling import BadNote


@pytest.fixture
def folder(ledger, signer, tmp_path):
    """An export of six entries."""
    filled(ledger, signer)
    export(ledger, tmp_path / "export")
    return tmp_path / "export"


def grow(ledger, signer, count):
    """Log more, and sign it."""
    ledger.append_all([(award(number), f"more/{ledger.size}/{number}") for number in range(count)])
    return ledger.publish([signer])


def names(folder):
    """The files of a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_an_export_is_carried_on_and_drops_what_is_full(ledger, signer, folder):
    """Promises that tiles of earlier checkpoints stay until the full one is there, and then go."""
    grow(ledger, signer, 4)
    assert export(ledger, folder) == ledger.checkpoint()
    partial = {f"tile/{level}/000.p/{width}" for level in ("0", "entries") for width in (6, 10)}
    assert names(folder) == {"checkpoint", *partial}
    assert audit_export(folder, signer.verifier.vkey).sound
    grow(ledger, signer, 250)
    export(ledger, folder)
    rest = {f"tile/{level}/001.p/4" for level in ("0", "entries")}
    assert names(folder) == {"checkpoint", "tile/0/000", "tile/entries/000", "tile/1/000.p/1", *rest}
    assert audit_export(folder, signer.verifier.vkey).sound


def test_what_an_interrupted_export_left_is_mended(ledger, signer, folder):
    """Promises that an export that was killed at any moment is whole after the next: leftovers, and tiles too early."""
    grow(ledger, signer, 4)
    (folder / "tile" / "0" / f"{UNFINISHED}1").write_bytes(b"half a tile")
    (folder / f"{UNFINISHED}2").write_bytes(b"half a checkpoint")
    early = folder / "tile" / "0" / "000.p" / "10"
    early.write_bytes(b"of a disk that lied")
    found = [str(one) for one in audit_export(folder, signer.verifier.vkey).findings]
    assert len(found) == 2
    assert any(one.startswith("tile/0/000.p/10: the checkpoint does not cover it") for one in found)
    export(ledger, folder)
    assert audit_export(folder, signer.verifier.vkey).sound
    (folder / "checkpoint").unlink()
    export(ledger, folder)
    assert audit_export(folder, signer.verifier.vkey).sound


def test_other_files_beside_a_log_are_left_alone(ledger, signer, folder):
    """Promises that a page or a key document can lie in the same folder."""
    (folder / "index.html").write_text("a page")
    grow(ledger, signer, 1)
    export(ledger, folder)
    assert (folder / "index.html").read_text() == "a page"
    assert audit_export(folder, signer.verifier.vkey).sound


def test_a_folder_of_something_else_is_not_written_to(ledger, signer, folder, tmp_path):
    """Promises that an export never goes over another log, a newer one, another history, or what is damaged."""
    newer, other, retold = (Ledger(tmp_path / name) for name in ("newer", "other", "retold"))
    before = (folder / "checkpoint").read_bytes()
    filled(other, Signer("example.org/other", bytes(32)))
    with pytest.raises(UsageError, match=r"holds another log, example\.org/ledger"):
        export(other, folder)
    filled(retold, signer, 9)
    with pytest.raises(UsageError, match="that this one does not begin with"):
        export(retold, folder)
    newer.found(signer, AT)
    with pytest.raises(UsageError, match="holds a newer log, of 6 entries"):
        export(newer, folder)
    assert (folder / "checkpoint").read_bytes() == before
    (folder / "checkpoint").write_bytes(b"scribble")
    with pytest.raises(UsageError, match="is damaged"):
        export(ledger, folder)
    for one in (newer, other, retold):
        one.close()


def test_what_is_not_what_was_signed_is_not_exported(ledger, signer, tmp_path):
    """Promises that a damaged ledger is found before anybody is handed it."""
    with pytest.raises(UsageError, match="nothing of the ledger was signed yet"):
        export(ledger, tmp_path / "export")
    filled(ledger, signer)
    with ledger.database.sequencing() as connection:
        for table in (entries, hashes, checkpoints):
            connection.exec_driver_sql(f"drop trigger {table.name}_changed")
            connection.exec_driver_sql(f"drop trigger {table.name}_deleted")
        connection.execute(entries.update().where(entries.c.idx == 2).values(leaf=b"{}"))
    with pytest.raises(EngineError, match=r"an entry of tile/entries/000\.p/6 is not what was logged"):
        export(ledger, tmp_path / "export")
    with ledger.database.sequencing() as connection:
        connection.execute(hashes.delete().where(hashes.c.lvl == 0, hashes.c.idx == 2))
    with pytest.raises(EngineError, match="has lost hashes"):
        export(ledger, tmp_path / "export")
    with ledger.database.sequencing() as connection:
        connection.execute(checkpoints.update().values(root=bytes(32)))
    with pytest.raises(EngineError, match="is not what was signed at 6 entries; nothing is exported"):
        export(ledger, tmp_path / "export")
    with ledger.database.sequencing() as connection:
        connection.execute(hashes.delete().where(hashes.c.lvl == 2))
    with pytest.raises(EngineError, match="has lost hash 0 of level 2"):
        export(ledger, tmp_path / "export")


def test_where_nothing_can_be_written_it_is_said(ledger, signer, folder, tmp_path):
    """Promises a sentence for a place that is no folder, and for a folder without a log."""
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineError, match="cannot write"):
        export(ledger, tmp_path / "file")
    shutil.rmtree(folder / "tile")
    (folder / "tile").write_text("no folder")
    grow(ledger, signer, 1)
    with pytest.raises(EngineError, match="cannot write"):
        export(ledger, folder)
    with pytest.raises(UsageError, match="there is no log in"):
        audit_export(tmp_path, signer.verifier.vkey)


@pytest.mark.parametrize(
    "note", [b"scribble", b"x\n1\nAAAA\n\n", "example.org/ledger\n6\nAAAA\n\n— x AAAAAAAA\n".encode()]
)
def test_a_checkpoint_that_cannot_be_read_is_said(folder, signer, note):
    """Promises that an audit of a log without a readable checkpoint ends, and says so."""
    (folder / "checkpoint").write_bytes(note)
    found = audit_export(folder, signer.verifier.vkey)
    assert [one.where for one in found.findings] == ["checkpoint"]
    with pytest.raises(BadNote):
        audit_export(folder, signer.verifier.vkey, [note])
