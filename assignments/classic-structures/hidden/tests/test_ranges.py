"""Sums of ranges."""

import pytest


@pytest.mark.hint("What is the sum of a range that ends where it begins? Of one that begins at 0?")
@pytest.mark.parametrize("size", [0, 1, 30])
def test_sums(submission, rng, size):
    """Adds up any range, the empty ones and the whole list as well."""
    numbers = [rng.randint(-99, 99) for _ in range(size)]
    ranges = [tuple(sorted(rng.choices(range(size + 1), k=2))) for _ in range(30)] + [(0, size), (0, 0), (size, size)]
    assert submission.range_sums(numbers, ranges) == [sum(numbers[start:stop]) for start, stop in ranges]


def test_no_question_no_answer(submission, rng):
    """Gives an empty list when nothing is asked."""
    assert submission.range_sums([rng.randint(0, 9)], []) == []


@pytest.mark.hint("How often do you look at the same number?")
def test_many_ranges_of_a_long_list(submission, rng):
    """Answers 25,000 questions about 25,000 numbers in time."""
    size = 25_000
    numbers = [rng.randint(-9, 9) for _ in range(size)]
    ranges = [(rng.randrange(1000), size - rng.randrange(1000)) for _ in range(size)]
    sums = [0]
    for number in numbers:
        sums.append(sums[-1] + number)
    assert submission.range_sums(numbers, ranges) == [sums[stop] - sums[start] for start, stop in ranges]


def test_leaves_its_arguments_alone(box, rng):
    """Leaves numbers and ranges as they were."""
    numbers, ranges = [rng.randint(-9, 9) for _ in range(8)], [(0, 8), (2, 5)]
    out = box.call("range_sums", numbers, ranges)
    assert out.value == [sum(numbers), sum(numbers[2:5])]
    assert out.args[0] == numbers
    assert out.args[1] == ranges
