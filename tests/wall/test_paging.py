"""Items of a learner's iterator: a page at a time, never further ahead than they were read, errors in their place."""

from __future__ import annotations

import pytest
from forked_sandbox import ForkedSandbox
from test_sitting import judged, pack_of

from grader.model import Word

SOLUTION = """
def through(source):
    while (item := source()) is not None:
        yield item

def breaks(source, at):
    for number in range(at):
        yield source()
    raise LookupError(at)

def count(): return iter(range(5000))
def large(): return ([n] * 9000 for n in range(40))
def endless():
    while True: yield 1

class Countdown:
    def __init__(self, start): self.left = start
    def __iter__(self): return self
    def __next__(self):
        if self.left == 0: raise StopIteration
        self.left -= 1
        return self.left

def objects(): return (Countdown(n) for n in range(20))
def ends():
    yield 1
    raise SystemExit
"""
TESTS = """
import itertools
import pytest

class Source:
    def __init__(self, items):
        self.items, self.asked = list(items), 0
    def __call__(self):
        self.asked += 1
        return self.items.pop(0) if self.items else None

def test_next_pulls_one(submission, box):
    source = Source(range(50))
    with box.lend(source) as lent:
        items = submission.through(lent)
        assert source.asked == 0
        for number in range(20):
            assert next(items) == number
            assert source.asked == number + 1

def test_is_never_further_ahead_than_it_was_read(submission, box):
    source = Source(range(500))
    with box.lend(source) as lent:
        read = 0
        for item in submission.through(lent):
            assert item == read
            read += 1
            assert source.asked <= max(8, 2 * read)
            assert read > 8 or source.asked == read
        assert read == 500 and source.asked == 501

def test_a_loop_that_is_left_can_go_on(submission):
    items = iter(submission.count())
    assert list(itertools.islice(items, 100)) == list(range(100))
    assert list(items) == list(range(100, 5000))

@pytest.mark.parametrize("at", [0, 1, 7, 8, 9, 15, 16, 17, 40])
def test_an_exception_comes_after_the_items_before_it(submission, box, at):
    read = []
    with box.lend(Source(range(100))) as lent:
        items = iter(submission.breaks(lent, at))
        with pytest.raises(LookupError):
            for item in items:
                read.append(item)
    assert read == list(range(at))

def test_large_items_come_whole(submission):
    assert [item[0] for item in submission.large()] == list(range(40))

def test_what_is_no_value_is_a_handle(submission):
    assert [sum(one) for one in submission.objects()] == [n * (n - 1) // 2 for n in range(20)]

def test_materialised_all_the_same(submission):
    assert sum(submission.count()) == sum(range(5000))
    assert sorted(submission.Countdown(30)) == list(range(30))
    assert tuple(submission.count())[-1] == 4999

def test_without_end(submission):
    sum(submission.endless())

def test_lent_no_longer(submission, box):
    with box.lend(Source(range(9))) as lent:
        items = submission.through(lent)
        assert next(items) == 0
    try:
        next(items)
    except BaseException:
        pass

def test_lent_for_one_call(submission):
    items = submission.through(Source(range(9)))
    try:
        next(items)
    except BaseException:
        pass

def test_ends(submission):
    for item in submission.ends():
        assert item == 1
"""
WRONG = {
    "test_without_end": Word.BAD_REPLY,
    "test_lent_no_longer": Word.BAD_REPLY,
    "test_lent_for_one_call": Word.BAD_REPLY,
    "test_ends": Word.RAISED,
}


@pytest.fixture(scope="module")
def outcomes():
    sandbox = ForkedSandbox()
    verdict = judged(sandbox, pack_of({"tests/test_it.py": TESTS}), SOLUTION)["check"]
    sandbox.close()
    return {item.id.rpartition("::")[2]: item for item in verdict.items}


def test_pages_are_as_single_items_are(outcomes):
    """Each hidden test above says a promise; those that must not pass end in their own word."""
    came = {name: item.outcome.word for name, item in outcomes.items()}
    assert came == {name: WRONG.get(name, Word.PASSED) for name in came}, [item.detail for item in outcomes.values()]
    assert set(WRONG) < set(came)
