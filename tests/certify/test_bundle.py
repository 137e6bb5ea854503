"""A bundle is read if it is written in its one way; a hostile one is refused with a sentence and never unpacked."""

import io
import stat
import time
import warnings
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.certify.bundle import LIMITS, MAX_BYTES, Bundle, is_bundle, read_bundle, write_bundle
from grader.credential import Refused

SMALL = Bundle(credential=b'{"a":1}', leaf=b"leaf", private=b"private", proof=b"proof\n")
WHOLE = replace(SMALL, revocation=b"r", suspension=b"s", did=b"{}")
NAMES = list(LIMITS)
PART = st.binary(max_size=60)


def zipped(parts, *, compression=zipfile.ZIP_STORED, comment=b"", mode=0o644):
    """A ZIP file of these names and contents, as any program packs it."""
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", compression) as archive:
        warnings.simplefilter("ignore")  # of duplicate names, which are wanted here
        archive.comment = comment
        for name, content in parts:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = compression
            entry.external_attr = mode << 16
            archive.writestr(entry, content)
    return file.getvalue()


def four(**changes):
    return [(name, changes.get(name, b"x")) for name in NAMES[:4]]


@given(st.builds(Bundle, credential=PART, leaf=PART, private=PART, proof=PART, revocation=st.none() | PART,
                 suspension=st.none() | PART, did=st.none() | PART))  # fmt: skip
def test_what_is_written_is_read_and_every_program_can_unpack_it(bundle):
    written = write_bundle(bundle)
    assert is_bundle(written)
    assert read_bundle(written) == bundle
    assert write_bundle(bundle) == written
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert archive.testzip() is None
        assert archive.read("credential.json") == bundle.credential


def test_the_entries_stand_in_the_order_that_was_agreed_on():
    with zipfile.ZipFile(io.BytesIO(write_bundle(WHOLE))) as archive:
        assert archive.namelist() == [
            "credential.json",
            "leaf.json",
            "private.json",
            "certificate.tlog-proof",
            "status-lists/revocation.json",
            "status-lists/suspension.json",
            "did.json",
        ]
    assert WHOLE.status_lists == (b"r", b"s")
    assert SMALL.status_lists == ()


HOSTILE = {
    "no zip": (b"nothing of the kind", "no ZIP file"),
    "empty": (b"", "no ZIP file"),
    "an empty zip": (zipped([]), "has no credential.json"),
    "too big": (b"PK\x03\x04" + bytes(MAX_BYTES), "at most"),
    "a bomb": (zipped([("credential.json", bytes(400_000_000 // 100)), *four()[1:]], compression=zipfile.ZIP_DEFLATED),
               "is compressed"),
    "a large part": (zipped([*four(), ("did.json", bytes(LIMITS["did.json"] + 1))]), "did.json has 65537 bytes"),
    "compressed": (zipped(four(), compression=zipfile.ZIP_DEFLATED), "is compressed"),
    "twice": (zipped([four()[0], *four()]), "more than once"),
    "a stranger": (zipped([*four(), ("readme.txt", b"")]), "no part of a bundle"),
    "a path": (zipped([*four(), ("../did.json", b"")]), "no part of a bundle"),
    "a control letter": (zipped([*four(), ("\x1b[2J", b"")]), r"\x1b"),
    "missing": (zipped(four()[:3]), "has no certificate.tlog-proof"),
    "another order": (zipped(four()[::-1]), "another order"),
    "a link": (zipped(four(), mode=stat.S_IFLNK | 0o777), "packed again"),
    "packed again": (zipped(four()), "packed again"),
    "a comment": (zipped(four(), comment=b"hello"), "packed again"),
    "before": (b"#!/bin/sh\n" + write_bundle(SMALL), "packed again"),
    "behind": (write_bundle(SMALL) + b"\0", "ZIP file"),
    "cut off": (write_bundle(SMALL)[:-30], "no ZIP file"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(name):
    content, sentence = HOSTILE[name]
    started = time.process_time()
    with pytest.raises(Refused) as refusal:
        read_bundle(content)
    assert sentence in str(refusal.value)
    assert str(refusal.value).isprintable()
    assert time.process_time() - started < 2


def test_a_part_that_is_too_large_is_not_written():
    with pytest.raises(Refused, match=r"leaf\.json has 65537 bytes"):
        write_bundle(replace(SMALL, leaf=bytes(65537)))


def test_every_changed_byte_of_a_bundle_is_refused_or_changes_a_part():
    """No byte is without meaning: nothing can be hidden between the parts."""
    written = write_bundle(WHOLE)
    for at in range(len(written)):
        changed = bytearray(written)
        changed[at] ^= 1 << at % 8
        try:
            assert read_bundle(bytes(changed)) != WHOLE
        except Refused:
            continue


def test_an_encrypted_entry_or_a_lying_size_is_refused():
    """Flags and sizes of the directory that differ from those before the entry are seen."""
    written = bytearray(write_bundle(SMALL))
    directory = written.index(b"PK\x01\x02")
    for offset, value in ((8, 1), (20, 99), (24, 99), (42, 1)):
        changed = bytearray(written)
        changed[directory + offset] = value
        with pytest.raises(Refused):
            read_bundle(bytes(changed))
