"""A ring: an object that lives in the learner's box and is asked through its methods."""

from collections import deque

import pytest


@pytest.mark.hint("Which item is the oldest once the ring has been full?")
def test_the_oldest_makes_room(submission, rng):
    """Gives back the item that made room, and None as long as there is room."""
    capacity = rng.randint(2, 5)
    ring = submission.Ring(capacity)
    items = rng.sample(range(99), 3 * capacity)
    assert [ring.push(item) for item in items] == [None] * capacity + items[: 2 * capacity]
    assert list(ring) == items[2 * capacity :]


@pytest.mark.hint("Is there a difference between a place that is free and one that holds None?")
def test_keeps_whatever_it_is_given(submission):
    """Keeps None and other items that are false as it keeps any other."""
    ring = submission.Ring(3)
    ring.extend([None, 0, ""])
    assert (len(ring), list(ring)) == (3, [None, 0, ""])
    assert [ring.pop() for _ in range(3)] == [None, 0, ""]
    assert len(ring) == 0


@pytest.mark.points(3)
@pytest.mark.hint("Play it with three cards: push, push, pop, push, push, push. Where is the oldest?")
def test_survives_a_long_life(submission, rng):
    """Stays right through a hundred pushes and pops in any order."""
    for capacity in (1, 3):
        ring, expected = submission.Ring(capacity), deque()
        for item in range(60):
            if expected and rng.random() < 0.4:
                assert ring.pop() == expected.popleft()
                continue
            made_room = expected.popleft() if len(expected) == capacity else None
            expected.append(item)
            assert ring.push(item) == made_room
            assert len(ring) == len(expected)
        assert list(ring) == list(expected)
        assert list(ring) == list(expected)


@pytest.mark.hint("What should happen first: raising the exception or changing the ring?")
def test_empty(submission):
    """Raises IndexError when it is empty, at first and again later."""
    ring = submission.Ring(2)
    for item in (7, 8, 9):
        with pytest.raises(IndexError):
            ring.pop()
        ring.push(item)
        assert ring.pop() == item
    assert (len(ring), list(ring)) == (0, [])


@pytest.mark.parametrize("capacity", [0, -1])
def test_no_capacity(submission, capacity):
    """Raises ValueError for a ring that could keep nothing."""
    with pytest.raises(ValueError):
        submission.Ring(capacity)


@pytest.mark.hint("Where does the list of items live: in the class, or in each object?")
def test_two_rings_share_nothing(submission):
    """Keeps two rings apart."""
    first, second = submission.Ring(2), submission.Ring(2)
    first.extend([1, 2, 3])
    second.push(4)
    assert (list(first), list(second)) == ([2, 3], [4])


@pytest.mark.points(2)
@pytest.mark.hint("What does it cost to take the first item out of a list?")
def test_a_long_stream(submission, rng):
    """Lets 300,000 items pass through 60,000 places in time, and keeps the newest."""
    start, capacity = rng.randint(1, 10**6), 60_000
    ring = submission.Ring(capacity)
    ring.extend(range(start, start + 300_000))
    assert len(ring) == capacity
    assert [ring.pop() for _ in range(3)] == [start + 300_000 - capacity + at for at in range(3)]
