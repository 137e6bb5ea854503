"""Notes, checkpoints, proofs and tiles: the formats of C2SP, spelled in one way only."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import ORIGIN, SPEC_NOTE, SPEC_VKEY, award, filled, flips

from grader import merkle
from grader.errors import UsageError
from grader.ledger.checkpoint import Checkpoint, checked_checkpoint, read_checkpoint
from grader.ledger.key import Signer, generated, signer_of, verifier_of
from grader.ledger.note import Note, Signature, opened, parsed, signed
from grader.ledger.proof import LogProof, check_proof, read_proof
from grader.ledger.spelling import BadNote, to_base64
from grader.ledger.tiles import Tile, bundle, hashes_of, leaves_of, tile_of, tiles_of
from grader.merkle import BadProof

SPEC_CHECKPOINT = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE"
    "+xeMcTOAYQ8=\n"
).encode()
"""The example of C2SP tlog-checkpoint; its key is not in the specification."""
TEXT = "something that was said\n\nwith an empty line in it\n"


def test_the_example_of_the_specification_holds():
    """Promises that we read the notes of others: the example of C2SP signed-note."""
    verifier = verifier_of(SPEC_VKEY)
    assert verifier.vkey == SPEC_VKEY
    note, signers = opened(SPEC_NOTE, [verifier])
    assert (note.text, signers) == ("This is an example message.\n", [verifier])
    assert note.encode() == SPEC_NOTE


def test_the_checkpoint_of_the_specification_is_read():
    """Promises that we read the checkpoints of others: the example of C2SP tlog-checkpoint."""
    found = read_checkpoint(SPEC_CHECKPOINT)
    assert (found.origin, found.size, len(found.root)) == ("example.com/behind-the-sofa", 20852163, 32)
    assert f"{found.text}\n".encode() == SPEC_CHECKPOINT.partition("—".encode())[0]


def test_signatures_of_strangers_are_passed_over(signer, stranger):
    """Promises that a key that is not known neither helps nor hurts, even under a known name; and kinds unknown too."""
    both = signed(TEXT, [stranger, signer])
    later = Note(
        TEXT, (*parsed(both).signatures, Signature("example.org/witness", b"abcd", b"of a kind of its own" * 99))
    )
    assert opened(later.encode(), [signer.verifier])[1] == [signer.verifier]
    with pytest.raises(BadNote, match="nobody who is known signed this"):
        opened(later.encode(), [generated("example.org/other").verifier])


def test_a_wrong_signature_by_a_known_key_spoils_the_note(signer, next_signer):
    """Promises that a note is refused when one known key's signature is wrong, though another's is right."""
    note = parsed(signed(TEXT, [signer, next_signer]))
    wrong = Signature(ORIGIN, next_signer.verifier.key_id, signer.sign(TEXT.encode()))
    with pytest.raises(BadNote, match="is wrong"):
        opened(Note(TEXT, (note.signatures[0], wrong)).encode(), [signer.verifier, next_signer.verifier])


def test_no_bit_of_a_note_can_be_changed(signer):
    """Promises that every byte of a note counts, the unused bits of base64 too."""
    content = signed(TEXT, [signer])
    for at in range(len(content)):
        for bit in range(8):
            changed = bytearray(content)
            changed[at] ^= 1 << bit
            with pytest.raises(BadNote):
                opened(bytes(changed), [signer.verifier])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "an empty line"),
        (b"text\n", "an empty line"),
        (b"text\n\n", "an empty line"),
        (b"text\n\nno dash\n", "expected a signature"),
        ("text\n\n— name\n".encode(), "expected a signature"),
        ("text\n\n— a+b AAAAAAAA\n".encode(), "as no key can be named"),
        ("text\n\n— name AAAA\n".encode(), "too short"),
        ("text\n\n— name AAAAAA==".encode(), "each ended by a newline"),
        ("text\n\n— name AAAAAAB=\n".encode(), "not how base64 spells"),
        ("text\n\n— name !!!!\n".encode(), "expected base64"),
        ("te\txt\n\n— name AAAAAAAA\n".encode(), "no other control character"),
        (b"te\xffxt\n\n", "byte 2"),
        (b"x" * 1_000_001, "too long"),
        (b"text\n\n" + "— name AAAAAAAA\n".encode() * 101, "too many"),
    ],
)
def test_what_is_no_note_is_refused_with_the_reason(content, says):
    """Promises a sentence for whatever is given as a note."""
    with pytest.raises(BadNote, match=re.escape(says)):
        parsed(content)


def test_keys_are_read_back_and_damaged_ones_are_not(signer):
    """Promises that vkeys and signing keys survive being written down, and that no damage gives another key."""
    assert verifier_of(signer.verifier.vkey) == signer.verifier
    assert signer_of(signer.line()).sign(b"x") == signer.sign(b"x")
    for reader, line in ((verifier_of, signer.verifier.vkey), (signer_of, signer.line())):
        for _, changed in flips(line.encode()):
            with pytest.raises(BadNote) as refused:
                reader(changed.decode("latin-1"))
            assert reader is verifier_of or line[-40:-2] not in str(refused.value)
    with pytest.raises(UsageError, match="no key can be named"):
        Signer("a name with spaces", bytes(32))


def test_a_checkpoint_is_of_the_log_whose_key_signed_it(signer):
    """Promises that one log's key cannot sign for another log."""
    own, other = Checkpoint(ORIGIN, 3, bytes(32)), Checkpoint("example.org/other", 3, bytes(32))
    assert checked_checkpoint(signed(own.text, [signer]), [signer.verifier]) == own
    with pytest.raises(BadNote, match="not signed by a known key of that log"):
        checked_checkpoint(signed(other.text, [signer]), [signer.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "x\n3\n",
        "\n3\n" + to_base64(bytes(32)) + "\n",
        "x\n03\n" + to_base64(bytes(32)) + "\n",
        "x\n-3\n" + to_base64(bytes(32)) + "\n",
        "x\n²\n" + to_base64(bytes(32)) + "\n",
        "x\n9999999999999999999\n" + to_base64(bytes(32)) + "\n",
        "x\n3\n" + to_base64(bytes(31)) + "\n",
        "x\n3\n" + to_base64(bytes(32))[:-2] + "B=\n",
        "x\n3\n" + to_base64(bytes(32)) + "\nand more\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(signer, text):
    """Promises that a signature alone makes no checkpoint."""
    with pytest.raises(BadNote):
        checked_checkpoint(signed(text, [signer]), [signer.verifier])


# --- proofs -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def proven(ledger, signer):
    """A proof of an entry in a log of six, and the entry's leaf."""
    filled(ledger, signer)
    return ledger.proof(3), ledger.entry(3).leaf


def test_a_proof_is_written_as_the_specification_says(proven):
    """Promises the text of c2sp.org/tlog-proof@v1: version, index, hashes, an empty line, the checkpoint."""
    proof, _ = proven
    lines = proof.encode().decode().split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 3"]
    assert lines[2:5] == [to_base64(one) for one in proof.hashes]
    assert lines[5:8] == ["", ORIGIN, "6"]
    assert read_proof(proof.encode()) == proof
    with_extra = LogProof(proof.index, proof.hashes, proof.note, b"anything")
    assert with_extra.encode().split(b"\n")[1] == b"extra YW55dGhpbmc="
    assert read_proof(with_extra.encode()) == with_extra


def test_a_proof_shows_its_entry_and_no_other(proven, signer, stranger):
    """Promises that a proof is good for one leaf, under one key that the reader trusts."""
    proof, leaf = proven
    assert check_proof(proof, leaf, [signer.verifier]).size == 6
    with pytest.raises(BadProof, match="another root"):
        check_proof(proof, award().leaf, [signer.verifier])
    with pytest.raises(BadNote, match="nobody who is known"):
        check_proof(proof, leaf, [stranger.verifier])


def test_no_bit_of_a_proof_can_be_changed(proven, signer):
    """Promises that every byte of a proof counts."""
    proof, leaf = proven
    content = proof.encode()
    for at in range(len(content)):
        for bit in range(8):
            changed = bytearray(content)
            changed[at] ^= 1 << bit
            with pytest.raises((BadNote, BadProof)):
                check_proof(read_proof(bytes(changed)), leaf, [signer.verifier])


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_anything_else_is_refused_with_a_sentence(content):
    """Promises that no file, whatever is in it, gives a traceback."""
    for reader in (read_proof, parsed, read_checkpoint):
        with pytest.raises(BadNote):
            reader(b"c2sp.org/tlog-proof@v1\n" + content)


# --- tiles ------------------------------------------------------------------------------------------------------------


def test_tiles_lie_where_the_specification_says():
    """Promises the paths and the counts of C2SP tlog-tiles, by its own examples."""
    assert Tile(0, 1234067, 256).path == "tile/0/x001/x234/067"
    assert Tile(None, 273, 112).path == "tile/entries/273.p/112"
    tiles = list(tiles_of(70_000))
    assert sum(1 for one in tiles if one.level == 0 and one.full) == 273
    assert [one for one in tiles if one.level == 0 and not one.full] == [Tile(0, 273, 112)]
    assert [one for one in tiles if one.level == 1] == [Tile(1, 0, 256), Tile(1, 1, 17)]
    assert [one for one in tiles if one.level == 2] == [Tile(2, 0, 1)]
    assert {one for one in tiles_of(256) if one.level is not None} == {Tile(0, 0, 256), Tile(1, 0, 1)}


@given(st.none() | st.integers(0, 63), st.integers(0, 2**40), st.integers(1, 256))
def test_a_tile_is_found_by_its_path_and_by_no_other(level, number, width):
    """Promises that each file of a log has one name."""
    tile = Tile(level, number, width)
    assert tile_of(tile.path) == tile
    for other in (f"{tile.path}/", f"/{tile.path}", tile.path.replace("tile/", "tile/0", 1), f"{tile.path}.p/256"):
        assert tile_of(other) is None


@given(st.lists(st.binary(max_size=70), max_size=256))
def test_entries_survive_their_bundle(leaves):
    """Promises that a bundle holds entries of any length, and that what is cut off is refused."""
    content = bundle(leaves)
    assert leaves_of(content) == leaves
    if leaves:
        with pytest.raises(BadNote, match="cut off"):
            leaves_of(content[:-1])
    assert hashes_of(b"".join(merkle.leaf_hash(leaf) for leaf in leaves)) == [merkle.leaf_hash(leaf) for leaf in leaves]
