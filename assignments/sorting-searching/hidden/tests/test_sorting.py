"""merge_sort: what it returns, what it leaves alone, how long it takes."""

import pytest


@pytest.mark.hint("What is left in one half when the other half is used up?")
def test_sorts_any_list(submission, rng):
    """Sorts any list of integers, repeated and negative ones too."""
    for size in range(2, 40):
        numbers = [rng.randint(-20, 20) for _ in range(size)]
        assert submission.merge_sort(numbers) == sorted(numbers)


@pytest.mark.hint("Where does the recursion stop?")
def test_sorts_no_item_and_one(submission):
    """Sorts a list of no items, and of one."""
    assert submission.merge_sort([]) == []
    assert submission.merge_sort([7]) == [7]


def test_sorts_what_compares(submission, rng):
    """Sorts anything that Python can compare: words, floats, tuples."""
    words = ["".join(rng.choices("abc", k=rng.randint(0, 4))) for _ in range(50)]
    for items in (words, [rng.random() for _ in range(50)], [(len(word), word) for word in words]):
        assert submission.merge_sort(items) == sorted(items)


@pytest.mark.hint("What does your function return when there is nothing to split?")
@pytest.mark.parametrize("size", [0, 1, 30])
def test_returns_a_new_list(box, rng, size):
    """Returns a new list and leaves the given one as it was."""
    numbers = rng.sample(range(-99, 100), size)
    out = box.call("merge_sort", numbers)
    assert out.value == sorted(numbers)
    assert out.args[0] == numbers
    assert out.same_as_arg is None


def test_sorts_by_key(submission, rng):
    """Sorts by a key when it is given one."""
    numbers = rng.sample(range(-500, 500), 60)
    assert submission.merge_sort(numbers, key=lambda number: -number) == sorted(numbers, reverse=True)


@pytest.mark.hint("When both halves offer equal items, which one came first?")
def test_is_stable(submission, rng):
    """Keeps items with equal keys in the order they came in."""
    pairs = [(rng.randint(1, 5), position) for position in range(150)]
    assert submission.merge_sort(pairs, key=lambda pair: pair[0]) == sorted(pairs)


@pytest.mark.hint("Could each item carry its key along?")
def test_asks_for_each_key_once(submission, rng):
    """Asks for the key of each item exactly once."""
    numbers, asked = rng.sample(range(1000), 120), []
    submission.merge_sort(numbers, key=lambda number: asked.append(number) or number)
    assert sorted(asked) == sorted(numbers)


@pytest.mark.hint("How many comparisons does your sort make when the list doubles?")
def test_sorts_a_long_list(submission, rng):
    """Sorts twenty thousand shuffled numbers in time."""
    numbers = rng.sample(range(10**6), 20_000)
    right = submission.merge_sort(numbers) == sorted(numbers)  # by name: pytest would spell out both lists
    assert right


@pytest.mark.hint("Are your two parts still of equal size when the list is already in order?")
def test_sorts_a_long_list_that_is_in_order(submission, rng):
    """Sorts five thousand numbers that are in order already."""
    numbers = sorted(rng.sample(range(10**6), 5_000))
    right = submission.merge_sort(numbers) == numbers
    assert right
