"""Sorting and searching."""


def merge_sort(items, key=None):
    """Sort the items by merging, and return them."""
    keys = list(items) if key is None else [key(item) for item in items]
    pairs = _sorted_pairs(list(zip(keys, items)))
    for i, (_, item) in enumerate(pairs):
        items[i] = item
    return items


def _sorted_pairs(pairs):
    if len(pairs) < 2:
        return pairs
    middle = len(pairs) // 2
    left, right = _sorted_pairs(pairs[:middle]), _sorted_pairs(pairs[middle:])
    merged, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        if right[j][0] < left[i][0]:
            merged.append(right[j])
            j += 1
        else:
            merged.append(left[i])
            i += 1
    return merged + left[i:] + right[j:]


def first_true(count, test):
    """Return the first i in range(count) for which test(i) is true, or count when there is none."""
    low, high = 0, count  # the answer is always in low..high
    while low < high:
        middle = (low + high) // 2
        if test(middle):
            high = middle
        else:
            low = middle + 1
    return low


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
