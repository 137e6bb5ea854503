"""Windows and rings: what can be said of a list in one walk, and the newest items of a stream."""

from collections import deque


def range_sums(numbers, ranges):
    """Return the sum of numbers[start:stop] for each (start, stop)."""
    return [sum(numbers[start:stop]) for start, stop in ranges]


def best_window(numbers, width):
    """Return where the window with the largest sum begins, the first of several."""
    if not 1 <= width <= len(numbers):
        raise ValueError(f"a width from 1 to {len(numbers)} was expected, not {width}")
    best, total = 0, sum(numbers[:width])
    largest = total
    for start in range(1, len(numbers) - width + 1):
        total = sum(numbers[start : start + width])
        if total > largest:
            best, largest = start, total
    return best


def window_maxima(items, width, less):
    """Return the largest item of each window; `candidates` are places of those that may become it, falling in worth."""
    maxima, candidates = [], deque()
    for place, item in enumerate(items):
        if candidates and candidates[0] <= place - width:
            candidates.popleft()
        while candidates and less(items[candidates[-1]], item):
            candidates.pop()
        candidates.append(place)
        if place >= width - 1:
            maxima.append(items[candidates[0]])
    return maxima


class Ring:
    """Keeps the newest items in places that are used again and again."""

    def __init__(self, capacity):
        if capacity < 1:
            raise ValueError(f"a capacity of at least 1 was expected, not {capacity}")
        self._places = [None] * capacity
        self._oldest = 0
        self._count = 0

    def push(self, item):
        """Put an item in; return the one that made room for it, or None."""
        made_room = self.pop() if self._count == len(self._places) else None
        self._places[(self._oldest + self._count) % len(self._places)] = item
        self._count += 1
        return made_room

    def extend(self, items):
        """Push items one after the other."""
        for item in items:
            self.push(item)

    def pop(self):
        """Take the oldest item out."""
        if not self._count:
            raise IndexError("the ring is empty")
        item = self._places[self._oldest]
        self._oldest = (self._oldest + 1) % len(self._places)
        self._count -= 1
        return item

    def __len__(self):
        return self._count

    def __iter__(self):
        return (self._places[(self._oldest + at) % len(self._places)] for at in range(self._count))
