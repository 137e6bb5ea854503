"""Our ledger, checked by an implementation that is not ours: golang.org/x/mod/sumdb, of Go's own checksum database.

`independent/main.go` is built here with Debian's packages golang-go and golang-golang-x-mod-dev, without a network.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from ledgers import AT, SPEC_NOTE, SPEC_VKEY, award, filled

from grader.ledger.export import export
from grader.ledger.keyfile import make_key, read_key
from grader.ledger.note import parsed, signed
from grader.ledger.spelling import to_base64

SOURCE = Path(__file__).parent / "independent" / "main.go"
LIBRARY = Path("/usr/share/gocode")


@pytest.fixture(scope="session")
def program(tmp_path_factory):
    """The built program; gives whether it established what it was asked for, and what it said."""
    folder = tmp_path_factory.mktemp("go")
    assert shutil.which("go"), "Go is not here: apt-get install golang-go (make setup does it for the tests)"
    assert (LIBRARY / "src/golang.org/x/mod/sumdb").is_dir(), "apt-get install golang-golang-x-mod-dev"
    settings = {"GO111MODULE": "off", "GOPATH": str(LIBRARY), "GOCACHE": str(folder / "cache"), "CGO_ENABLED": "0"}
    command = ["go", "build", "-o", str(folder / "independent"), str(SOURCE)]
    subprocess.run(command, check=True, env={**os.environ, **settings, "GOFLAGS": "", "HOME": str(folder)})

    def run(*args):
        done = subprocess.run(
            [folder / "independent", *map(str, args)], capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode in {0, 1}
        assert "panic" not in done.stderr
        return done.returncode == 0, (done.stdout or done.stderr).strip()

    return run


@pytest.fixture
def grown(ledger, signer, tmp_path):
    """A log of 271 entries that was exported at 1, 251 and 271, and its checkpoints in files."""
    ledger.found(signer, AT)
    notes = [ledger.checkpoint(), filled(ledger, signer, 250)]
    export(ledger, tmp_path / "log")
    ledger.append_all([(award(number), f"more/{number}") for number in range(20)])
    notes.append(ledger.publish([signer]))
    export(ledger, tmp_path / "log")
    for size, note in zip((1, 251, 271), notes, strict=True):
        (tmp_path / f"{size}.checkpoint").write_bytes(note)
    return ledger


def test_the_examples_of_the_specification_are_as_we_read_them(program, tmp_path):
    """Promises that the other program and we agree on a note that neither of us wrote (C2SP signed-note)."""
    (tmp_path / "note").write_bytes(SPEC_NOTE)
    assert program("checkpoint", SPEC_VKEY, tmp_path / "note") == (False, "a checkpoint has three lines")
    (tmp_path / "note").write_bytes(SPEC_NOTE.replace(b"example m", b"exbmple m"))
    found, said = program("checkpoint", SPEC_VKEY, tmp_path / "note")
    assert (found, said) == (False, "invalid signature for key example.com/foo+530d903a")


def test_our_key_files_are_read(program, signer, tmp_path):
    """Promises that the file of our signing key is one that others can sign with, to the same bytes."""
    make_key(tmp_path / "key", "example.org/log")
    ours = read_key(tmp_path / "key")
    (tmp_path / "text").write_text("said by another program\n")
    found, said = program("sign", ours.verifier.vkey, tmp_path / "key", tmp_path / "text")
    assert found
    assert f"{said}\n".encode() == signed("said by another program\n", [ours])
    (tmp_path / "key").write_text(signer.line()[:-1])
    assert not program("sign", ours.verifier.vkey, tmp_path / "key", tmp_path / "text")[0]


def test_checkpoints_are_accepted(program, grown, signer, next_signer, stranger, tmp_path):
    """Promises that others read our checkpoints, with further signatures too; and refuse what is not signed."""
    path = tmp_path / "271.checkpoint"
    note = path.read_bytes()
    found, said = program("checkpoint", signer.verifier.vkey, path)
    assert (found, said.split()[:2]) == (True, ["example.org/ledger", "271"])
    path.write_bytes(signed(parsed(note).text, [next_signer, signer, stranger]))
    assert program("checkpoint", signer.verifier.vkey, path)[0]
    path.write_bytes(note)
    assert not program("checkpoint", stranger.verifier.vkey, path)[0]
    path.write_bytes(note.replace(b"\n271\n", b"\n272\n"))
    assert not program("checkpoint", signer.verifier.vkey, path)[0]


@pytest.mark.parametrize("index", [0, 1, 128, 255, 256, 270])
def test_inclusion_proofs_are_accepted(program, grown, signer, tmp_path, index):
    """Promises that others accept our proofs of entries, and none that was changed or is of another entry."""
    proof, entry = grown.proof(index), grown.entry(index)
    vkey, paths = signer.verifier.vkey, (tmp_path / "of.tlog-proof", tmp_path / "leaf")

    def accepted(content, leaf):
        paths[0].write_bytes(content)
        paths[1].write_bytes(leaf)
        return program("inclusion", vkey, *paths)[0]

    assert accepted(proof.encode(), entry.leaf)
    assert not accepted(proof.encode(), grown.entry((index + 1) % 271).leaf)
    assert not accepted(proof.encode(), entry.leaf + b" ")
    assert not accepted(proof.encode().replace(b"index %d\n" % index, b"index %d\n" % ((index + 1) % 271)), entry.leaf)
    last = to_base64(proof.hashes[-1]).encode()
    assert not accepted(proof.encode().replace(last + b"\n", b""), entry.leaf)
    other = to_base64(bytes([proof.hashes[-1][0] ^ 1]) + proof.hashes[-1][1:]).encode()
    assert not accepted(proof.encode().replace(last, other), entry.leaf)


@pytest.mark.parametrize(("old", "new"), [(1, 251), (1, 271), (251, 271)])
def test_consistency_proofs_are_accepted(program, grown, signer, tmp_path, old, new):
    """Promises that others accept our proofs that a log grew out of another, and none that was changed."""
    files = [tmp_path / f"{size}.checkpoint" for size in (old, new)]
    hashes = grown.consistency(*(path.read_bytes() for path in files))
    path = tmp_path / "hashes"

    def accepted(some):
        path.write_text("".join(f"{to_base64(one)}\n" for one in some))
        return program("consistency", signer.verifier.vkey, *files, path)[0]

    assert accepted(hashes)
    assert not accepted(hashes[:-1])
    assert not accepted([*hashes, hashes[0]])
    assert not accepted([hashes[0], *hashes])
    assert not accepted([bytes(32), *hashes[1:]])


def test_tiles_are_read(program, grown, signer, tmp_path):
    """Promises that others read our export: every entry proven from the tiles, and every older checkpoint."""
    vkey, older = signer.verifier.vkey, [tmp_path / f"{size}.checkpoint" for size in (1, 251)]
    assert program("tiles", vkey, tmp_path / "log", *older) == (True, "271 entries and 2 older checkpoints")
    for name, at in (("tile/0/000", 40), ("tile/0/001.p/15", 9), ("tile/1/000.p/1", 3), ("tile/entries/000", 77)):
        path = tmp_path / "log" / name
        content = path.read_bytes()
        path.write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
        assert not program("tiles", vkey, tmp_path / "log")[0], name
        path.write_bytes(content)
    other = signed(parsed(older[1].read_bytes()).text.replace("\n251\n", "\n250\n"), [signer])
    older[1].write_bytes(other)
    assert not program("tiles", vkey, tmp_path / "log", older[1])[0]
