"""The largest item of each window, by questions alone."""

import pytest


def maxima(items, width):
    return [max(items[at : at + width]) for at in range(len(items) - width + 1)]


@pytest.mark.hint("When does an item leave the window? Which items can never become the largest any more?")
@pytest.mark.parametrize("order", ["mixed", "rising", "falling"])
def test_finds_them(submission, rng, order):
    """Finds the largest of each window, of every width and in any order of the items."""
    for size, width in ((1, 1), (2, 1), (2, 2), (5, 2), (5, 5), (12, 3), (12, rng.randint(4, 11))):
        items = rng.sample(range(-99, 99), size)
        if order != "mixed":
            items.sort(reverse=order == "falling")
        assert submission.window_maxima(items, width, lambda one, other: one < other) == maxima(items, width)


@pytest.mark.hint("How many windows are there when the width is more than the items?")
def test_no_window(submission, rng):
    """Gives an empty list when the width is more than there are items."""
    items = rng.sample(range(99), rng.randint(1, 5))
    assert submission.window_maxima(items, len(items) + 1, lambda one, other: one < other) == []
    assert submission.window_maxima([], 1, lambda one, other: one < other) == []


@pytest.mark.hint("Do you compare items yourself, anywhere?")
def test_less_decides(submission, rng):
    """Goes by what `less` says, whatever the items look like."""
    items = rng.sample(range(1000), 14)
    worth = dict(zip(items, rng.sample(range(1000), 14), strict=True))
    expected = [max(items[at : at + 4], key=worth.get) for at in range(11)]
    assert submission.window_maxima(items, 4, lambda one, other: worth[one] < worth[other]) == expected
