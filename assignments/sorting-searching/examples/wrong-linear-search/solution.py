"""Sorting and searching."""


def merge_sort(items, key=None):
    """Return a new list of the items in rising order of `key`; equal items keep their order."""
    if key is None:
        return _sorted_by(list(items), lambda item: item)
    carrying = [(key(item), item) for item in items]
    return [item for _, item in _sorted_by(carrying, lambda pair: pair[0])]


def _sorted_by(items, key):
    """Return the items sorted; a list of fewer than two is returned as it is."""
    if len(items) < 2:
        return items
    middle = len(items) // 2
    return _merged(_sorted_by(items[:middle], key), _sorted_by(items[middle:], key), key)


def _merged(left, right, key):
    """Return two sorted lists as one; of equal items the left one goes first."""
    merged, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        if key(right[j]) < key(left[i]):
            merged.append(right[j])
            j += 1
        else:
            merged.append(left[i])
            i += 1
    return merged + left[i:] + right[j:]


def first_true(count, test):
    """Return the first i in range(count) for which test(i) is true, or count when there is none."""
    for i in range(count):
        if test(i):
            return i
    return count


def insertion_point(items, target):
    """Return the first index where target can be inserted so that the list stays sorted."""
    return first_true(len(items), lambda i: items[i] >= target)


def leftmost(items, target):
    """Return the index of the first item equal to target, or None."""
    index = insertion_point(items, target)
    return index if index < len(items) and items[index] == target else None


def rightmost(items, target):
    """Return the index of the last item equal to target, or None."""
    index = first_true(len(items), lambda i: items[i] > target) - 1
    return index if index >= 0 and items[index] == target else None


class MinStack:
    """A stack that always knows its smallest item: each level remembers the minimum up to itself."""

    def __init__(self):
        self._levels = []

    def push(self, item):
        """Put an item on top."""
        smallest = min(item, self.min()) if self._levels else item
        self._levels.append((item, smallest))

    def pop(self):
        """Take the top item off and return it; IndexError when there is none."""
        return self._levels.pop()[0]

    def min(self):
        """Return the smallest item; IndexError when there is none."""
        return self._levels[-1][1]

    def __len__(self):
        """Return how many items there are."""
        return len(self._levels)
