"""edit_distance: held against every way there is, for short lists."""

from functools import cache

import pytest


def tried(old, new, cost):
    """The least cost over all ways, found by trying each."""

    @cache
    def from_here(i, j):
        if i == len(old) or j == len(new):
            return len(old) - i + len(new) - j
        ways = (from_here(i + 1, j) + 1, from_here(i, j + 1) + 1, from_here(i + 1, j + 1) + cost(old[i], new[j]))
        return min(ways)

    return from_here(0, 0)


def plain(x, y):
    return 0 if x == y else 1


def letters(rng, most=5):
    return rng.choices("abc", k=rng.randint(0, most))


@pytest.mark.hint("What does it cost when one of the lists has come to its end?")
def test_of_short_lists(submission, rng):
    """Finds the least cost for short lists, empty ones too."""
    pairs = [([], []), ([], ["a"]), (["a", "b"], []), *((letters(rng), letters(rng)) for _ in range(6))]
    for old, new in pairs:
        assert submission.edit_distance(old, new, plain) == tried(old, new, plain)


@pytest.mark.hint("Which is cheaper when replacing costs 3: that, or deleting and inserting?")
def test_of_any_cost(submission, rng):
    """Asks what replacing costs, and does something else when it is too much."""
    for _ in range(4):
        table = {(x, y): rng.randint(0, 3) for x in "abc" for y in "abc"}
        old, new = letters(rng), letters(rng)
        assert submission.edit_distance(old, new, lambda x, y, t=table: t[x, y]) == tried(
            old, new, lambda x, y, t=table: t[x, y]
        )


@pytest.mark.hint("Is `cost(x, y)` the same as `cost(y, x)`? Nobody said so.")
def test_asks_for_the_old_item_first(submission, rng):
    """Asks for the cost of replacing an old item by a new one, never the other way round."""
    old, new = rng.sample(range(100), 5), rng.sample(range(100, 200), 5)
    assert submission.edit_distance(old, new, lambda x, y: 0 if x < y else 9) == 0


def test_leaves_the_lists_alone(box, rng):
    """Leaves both lists as they were."""
    old, new = letters(rng), letters(rng)
    out = box.call("edit_distance", old, new, plain)
    assert out.value == tried(old, new, plain)
    assert out.args[0] == old
    assert out.args[1] == new
