"""Whatever somebody writes into Redis: it is the id of an attempt, or it is refused, at no cost."""

import json
import pickle
import resource
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.queue.errand import CARRY_OUT, Refused, attempt_in

GIGABYTE = 1024**3


def data(*, function=CARRY_OUT, thing=None, arguments=("a1",), names=None):
    """Return the column `data` of a job, as RQ writes it."""
    return zlib.compress(json.dumps([function, thing, list(arguments), names or {}]).encode())


OURS = {
    b"created_at": b"2026-01-01T00:00:00.000000Z",
    b"data": data(),
    b"description": b"a1",
    b"timeout": b"-1",
    b"status": b"queued",
    b"origin": b"grader:interactive:python-core",
    b"result_ttl": b"0",
    b"failure_ttl": b"0",
    b"meta": b"{}",
    b"success_callback_name": b"",
    b"started_at": b"",
    b"number_of_executions": b"0",
}


def test_what_this_program_writes_is_taken():
    """With the fields that RQ leaves empty."""
    assert attempt_in(OURS) == "a1"


CALLS = {
    "another function": data(function="os.system"),
    "another function of ours": data(function="grader.jobs.work"),
    "no function": data(function=None),
    "a list of functions": data(function=[CARRY_OUT]),
    "an object": data(thing="carry_out"),
    "an object that is false": data(thing=0),
    "a path": data(arguments=["../../etc/passwd"]),
    "a path below": data(arguments=["a/b"]),
    "an image": data(arguments=["registry.example/evil:latest"]),
    "a score": data(arguments=[100]),
    "a score as text": data(arguments=["100.0"]),
    "a truth": data(arguments=[True]),
    "nothing for an argument": data(arguments=[None]),
    "a record for an argument": data(arguments=[{"attempt": "a1", "score": 100}]),
    "an option": data(arguments=["-x"]),
    "an empty id": data(arguments=[""]),
    "a long id": data(arguments=["a" * 65]),
    "a line after the id": data(arguments=["a1\n"]),
    "two arguments": data(arguments=["a1", "a2"]),
    "an id and a score": data(arguments=["a1", 100]),
    "no argument": data(arguments=[]),
    "arguments by name": data(names={"attempt_id": "a1"}),
    "arguments both ways": data(arguments=[], names={"score": 100}),
    "names that are no record": zlib.compress(json.dumps([CARRY_OUT, None, ["a1"], ["x"]]).encode()),
    "arguments that are text": zlib.compress(json.dumps([CARRY_OUT, None, "a", {}]).encode()),
    "too few parts": zlib.compress(json.dumps([CARRY_OUT, None, ["a1"]]).encode()),
    "too many parts": zlib.compress(json.dumps([CARRY_OUT, None, ["a1"], {}, {}]).encode()),
    "no list": zlib.compress(b'"grader.jobs.carry_out"'),
    "pickle": zlib.compress(pickle.dumps((CARRY_OUT, None, ("a1",), {}))),
    "pickle as it is": pickle.dumps((CARRY_OUT, None, ("a1",), {})),
    "text as it is": json.dumps([CARRY_OUT, None, ["a1"], {}]).encode(),
    "no text": zlib.compress(b"\xff\xfe"),
    "nothing": b"",
    "broken": data()[:-3],
    "broken at its end": data()[:-1] + b"?",
    "more after its end": data() + data(),
    "a deep list": zlib.compress(b"[" * 100_000),
    "a deep list that ends": zlib.compress(b"[" * 5000 + b"]" * 5000),
    "a long number": zlib.compress(b"1" * 10_000),
}


@pytest.mark.parametrize("held", CALLS.values(), ids=CALLS)
def test_any_other_call_is_refused(held):
    """Another function, another argument, more of them, an object, names, or what is no call."""
    with pytest.raises(Refused, match=r"\w"):
        attempt_in({**OURS, b"data": held})


