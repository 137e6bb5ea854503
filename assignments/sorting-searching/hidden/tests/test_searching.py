"""first_true and the three searches built on it."""

from bisect import bisect_left

import pytest


def sorted_numbers(rng, size=40):
    """Return even numbers in order, some of them several times: odd targets are absent."""
    return sorted(2 * rng.randint(-8, 8) for _ in range(size))


@pytest.mark.hint("Which indices can still be the answer after one question? Is the middle one of them?")
def test_finds_the_first_true(submission):
    """Finds the first True in every short row of answers."""
    for count in range(7):
        for first in range(count + 1):
            assert submission.first_true(count, lambda i, first=first: i >= first) == first


@pytest.mark.hint("How much of the row does one answer rule out?")
def test_asks_few_questions(submission, rng):
    """Asks no more than 11 questions in a row of a thousand answers."""
    for first in (0, 1000, *rng.sample(range(500, 1000), 3)):
        asked = []
        assert submission.first_true(1000, lambda i, first=first, asked=asked: asked.append(i) or i >= first) == first
        assert len(asked) <= 11
        assert all(0 <= i < 1000 for i in asked)


@pytest.mark.hint("Where does a target go that is larger than every item?")
def test_finds_the_insertion_point(submission, rng):
    """Finds where to insert, in front of equal items and at both ends."""
    numbers = sorted_numbers(rng)
    for target in range(-18, 19):
        assert submission.insertion_point(numbers, target) == bisect_left(numbers, target)


@pytest.mark.hint("Does your search stop at the first match it meets, or at the first one there is?")
def test_finds_the_leftmost(submission, rng):
    """Finds the first of several equal items."""
    numbers = sorted_numbers(rng)
    for target in set(numbers):
        assert submission.leftmost(numbers, target) == numbers.index(target)


@pytest.mark.hint("Where does the first larger item stand?")
def test_finds_the_rightmost(submission, rng):
    """Finds the last of several equal items."""
    numbers = sorted_numbers(rng)
    for target in set(numbers):
        assert submission.rightmost(numbers, target) == len(numbers) - 1 - numbers[::-1].index(target)


@pytest.mark.hint("What if the place where it should be is past the end?")
@pytest.mark.parametrize("search", ["leftmost", "rightmost"])
def test_says_none_when_absent(submission, rng, search):
    """Gives None when the target is not there, and never for one that is."""
    numbers = sorted_numbers(rng)
    for target in (-17, *range(-15, 16, 2), 17):
        assert getattr(submission, search)(numbers, target) is None
    assert getattr(submission, search)([], 0) is None
    assert getattr(submission, search)([5], 5) == 0
