"""The cache, asked by eight threads at once, by the public Hammer."""

import pytest

THREADS, TURNS = 8, 150_000


@pytest.mark.hint("Which steps of get and of put must no other thread see half done?")
def test_stays_right_under_many_threads(submission, rng):
    """Loses no key, mixes no values up and keeps to its capacity while eight threads put and get."""
    capacity = rng.randint(100, 200)
    seen = submission.Hammer.hammer(capacity, THREADS, TURNS, rng.randint(0, 2**40))
    assert seen == [0, 0, capacity, capacity]
