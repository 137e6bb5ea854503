"""best_bag: a bag that can be carried and that nobody can better."""

from itertools import combinations

import pytest


def worth(bag, weights, values, capacity):
    """The value of a bag, once it is seen to be one."""
    assert bag == sorted(set(bag))
    assert all(0 <= thing < len(weights) for thing in bag)
    assert sum(weights[thing] for thing in bag) <= capacity
    return sum(values[thing] for thing in bag)


def best_tried(weights, values, capacity):
    things = range(len(weights))
    bags = (bag for size in range(len(weights) + 1) for bag in combinations(things, size))
    return max(sum(values[i] for i in bag) for bag in bags if sum(weights[i] for i in bag) <= capacity)


def best_by_table(weights, values, capacity):
    best = [0] * (capacity + 1)
    for weight, value in zip(weights, values, strict=True):
        for room in range(capacity, weight - 1, -1):
            best[room] = max(best[room], best[room - weight] + value)
    return best[capacity]


def drawn(rng, count, most=12):
    return [rng.randint(1, most) for _ in range(count)], [rng.randint(1, 20) for _ in range(count)]


@pytest.mark.hint("Is the thing that is worth most for its weight always in the best bag?")
def test_is_the_best(submission, rng):
    """Finds the best bag of a few things."""
    for _ in range(12):
        weights, values = drawn(rng, rng.randint(1, 9))
        capacity = rng.randint(0, sum(weights))
        bag = submission.best_bag(weights, values, capacity)
        assert worth(bag, weights, values, capacity) == best_tried(weights, values, capacity)


@pytest.mark.hint("What if the best thing leaves room that nothing fills?")
def test_does_not_take_the_best_thing_first(submission, rng):
    """Leaves the thing that is worth most for its weight when two others are worth more together."""
    half = rng.randint(5, 20)
    weights, values = [half + 1, half, half], [2 * half + 4, 2 * half, 2 * half]
    assert submission.best_bag(weights, values, 2 * half) == [1, 2]


@pytest.mark.hint("After you have taken a thing, can your table take it once more?")
def test_takes_nothing_twice(submission, rng):
    """Takes each thing at most once, even where there is room for more of it."""
    weight, value = rng.randint(1, 9), rng.randint(10, 99)
    assert submission.best_bag([weight], [value], 10 * weight) == [0]
    bag = submission.best_bag([weight, weight], [value, 1], 10 * weight)
    assert bag == [0, 1]


def test_of_nothing_and_of_no_room(submission, rng):
    """Packs an empty bag when there is nothing to take, and what weighs nothing when there is no room."""
    weights, values = drawn(rng, 4)
    assert submission.best_bag([], [], 10) == []
    assert submission.best_bag(weights, values, 0) == []
    assert submission.best_bag([3, 0], [5, 7], 2) == [1]


@pytest.mark.hint("How many different amounts of room can be left?")
def test_of_many_things(submission, rng):
    """Packs forty things into a bag for ten thousand in time."""
    weights, values = [rng.randint(100, 2000) for _ in range(40)], [rng.randint(1, 1000) for _ in range(40)]
    bag = submission.best_bag(weights, values, 10_000)
    right = worth(bag, weights, values, 10_000) == best_by_table(weights, values, 10_000)
    assert right
