"""Measured beside the reference: what a submission can do about its count or its time, and what it cannot."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from forked_sandbox import ForkedSandbox
from test_sitting import judged, pack_of

from grader.errors import AuthorError
from grader.model import Growth, Latency, Threshold, Word

SORT = """
def order(items, less):
    if len(items) < 2:
        return list(items)
    middle = len(items) // 2
    left, right, done = order(items[:middle], less), order(items[middle:], less), []
    while left and right:
        done.append((right if less(right[0], left[0]) else left).pop(0))
    return done + left + right
"""
BUBBLES = """
def order(items, less):
    items = list(items)
    for _ in items:
        for i in range(len(items) - 1):
            if less(items[i + 1], items[i]):
                items[i], items[i + 1] = items[i + 1], items[i]
    return items
"""
THRICE = f"""{SORT.replace("order(", "once(")}
def order(items, less): return once(once(once(items, less), less), less)
"""
NUMBERS = """
def case(size, keys):
    numbers = keys.rng("numbers").sample(range(10**6), size)
    return {
        "objects": numbers,
        "ask": lambda one, other: one < other,
        "least": size - 1,
        "expected": sorted(numbers),
    }
"""
SUMS = """
def requests(keys):
    rng = keys.rng("requests")
    while True:
        yield ([rng.randint(0, 10**9) for _ in range(50)],)

def same(keys):
    while True:
        yield ([1],)

def case(size, keys):
    return {"args": ([keys.rng("n").randint(0, 10**9) for _ in range(size)],)}
"""
GROWTH = Growth(
    kind="growth",
    title="comparisons",
    function="order",
    generator="numbers.py",
    sizes=(8, 16, 32),
    max_slope=Fraction("1.6"),
    max_ratio=Fraction(2),
)
LATENCY = Latency(
    kind="latency",
    title="Time",
    function="total",
    generator="sums.py",
    thresholds=(Threshold(at=Fraction(1000), earns=Fraction(1)), Threshold(at=Fraction(2000), earns=Fraction(0))),
    rounds=3,
    requests=2,
    warm_up=1,
)
TOTAL = "def total(xs): return sum(xs)"


@pytest.fixture(scope="module")
def sandbox():
    sandbox = ForkedSandbox()
    yield sandbox
    sandbox.close()


def measured(sandbox, check, source, *, reference=SORT + TOTAL, numbers=NUMBERS, sums=SUMS):
    pack = pack_of({"numbers.py": numbers, "sums.py": sums}, checks={"measured": check})
    return judged(sandbox, replace(pack, reference={"solution.py": reference.encode()}), source)["measured"]


def test_the_same_count_is_as_good_as_the_reference(sandbox):
    """The positive control; it can repeat, so it is in the findings."""
    verdict = measured(sandbox, GROWTH, SORT)
    assert (verdict.outcome.word, verdict.earned, verdict.repeatable) == (Word.PASSED, 1, True), verdict.items


@pytest.mark.parametrize(
    ("source", "failing"),
    [
        ("def order(items, less): return sorted(items)", "answers"),
        ("def order(items, less): return [x for _, x in sorted((int(x, 16), x) for x in items)]", "answers"),
        (BUBBLES, "slope"),
        ("def order(items, less):\n    while True: less(items[0], items[1])", "answers"),
        (THRICE, "ratio"),
        ("class Yes(str):\n    pass\ndef order(items, less): return object()", "answers"),
    ],
    ids=["no question", "by the tokens' own order", "quadratic", "for ever", "three times over", "an object"],
)
def test_what_asks_too_little_or_too_much_fails(sandbox, source, failing):
    """The order of tokens is no order; who asks without end is stopped after a while, and loses nothing but this."""
    verdict = measured(sandbox, GROWTH, source)
    assert (verdict.outcome.word, verdict.earned) == (Word.FAILED, 0)
    assert failing in {item.id for item in verdict.items if item.outcome.word is not Word.PASSED}


def test_a_right_answer_after_too_few_questions_is_forged(sandbox):
    """Had a box learned the order in another way, the count would tell: here the author's tokens are what they mean."""
    telling = NUMBERS.replace('"expected"', '"args": lambda tokens, ask: (numbers, ask), "expected"')
    reference = SORT.replace("less(right[0], left[0])", "asked(less, right[0] < left[0])") + TOTAL
    asked = "\ndef asked(less, answer):\n    try: less('', '')\n    except KeyError: pass\n    return answer\n"
    source = "def order(items, less): return sorted(items)"
    verdict = measured(sandbox, GROWTH, source, numbers=telling, reference=asked + reference)
    assert {item.id for item in verdict.items if item.outcome.word is not Word.PASSED} == {"least"}


