"""What a stranger may hand to `verify`: whatever it is, a clear answer, in bounded time and memory.

Every hostile document that can be is signed by its maker, as anybody can sign with a did:key of their own: otherwise
the first signature would refuse it, and the stages behind it would never be tried.
"""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from credential_samples import DID, ISSUED, KEY, NOW, claim, signed
from json_changes import at, other_values, paths

from grader.canonical import digest_bytes
from grader.credential import Canonicaliser, Standing, Trust, Verification, did, open_badge, proof, verify
from grader.credential.bounded import CPU_SECONDS, MEMORY_MB, TOO_COSTLY, UNFINISHED, WALL_SECONDS
from grader.credential.contexts import CREDENTIALS, OPEN_BADGES
from grader.credential.multikey import multibase
from grader.credential.strict_json import MAX_BYTES, MAX_DEPTH, canonical, read_object
from grader.credential.trust import trusted

TRUST = Trust(issuers={DID: trusted(DID)})
GOOD = canonical(signed())
MEGABYTE = 1024 * 1024
PATIENT = 120.0
"""Seconds of the clock within which a child has its second of processor, however busy the machine is."""


def jcs_signed(document: dict[str, Any]) -> bytes:
    """Return a document that its maker signed by hand: jcs as it should be, rdfc with a signature of anything."""
    options = {
        "type": "DataIntegrityProof",
        "created": ISSUED,
        "verificationMethod": did.verification_method(DID, KEY.multikey),
        "proofPurpose": "assertionMethod",
    }
    jcs = {**options, "cryptosuite": proof.JCS, "@context": document["@context"]}
    value = multibase(KEY.sign(proof._jcs_hash(document, jcs)))
    rdfc = {**options, "cryptosuite": proof.RDFC, "proofValue": multibase(KEY.sign(b"anything"))}
    return canonical({**document, "proof": [rdfc, {**jcs, "proofValue": value}]})


@contextmanager
def bounded(*, seconds: float, megabytes: float, took: float = 3 * WALL_SECONDS) -> Iterator[None]:
    """Fail when this process takes more processor or, at its peak, more memory; or when all takes too long.

    What the child takes is bounded by its limits, which are tried below; the clock is generous, for a busy machine.
    """
    tracemalloc.start()
    started, used = time.monotonic(), time.process_time()
    try:
        yield
        clock, spent = time.monotonic() - started, time.process_time() - used
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert clock < took
    assert spent < seconds
    assert peak < megabytes * MEGABYTE


def answer(content: bytes, **options: Any) -> Verification:
    found = verify(content, TRUST, at=NOW, **options)
    assert found.standing is not Standing.ESTABLISHED
    assert found.claim is None or found.standing is Standing.UNKNOWN
    assert all(len(one.sentence) < 400 for one in found.findings)
    return found


# --- bytes ------------------------------------------------------------------------------------------------------------

LARGE: dict[str, Callable[[], bytes]] = {
    "4 MB of spaces": lambda: GOOD + b" " * (4 * MEGABYTE),
    "4 MB of brackets": lambda: b"[" * (4 * MEGABYTE),
    "4 MB of digits": lambda: b'{"a":' + b"9" * (4 * MEGABYTE) + b"}",
    "4 MB of one text": lambda: b'{"a":"' + b"a" * (4 * MEGABYTE) + b'"}',
    "4 MB of escapes": lambda: b'{"a":"' + b"\\u0041" * 700_000 + b'"}',
    "4 MB of members": lambda: json.dumps({f"m{number}": number for number in range(280_000)}).encode(),
    "a file of 100 MB": lambda: bytes(100 * MEGABYTE),
}


@pytest.mark.parametrize("make", LARGE.values(), ids=LARGE)
def test_large_files_are_refused_by_their_size(make: Callable[[], bytes]) -> None:
    """Promises that nothing above half a megabyte is even parsed."""
    content = make()
    with bounded(seconds=2, megabytes=1):
        (finding,) = answer(content).findings
    assert "a credential has at most" in finding.sentence


def nested(opening: bytes, closing: bytes, levels: int) -> bytes:
    return b'{"a":' + opening * levels + b"1" + closing * levels + b"}"


