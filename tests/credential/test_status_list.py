"""Bitstring status lists: the bits that were set are the bits that are read, and hostile lists are bounded."""

from __future__ import annotations

import base64
import gzip
import time
from typing import Any

import pytest
from credential_samples import DID, ENDS, ISSUED, LIST
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.credential import Refused
from grader.credential.status_list import (
    MAX_BITS,
    MIN_BITS,
    REVOCATION,
    SUSPENSION,
    bits_of,
    is_set,
    status_list,
    suspension_id,
)
from grader.errors import EngineError


def made(positions: Any = (), **changes: Any) -> dict[str, Any]:
    options = {"issuer": DID, "purpose": REVOCATION, "valid_from": ISSUED, "valid_until": ENDS, **changes}
    return status_list(LIST, positions=positions, **options)


@given(st.sets(st.integers(0, MIN_BITS - 1), max_size=50))
@settings(deadline=None)
def test_what_is_set_is_what_is_read(positions: set[int]) -> None:
    """Promises that exactly these bits are set, and the purpose is kept."""
    purpose, bits = bits_of(made(positions))
    assert purpose == REVOCATION
    assert sum(byte.bit_count() for byte in bits) == len(positions)
    assert all(is_set(bits, position) for position in positions)


def test_the_first_bit_is_the_highest_of_the_first_byte() -> None:
    """Promises the order of the specification: index 0 is the left-most bit."""
    _, bits = bits_of(made([0, 15]))
    assert bits[:2] == b"\x80\x01"


def test_the_list_of_the_specification_is_read() -> None:
    """Promises the encoded list that W3C Bitstring Status List 1.0 gives as its example: 131,072 clear bits."""
    text = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    document = made()
    document["credentialSubject"]["encodedList"] = text
    purpose, bits = bits_of(document)
    assert (purpose, bits) == (REVOCATION, bytes(MIN_BITS // 8))


def test_a_list_is_large_enough_to_hide_in() -> None:
    """Promises at least 131,072 bits, in whole bytes, and no index beyond them."""
    for bits in (MIN_BITS - 8, MIN_BITS + 1, MAX_BITS + 8):
        with pytest.raises(EngineError, match="expected a multiple of 8"):
            made(bits=bits)
    for position in (-1, MIN_BITS):
        with pytest.raises(EngineError, match="beyond"):
            made([position])
        with pytest.raises(Refused, match="beyond"):
            is_set(bytes(MIN_BITS // 8), position)
    assert len(bits_of(made(bits=MAX_BITS))[1]) * 8 == MAX_BITS


def test_the_same_list_has_the_same_bytes() -> None:
    """Promises that making a list again gives the same document, whatever the time."""
    assert made([1, 2]) == made([2, 1])


def test_a_suspension_list_lies_beside_its_revocation_list() -> None:
    """Promises one name for the second list, from the first alone."""
    assert suspension_id("https://a.example/status/7/revocation") == "https://a.example/status/7/suspension"
    assert suspension_id("urn:grader:status:7:revocation") == "urn:grader:status:7:suspension"
    assert bits_of(made(purpose=SUSPENSION))[0] == SUSPENSION
    with pytest.raises(EngineError, match="does not end"):
        suspension_id("https://a.example/status/7")


def encoded(content: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(content).decode().rstrip("=")


HOSTILE = {
    "no multibase": "H4sI",
    "another base": "z" + encoded(gzip.compress(bytes(MIN_BITS // 8)))[1:],
    "no base64": "u***",
    "no gzip": encoded(bytes(100)),
    "too short": encoded(gzip.compress(bytes(MIN_BITS // 8 - 1))),
    "too long": encoded(gzip.compress(bytes(MAX_BITS // 8 + 1))),
    "cut off": encoded(gzip.compress(bytes(MIN_BITS // 8))[:-9]),
    "something after": encoded(gzip.compress(bytes(MIN_BITS // 8)) + b"more"),
    "two in one": encoded(gzip.compress(bytes(MIN_BITS // 8)) * 2),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_damaged_list_is_refused(text: str) -> None:
    """Promises a reason for whatever is no list."""
    document = made()
    document["credentialSubject"]["encodedList"] = text
    with pytest.raises(Refused):
        bits_of(document)


def test_a_list_that_unpacks_to_gigabytes_is_not_unpacked() -> None:
    """Promises that a gzip bomb (here 300 MB from 300 KB) costs no more than the largest list."""
    document = made()
    document["credentialSubject"]["encodedList"] = encoded(gzip.compress(bytes(300 * 1024 * 1024), 9))
    started = time.process_time()
    with pytest.raises(Refused, match="at most"):
        bits_of(document)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("member", "value"),
    [("type", ["VerifiableCredential"]), ("credentialSubject", []), ("credentialSubject", {}), ("@context", [])],
)
def test_what_is_no_list_is_refused(member: str, value: Any) -> None:
    """Promises that another document is not taken for a status list."""
    with pytest.raises(Refused):
        bits_of({**made(), member: value})
    with pytest.raises(Refused, match="termsOfUse"):
        bits_of({**made(), "termsOfUse": []})
    bad = made()
    bad["credentialSubject"]["statusPurpose"] = "message"
    with pytest.raises(Refused, match="neither"):
        bits_of(bad)
