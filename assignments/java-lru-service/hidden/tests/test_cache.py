"""The cache, asked by one thread, beside a model of it."""

from collections import OrderedDict

import pytest


class Model:
    """What an LRU cache is: an ordered dict, the key used last at its end."""

    def __init__(self, capacity):
        self._capacity, self._values = capacity, OrderedDict()

    def get(self, key):
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def put(self, key, value):
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._capacity:
            self._values.popitem(last=False)

    def kept(self):
        return list(self._values)


@pytest.mark.hint("What does get give for a key that was never put?")
def test_gives_what_was_put(submission, rng):
    """Gives back what was put, the last of several values, and null for what is not there."""
    cache = submission.LruCache(50)
    values = {f"key {number}": rng.randint(-999, 999) for number in rng.sample(range(100), 30)}
    for key, value in values.items():
        cache.put(key, value)
    again = rng.choice(list(values))
    values[again] = 10_000
    cache.put(again, 10_000)
    assert {key: cache.get(key) for key in values} == values
    assert [cache.get("no key")] == [None]
    assert cache.size() == len(values)


@pytest.mark.hint("Which end of your order is the oldest, and which one do you let go of?")
def test_lets_go_of_the_oldest(submission, rng):
    """Keeps to its capacity, and lets go of what was put longest ago when nothing was asked for."""
    capacity = rng.randint(3, 9)
    cache = submission.LruCache(capacity)
    keys = rng.sample(range(1000), 2 * capacity)
    for at, key in enumerate(keys):
        cache.put(key, at)
        assert cache.size() == min(at + 1, capacity)
    assert [cache.get(key) for key in keys] == [None] * capacity + list(range(capacity, 2 * capacity))


@pytest.mark.hint("Does a get count as a use? Does a put of a key that is there already?")
def test_keeps_what_was_used_last(submission, rng):
    """Counts a get, and a put of a key that is there, as a use: what was used last stays."""
    for _ in range(4):
        capacity = rng.randint(2, 6)
        cache, model = submission.LruCache(capacity), Model(capacity)
        for turn in range(80):
            key = f"k{rng.randint(0, 2 * capacity)}"
            if rng.random() < 0.5:
                cache.put(key, turn)
                model.put(key, turn)
            else:
                assert cache.get(key) == model.get(key)
        kept = model.kept()
        assert cache.size() == len(kept)
        assert [cache.get(key) for key in kept] == [model.get(key) for key in kept]


@pytest.mark.hint("What happens with a cache for one key, and what with one for none?")
def test_takes_a_capacity_from_one_up(submission, rng):
    """Works with a capacity of one, and throws IllegalArgumentException for less than one."""
    cache = submission.LruCache(1)
    cache.put("a", 1)
    cache.put("b", 2)
    assert [cache.get("a"), cache.get("b"), cache.size()] == [None, 2, 1]
    for capacity in (0, -rng.randint(1, 99)):
        with pytest.raises(ValueError):
            submission.LruCache(capacity)