def test_processor_time_is_measured_from_outside(sandbox):
    """Beside the reference, at every size; far more of it fails."""
    check = replace(
        GROWTH, by="cpu", function="total", generator="sums.py", max_slope=Fraction(9), max_ratio=Fraction(20)
    )
    assert measured(sandbox, check, TOTAL).outcome.word is Word.PASSED
    slow = "def total(xs):\n    sum(range(10_000_000))\n    return sum(xs)"
    verdict = measured(sandbox, check, slow)
    assert {item.id for item in verdict.items if item.outcome.word is not Word.PASSED} == {"ratio"}


def test_the_same_time_is_as_good_as_the_reference(sandbox):
    """The positive control; the figure is not told to the learner."""
    verdict = measured(sandbox, LATENCY, TOTAL)
    assert (verdict.outcome.word, verdict.repeatable) == (Word.PASSED, False), verdict.items


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("known = []\ndef total(xs):\n    known.append(sum(xs))\n    return known[0]", Word.FAILED),
        ("def total(xs): return sum(xs) + 0.0", Word.FAILED),
        ("class Any(int):\n    def __eq__(self, other): return True\ndef total(xs): return Any()", Word.FAILED),
        ("def total(xs): raise KeyError(xs)", Word.RAISED),
        ("import os\ndef total(xs): os._exit(0)", Word.CRASHED),
    ],
    ids=["the first answer again", "of another type", "equal to everything", "raises", "ends"],
)
def test_a_fast_answer_that_is_none_has_no_time(sandbox, source, word):
    """What is remembered is the answer to something else; a failing is told in its own word."""
    verdict = measured(sandbox, LATENCY, source)
    assert (verdict.outcome.word, verdict.earned) == (word, 0)


def test_who_idles_is_slow(sandbox):
    """Sleeping uses no processor, and takes time all the same."""
    check = replace(LATENCY, thresholds=tuple(replace(one, at=one.at / 100) for one in LATENCY.thresholds))
    source = "import time\ndef total(xs):\n    time.sleep(0.3)\n    return sum(xs)"
    assert measured(sandbox, check, source).outcome.word is Word.FAILED


@pytest.mark.parametrize(
    ("check", "more"),
    [
        (LATENCY, {"reference": "def total(xs): raise ValueError"}),
        (GROWTH, {"reference": "import os\ndef order(items, less): os._exit(3)"}),
        (GROWTH, {"reference": "def order(items, less): return items"}),
        (GROWTH, {"numbers": NUMBERS.replace("size - 1", "size + 999")}),
        (GROWTH, {"numbers": "def case(size, keys): return {}"}),
        (LATENCY, {"sums": SUMS.replace("def requests", "def other").replace("def same", "def requests")}),
        (LATENCY, {"sums": "def requests(keys): yield (1,)"}),
        (LATENCY, {"sums": "def requests(keys): yield 1"}),
    ],
    ids=["raises", "ends", "is wrong", "asks less than the least", "no case", "the same twice", "too few", "no tuple"],
)
def test_what_the_pack_does_wrong_costs_nobody_points(sandbox, check, more):
    """The reference's failure and the author's are told to the author, whatever the submission is."""
    with pytest.raises(AuthorError):
        measured(sandbox, check, SORT + TOTAL, **more)
