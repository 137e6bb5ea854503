"""Sorting and searching: fill in each body; the README says exactly what is asked."""


def merge_sort(items, key=None):
    """Return a new list of the items in rising order of `key`; equal items keep their order."""
    raise NotImplementedError


def first_true(count, test):
    """Return the first i in range(count) for which test(i) is true, or count when there is none."""
    raise NotImplementedError


def insertion_point(items, target):
    """Return the first index where target can be inserted so that the list stays sorted."""
    raise NotImplementedError


def leftmost(items, target):
    """Return the index of the first item equal to target, or None."""
    raise NotImplementedError


def rightmost(items, target):
    """Return the index of the last item equal to target, or None."""
    raise NotImplementedError


class MinStack:
    """A stack that always knows its smallest item."""

    def push(self, item):
        """Put an item on top."""
        raise NotImplementedError

    def pop(self):
        """Take the top item off and return it; IndexError when there is none."""
        raise NotImplementedError

    def min(self):
        """Return the smallest item; IndexError when there is none."""
        raise NotImplementedError

    def __len__(self):
        """Return how many items there are."""
        raise NotImplementedError