def just_fits(unit: bytes) -> bytes:
    return unit * ((MAX_BYTES - 100) // len(unit))


STRANGE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not JSON"),
    "no JSON": (b"hello", "not JSON"),
    "a list": (b"[]", "no object"),
    "a text": (b'"a"', "no object"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "not UTF-8"),
    "Latin-1": ('{"a":"é"}'.encode("latin-1"), "not UTF-8"),
    "a byte order mark": (b"\xef\xbb\xbf" + GOOD, "not JSON"),
    "25 levels": (nested(b"[", b"]", MAX_DEPTH), "deeper than"),
    "1,000 levels": (nested(b'{"a":', b"}", 1_000), "deeper than"),
    "87,000 levels": (nested(b'{"a":', b"}", 87_000), "deeper than"),
    "250,000 levels": (nested(b"[", b"]", 250_000), "deeper than"),
    "half a megabyte of brackets": (just_fits(b"["), "deeper than"),
    "a member twice": (b'{"a":1,"a":2}', "occurs twice"),
    "a member twice, deep inside": (GOOD.replace(b'"hashed":true', b'"hashed":true,"hashed":true'), "occurs twice"),
    "40,000 members, the last twice": (
        b"{" + b",".join(b'"%d":1' % number for number in [*range(40_000), 39_999]) + b"}",
        "occurs twice",
    ),
    "a member twice, once escaped": (b'{"a":1,"\\u0061":2}', "occurs twice"),
    "NaN": (b'{"a":NaN}', "no integer"),
    "Infinity": (b'{"a":-Infinity}', "no integer"),
    "a fraction": (b'{"a":1.5}', "no integer"),
    "an exponent": (b'{"a":1e400}', "no integer"),
    "a huge integer": (b'{"a":9007199254740993}', "larger than every JSON reader"),
    "an integer of 400,000 digits": (b'{"a":' + b"9" * 400_000 + b"}", "larger than every JSON reader"),
    "half a surrogate pair": (b'{"a":"\\ud800"}', "half a surrogate pair"),
    "half a pair in a name": (b'{"\\udfff":1}', "half a surrogate pair"),
    "two values": (GOOD + GOOD, "not JSON"),
    "cut off": (GOOD[:-1], "not JSON"),
    "a control character": (b'{"a":"\x00"}', "not JSON"),
    "no proof": (canonical({name: one for name, one in signed().items() if name != "proof"}), "no proof"),
    "a thousand proofs": (canonical({**signed(), "proof": signed()["proof"] * 500}), "more than 4"),
    "a proof of nothing": (canonical({**signed(), "proof": [None]}), "no proof"),
    "a proof that is a text": (canonical({**signed(), "proof": "yes"}), "no proof"),
}


@pytest.mark.parametrize(("content", "words"), STRANGE.values(), ids=STRANGE)
def test_strange_bytes_are_refused_with_a_reason(content: bytes, words: str) -> None:
    """Promises a sentence that says what is wrong, in no time, for whatever is no unambiguous JSON credential."""
    with bounded(seconds=5, megabytes=64):
        (finding,) = answer(content).findings
    assert finding.subject == "document"
    assert words in finding.sentence


def test_strict_reading_takes_what_is_good() -> None:
    """Promises the positive control: a certificate, the deepest JSON and the largest integer are read."""
    assert read_object(GOOD) == signed()
    assert read_object(nested(b"[", b"]", MAX_DEPTH - 1))
    assert read_object(b'{"a":9007199254740991,"b":-9007199254740991,"c":"\\ud83d\\ude00"}')["c"] == "😀"
    assert verify(GOOD, TRUST, at=NOW).digest == digest_bytes(GOOD)


# --- documents --------------------------------------------------------------------------------------------------------


def with_members(**members: Any) -> dict[str, Any]:
    return {**open_badge.write(claim()), **members}


def clique(size: int) -> dict[str, Any]:
    """Blank nodes that all point to each other: every order of them has to be tried."""
    names = [f"_:b{number}" for number in range(size)]
    nodes = [
        {"id": name, "type": "VerifiableCredential", "evidence": [other for other in names if other != name]}
        for name in names
    ]
    return with_members(termsOfUse=nodes)


def two_sides(size: int) -> dict[str, Any]:
    """Blank nodes of which each points to all of the other side."""
    nodes = [
        {"id": f"_:a{one}", "type": "VerifiableCredential", "evidence": [f"_:b{other}" for other in range(size)]}
        for one in range(size)
    ]
    return with_members(termsOfUse=nodes)


def crowd(size: int) -> dict[str, Any]:
    """Thousands of honest members."""
    return with_members(evidence=[{"type": ["Evidence"], "name": f"Evidence {number}"} for number in range(size)])


BOMBS = {"a clique of 9": clique(9), "a clique of 30": clique(30), "8 to 8": two_sides(8), "30 to 30": two_sides(30)}


@pytest.mark.parametrize("document", BOMBS.values(), ids=BOMBS)
def test_blank_node_bombs_are_bounded(document: dict[str, Any]) -> None:
    """Promises that a small document which would take for ever is refused when its second of processor is over."""
    content = jcs_signed(document)
    assert len(content) < 64 * 1024
    with Canonicaliser(cpu_seconds=1, wall_seconds=PATIENT) as child, bounded(seconds=3, megabytes=16, took=PATIENT):
        found = answer(content, canonicaliser=child)
    assert found.standing is Standing.REFUSED
    assert any(one.sentence == TOO_COSTLY for one in found.findings)


def test_the_bounds_that_ship_are_kept() -> None:
    """Promises that `verify` as everybody calls it takes seconds, not minutes, for the largest crowd of members."""
    content = jcs_signed(crowd(6_000))
    assert MAX_BYTES // 2 < len(content) <= MAX_BYTES
    with bounded(seconds=10, megabytes=64):
        found = answer(content)
    assert any(one.sentence in {TOO_COSTLY, UNFINISHED} for one in found.findings)


