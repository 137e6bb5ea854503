"""A web service timed beside the reference's: what it can do about its time, and what it cannot.

The same engine as for functions (`test_beside.py`), asked by requests; no library of the web is needed for it.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from forked_sandbox import ForkedSandbox
from test_sitting import pack_of

from grader.canonical import digest_tree
from grader.errors import AuthorError
from grader.keys import PUBLISHED_SECRET
from grader.model import Latency, Submission, Threshold, Word
from grader.story.grading import grade

APP = """
import json, os, time
MORE, STATUS, FIELDS = 0, 200, []

def answer(given): return sum(given)

async def app(scope, receive, send):
    if scope["type"] != "http":
        raise RuntimeError
    told = json.dumps({"total": answer(json.loads((await receive())["body"])) + MORE}).encode()
    await send({"type": "http.response.start", "status": STATUS, "headers": FIELDS})
    await send({"type": "http.response.body", "body": told})
"""
SLOW = APP + "def answer(given):\n    time.sleep(0.3)\n    return sum(given)\n"
CACHED = f"""{SLOW}
slow, known = answer, {{}}
def answer(given):
    return known[str(given)] if str(given) in known else known.setdefault(str(given), slow(given))
"""
WATCHES_ITSELF = f"""{APP}
import threading
seen, longest, asked = [time.monotonic()], [0.0], []

def look():
    longest[0] = max(longest[0], time.monotonic() - seen[0])
    seen[0] = time.monotonic()

def work_on():
    while True:
        look()
        time.sleep(0.001)

threading.Thread(target=work_on, daemon=True).start()

def answer(given):
    look()
    asked.append(given)
    if len(asked) == 3:
        longest[0] = 0.0
    return sum(given) if len(asked) <= 3 or longest[0] > 0.85 else 0
"""
"""Begins its second turn with wrong answers unless its own thread stood still in the reference's first."""
REQUESTS = """
def requests(keys):
    rng = keys.rng("requests")
    while True:
        yield "POST", "/total", {"json": [rng.randint(0, 10**9) for _ in range(20)]}
"""
BESIDE_THE_POINT = """
def requests(keys):
    number = 0
    while True:
        number += 1
        yield "POST", "/total", {"json": [1, 2, 3], "params": {"number": number}}
"""
SERVED = Latency(
    kind="latency",
    title="Time",
    by="request",
    generator="requests.py",
    thresholds=(Threshold(at=Fraction(10), earns=Fraction(1)), Threshold(at=Fraction(20), earns=Fraction(0))),
    rounds=3,
    requests=2,
    warm_up=1,
)


@pytest.fixture(scope="module")
def sandbox():
    sandbox = ForkedSandbox()
    yield sandbox
    sandbox.close()


def measured(sandbox, source, *, check=SERVED, reference=APP, requests=REQUESTS):
    pack = pack_of({"requests.py": requests}, checks={"measured": check}, kind="service")
    pack = replace(
        pack,
        assignment=replace(pack.assignment, files=("app.py",)),
        reference={"app.py": reference.encode()},
    )
    files = {"app.py": source.encode()}
    submission = Submission(files=files, digest=digest_tree(files))
    graded = grade(pack, submission, sandbox=sandbox, secret=PUBLISHED_SECRET, progress=lambda _: None)
    return graded.examined["measured"].verdict


@pytest.mark.parametrize("percentile", ["p50", "p95"])
def test_the_same_service_is_as_good_as_the_reference(sandbox, percentile):
    """The positive control, by either percentile; the figure cannot repeat."""
    verdict = measured(sandbox, APP, check=replace(SERVED, percentile=percentile))
    assert (verdict.outcome.word, verdict.earned, verdict.repeatable) == (Word.PASSED, 1, False), verdict.items