FIELDS = {
    b"success_callback_name": b"os.system",
    b"failure_callback_name": b"os.system",
    b"stopped_callback_name": b"os.system",
    b"success_callback_timeout": b"60",
    b"webhooks": b'[{"url": "http://example.org"}]',
    b"dependency_ids": b'["b1"]',
    b"dependency_id": b"b1",
    b"result": pickle.dumps(1),
    b"exc_info": zlib.compress(b"?"),
    b"retries_left": b"3",
    b"retry_intervals": b"[1]",
    b"repeats_left": b"3",
    b"rate_limit_key": b"x",
    b"ttl": b"1",
    b"score": b"100",
    b"DATA": b"x",
    b"\xff": b"x",
}


@pytest.mark.parametrize(("name", "value"), FIELDS.items(), ids=[repr(name) for name in FIELDS])
def test_a_field_that_ours_do_not_have_is_refused(name, value):
    """Callbacks, which RQ would import; webhooks, which it would call; what a job waits for; anything unknown."""
    with pytest.raises(Refused, match="it has "):
        attempt_in({**OURS, name: value})


def test_no_data_is_refused():
    for raw in ({}, {name: value for name, value in OURS.items() if name != b"data"}):
        with pytest.raises(Refused):
            attempt_in(raw)


READ_BY_RQ = OURS.keys() - {b"data", b"success_callback_name"} | {b"enqueue_at_front", b"last_heartbeat"}


@pytest.mark.parametrize("field", sorted(READ_BY_RQ))
@pytest.mark.parametrize(
    "value", [b"\xff", b"nonsense", b"1" * 5000, b"[" * 100_000], ids="bytes word number deep".split()
)
def test_no_value_of_a_field_matters(field, value):
    """What a job says of itself is not believed: its time, its state, its memory; nothing of it is read."""
    assert attempt_in({**OURS, field: value}) == "a1"


def bomb(size=GIGABYTE):
    """Return a gigabyte of spaces in a megabyte: one block of them, again and again."""
    squeeze = zlib.compressobj(9)
    space = b" " * 1024**2

    def block():
        return squeeze.compress(space) + squeeze.flush(zlib.Z_FULL_FLUSH)

    first, again = block(), block()
    assert again == block()
    return first + again * (size // len(space) - 1)


def test_a_bomb_is_not_inflated():
    """What is a megabyte in Redis and a gigabyte when it is read is refused before it is read."""
    held = bomb()
    assert len(held) < 2 * 1024**2
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    try:
        with pytest.raises(Refused):
            attempt_in({**OURS, b"data": held})
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 16 * 1024**2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


@given(raw=st.dictionaries(st.sampled_from([*OURS, *FIELDS]), st.binary(max_size=50)))
def test_no_hash_stops_a_worker(raw):
    """Whatever it holds, it is refused: none of it is our call."""
    with pytest.raises(Refused):
        attempt_in(raw)


@given(held=st.binary(max_size=200))
def test_no_data_stops_a_worker(held):
    """Compressed or not."""
    for one in (held, zlib.compress(held)):
        with pytest.raises(Refused):
            attempt_in({**OURS, b"data": one})


PARTS = st.recursive(
    st.sampled_from([CARRY_OUT, "a1", "", None]) | st.integers() | st.text(max_size=9),
    lambda parts: st.lists(parts, max_size=5) | st.dictionaries(st.text(max_size=5), parts, max_size=3),
)


@given(call=st.lists(PARTS, min_size=4, max_size=4) | PARTS)
def test_only_one_call_is_taken(call):
    """Of all that JSON can say: our function, no object, one id, no names."""
    ours = isinstance(call, list) and len(call) == 4 and call[:2] == [CARRY_OUT, None] and not call[3]
    try:
        found = attempt_in({**OURS, b"data": zlib.compress(json.dumps(call).encode())})
    except Refused:
        found = None
    assert found is None or (ours and call[2] == [found])


@given(name=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", fullmatch=True))
def test_every_attempts_id_is_taken(name):
    assert attempt_in({**OURS, b"data": data(arguments=[name])}) == name