def test_the_clock_bounds_what_the_processor_does_not() -> None:
    """Promises that a child which is not done is ended by the clock, and that this is no refusal: nothing was found."""
    with Canonicaliser(cpu_seconds=600, wall_seconds=1.5) as child, bounded(seconds=3, megabytes=16):
        found = answer(jcs_signed(clique(12)), canonicaliser=child)
    assert found.standing is Standing.UNKNOWN
    assert any(one.sentence == UNFINISHED for one in found.findings)


def test_the_child_lives_within_its_limits() -> None:
    """Promises that the limits are those of the child itself, and that it has nothing of our environment."""
    with Canonicaliser() as child:
        child.digests(open_badge.write(claim()), [])
        process = Path(f"/proc/{child._child.pid}")
        limits = (process / "limits").read_text()
        environment = (process / "environ").read_bytes()
        files = [str(one.readlink()) for one in (process / "fd").iterdir()]
    lines = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()}
    assert lines["Max address space"] == str(MEMORY_MB * MEGABYTE)
    assert 0 < int(lines["Max cpu time"]) <= CPU_SECONDS + 3
    assert (lines["Max file size"], lines["Max core file size"]) == ("0", "0")
    assert environment in {b"", b"LC_CTYPE=C.UTF-8\0"}
    assert not any(name.startswith("socket:") for name in files)


def test_a_child_without_memory_is_an_answer() -> None:
    """Promises that a child which needs more memory than it may have is an answer, and not a traceback."""
    with Canonicaliser(memory_mb=16, wall_seconds=PATIENT) as child, bounded(seconds=3, megabytes=16, took=PATIENT):
        found = answer(jcs_signed(crowd(2_000)), canonicaliser=child)
    assert any("memory than a credential can need" in one.sentence for one in found.findings)


def test_a_bomb_does_not_spoil_the_next() -> None:
    """Promises that after a bomb the same verifier accepts a good certificate, with a new child."""
    with Canonicaliser(cpu_seconds=1, wall_seconds=PATIENT) as child:
        answer(jcs_signed(clique(9)), canonicaliser=child)
        assert verify(GOOD, TRUST, at=NOW, canonicaliser=child).standing is Standing.ESTABLISHED
        first = child._child.pid
        assert verify(GOOD, TRUST, at=NOW, canonicaliser=child).standing is Standing.ESTABLISHED
        assert child._child.pid == first


FOREIGN_CONTEXTS = [
    [CREDENTIALS, OPEN_BADGES.replace("3.0.3", "3.0.2")],
    [CREDENTIALS, OPEN_BADGES, "https://e.example"],
    [CREDENTIALS, OPEN_BADGES, {"a": "urn:a"}],
    [CREDENTIALS, OPEN_BADGES, "file:///etc/passwd"],
]


@pytest.mark.parametrize("urls", FOREIGN_CONTEXTS, ids=lambda urls: str(urls[-1]))
def test_remote_contexts_are_refused(urls: list[Any]) -> None:
    """Promises that a context which is not pinned is named and refused, never fetched."""
    found = answer(jcs_signed(with_members(**{"@context": urls})))
    (refusal,) = [one for one in found.findings if one.standing is Standing.REFUSED]
    assert refusal.subject == "terms"
    assert "nothing is ever fetched" in refusal.sentence


STATUS = open_badge.write(claim())["credentialStatus"]
ODD_MEMBERS = {
    "an issuer of 4 KB": {"issuer": {"id": "did:key:" + "z" * 4000, "type": ["Profile"]}},
    "an issuer without a name": {"issuer": {}},
    "a subject that is a list": {"credentialSubject": [{}]},
    "a status list of lists": {"credentialStatus": [[]]},
    "a date that is a number": {"validFrom": 20201120},
    "a date that is none": {"validFrom": "2020-13-45T99:99:99Z"},
    "an index in other digits": {"credentialStatus": STATUS | {"statusListIndex": "٣"}},
    "a date before all dates": {"validFrom": "0001-01-01T00:00:00+14:00"},
    "a date after all dates": {"validUntil": "9999-12-31T23:59:59-14:00"},
    "types that are numbers": {"type": [1, 2]},
    "contexts that are objects": {"@context": [{}, {}]},
}  # fmt: skip


@pytest.mark.parametrize("members", ODD_MEMBERS.values(), ids=ODD_MEMBERS)
def test_odd_members_are_refused(members: dict[str, Any]) -> None:
    """Promises a finding, not a traceback, when a member is of another kind than it should be."""
    assert answer(jcs_signed(with_members(**members))).standing is Standing.REFUSED


def test_whatever_is_signed_gives_an_answer() -> None:
    """Promises an answer, and never an exception, for every member in every other kind, each signed by its maker."""
    document = open_badge.write(claim())
    tried = 0
    with Canonicaliser(wall_seconds=PATIENT) as child:
        for path in list(paths(document))[::5]:
            *way, last = path
            for value in other_values(at(document, path)):
                odd = deepcopy(document)
                at(odd, tuple(way))[last] = value
                if "@context" in odd:
                    answer(jcs_signed(odd), canonicaliser=child)
                    tried += 1
    assert tried > 150
