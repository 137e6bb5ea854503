"""Light: a merge sort, a search for a sum and a stack."""


def merge_sort(items):
    """Return the items in order."""
    if len(items) < 2:
        return list(items)
    middle = len(items) // 2
    left, right = merge_sort(items[:middle]), merge_sort(items[middle:])
    merged, at, other = [], 0, 0
    while at < len(left) and other < len(right):
        if right[other] < left[at]:
            merged.append(right[other])
            other += 1
        else:
            merged.append(left[at])
            at += 1
    return merged + left[at:] + right[other:]


def two_sum(numbers, target):
    """Return the places of two numbers that make the target, or None."""
    seen = {}
    for place, number in enumerate(numbers):
        if target - number in seen:
            return [seen[target - number], place]
        seen.setdefault(number, place)
    return None


class Stack:
    """Last in, first out."""

    def __init__(self):
        self._items = []

    def push(self, item):
        """Put an item on top."""
        self._items.append(item)

    def pop(self):
        """Take the item on top; IndexError where there is none."""
        return self._items.pop()

    def peek(self):
        """Look at the item on top; IndexError where there is none."""
        return self._items[-1]

    def __len__(self):
        return len(self._items)
