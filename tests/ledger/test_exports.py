"""An exported log, with nothing but its files: each byte that was changed and each file that is gone is found."""

import shutil

import pytest
from ledgers import award, filled, flips

from grader.ledger.export import export
from grader.ledger.exported import audit_export
from grader.ledger.key import Verifier
from grader.ledger.spelling import BadNote


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
    """Promises that one bit changed in any byte of any file of a log is found by whoever has the files alone."""
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
        *kept, last = narrow.read_bytes()
        narrow.write_bytes(bytes((*kept, last ^ 1)))
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
