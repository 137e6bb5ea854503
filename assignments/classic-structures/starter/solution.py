"""Windows and rings: what can be said of a list in one walk, and the newest items of a stream."""


def range_sums(numbers, ranges):
    """Return the sum of numbers[start:stop] for each (start, stop)."""
    raise NotImplementedError


def best_window(numbers, width):
    """Return where the window with the largest sum begins, the first of several."""
    raise NotImplementedError


def window_maxima(items, width, less):
    """Return the largest item of each window, by `less` alone."""
    raise NotImplementedError


class Ring:
    """Keeps the newest items, as many as its capacity."""

    def __init__(self, capacity):
        raise NotImplementedError

    def push(self, item):
        """Put an item in; return the one that made room for it, or None."""
        raise NotImplementedError

    def extend(self, items):
        """Push items one after the other."""
        raise NotImplementedError

    def pop(self):
        """Take the oldest item out."""
        raise NotImplementedError

    def __len__(self):
        raise NotImplementedError

    def __iter__(self):
        raise NotImplementedError