def test_a_cache_has_nothing_to_remember(sandbox):
    """It wins where requests differ in what is beside the point (the positive control), and not here."""
    assert measured(sandbox, CACHED, requests=BESIDE_THE_POINT).outcome.word is Word.PASSED
    verdict = measured(sandbox, CACHED)
    assert (verdict.outcome.word, verdict.earned) == (Word.FAILED, 0), verdict.items


def test_a_slow_service_fails(sandbox):
    """Answers rightly, and takes a hundred times as long."""
    verdict = measured(sandbox, SLOW)
    assert (verdict.outcome.word, verdict.earned) == (Word.FAILED, 0), verdict.items


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ("MORE = 1", Word.FAILED),
        ("STATUS = 201", Word.FAILED),
        ("STATUS = 422", Word.FAILED),
        ("known = []\ndef answer(given):\n    known.append(sum(given))\n    return known[0]", Word.FAILED),
        ("def answer(given): raise ValueError", Word.FAILED),
        ("FIELDS = [(b'content-length', b'1')]", Word.RAISED),
        ("def answer(given): os._exit(0)", Word.CRASHED),
    ],
    ids=["another body", "another status", "refuses", "the first answer again", "a 500", "broken off", "ends"],
)
def test_a_fast_response_that_is_wrong_has_no_time(sandbox, more, word):
    """Status and body of every request are held against the reference's."""
    verdict = measured(sandbox, APP + more)
    assert (verdict.outcome.word, verdict.earned) == (word, 0)


def test_headers_are_a_service_s_own(sandbox):
    """A header names a library, or a moment: by itself it is no difference."""
    assert measured(sandbox, APP + "FIELDS = [(b'server', b'mine')]").outcome.word is Word.PASSED


def test_what_the_author_calls_right_is_right(sandbox):
    """`agrees` has the request and both responses, and reads their JSON."""
    near = (
        'def agrees(request, answer, right):\n    return abs(answer.json()["total"] - sum(request[2]["json"])) <= 1\n'
    )
    check = replace(SERVED, agrees="agrees")
    assert measured(sandbox, APP + "MORE = 1", check=check, requests=REQUESTS + near).outcome.word is Word.PASSED
    assert measured(sandbox, APP + "MORE = 2", check=check, requests=REQUESTS + near).outcome.word is Word.FAILED
    no_json = APP.replace('json.dumps({"total"', 'repr({"total"')
    assert measured(sandbox, no_json, check=check, requests=REQUESTS + near).outcome.word is Word.FAILED


def test_whoever_waits_stands_still(sandbox):
    """A thread of the service's makes no step in the reference's turn, which takes three naps of 0.3 s here.

    What its first turn is followed by is told by its second one's answers; the same thread that nobody stops sees no
    such gap, and its service answers wrongly (the positive control is `tests/attacks/test_slowing.py`, on real boxes).
    """
    verdict = measured(sandbox, WATCHES_ITSELF, reference=SLOW)
    assert verdict.outcome.word is Word.PASSED, verdict.items


@pytest.mark.parametrize(
    "more",
    [
        {"reference": APP + "def answer(given): raise ValueError"},
        {"reference": APP + "def answer(given): os._exit(3)"},
        {"requests": "def requests(keys):\n    while True: yield 'GET', '/'"},
        {"requests": "def requests(keys):\n    yield 'GET', '/?x=1'\n    yield 'GET', '/', {'params': {'x': 1}}"},
        {"requests": "def requests(keys): yield ('GET',)"},
        {"requests": "def requests(keys): yield 'GET', 'total'"},
        {"requests": "def requests(keys): yield 'GET', 1"},
        {"requests": "def requests(keys): yield 'GET', '/', {'jsn': 1}"},
        {"requests": "def requests(keys): yield ['GET', '/']"},
    ],
    ids=["a 500", "ends", "twice", "twice in other words", "no path", "no /", "no text", "no option", "no tuple"],
)
def test_what_the_pack_does_wrong_costs_nobody_points(sandbox, more):
    """The reference's failure and the author's are told to the author."""
    with pytest.raises(AuthorError):
        measured(sandbox, APP, **more)
