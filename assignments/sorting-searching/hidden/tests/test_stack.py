"""MinStack: an object that lives in the learner's box and is asked through its methods."""

import pytest


@pytest.fixture
def stack(submission):
    return submission.MinStack()


def test_is_last_in_first_out(stack, rng):
    """Gives back the last item pushed."""
    items = [rng.randint(0, 99) for _ in range(10)]
    for item in items:
        stack.push(item)
    assert [stack.pop() for _ in items] == items[::-1]


def test_knows_its_length(stack):
    """Knows how many items it holds."""
    lengths = [len(stack)]
    for change in (lambda: stack.push(4), lambda: stack.push(4), stack.min, stack.pop, stack.pop):
        change()
        lengths.append(len(stack))
    assert lengths == [0, 1, 2, 2, 1, 0]


@pytest.mark.points(3)
@pytest.mark.hint("Two equal items are the smallest and one is popped: what is the minimum now?")
def test_min_outlives_an_equal_item(stack, rng):
    """Keeps its minimum when one of two smallest items is popped."""
    small = rng.randint(-50, 50)
    for item in (small + 5, small, small + 3, small):
        stack.push(item)
    minima = []
    for _ in range(4):
        minima.append(stack.min())
        stack.pop()
    assert minima == [small, small, small, small + 5]


@pytest.mark.hint("What should happen first: raising the exception or changing the stack?")
@pytest.mark.parametrize("method", ["pop", "min"])
def test_empty_raises_index_error(stack, method):
    """Raises IndexError when it is empty, at first and again later."""
    for item in (2, 1):
        with pytest.raises(IndexError):
            getattr(stack, method)()
        stack.push(item)
        assert stack.pop() == item


@pytest.mark.hint("Where does the list of items live: in the class, or in each object?")
def test_two_stacks_share_nothing(submission):
    """Keeps two stacks apart."""
    first, second = submission.MinStack(), submission.MinStack()
    first.push(1)
    second.push(2)
    assert (first.min(), second.min(), len(first), len(second)) == (1, 2, 1, 1)


@pytest.mark.points(4)
@pytest.mark.hint("Which step first makes the minimum wrong? Play it with three cards.")
def test_survives_a_long_life(stack, rng):
    """Stays right through a hundred pushes and pops in any order."""
    expected = []
    for _ in range(120):
        if expected and rng.random() < 0.45:
            assert stack.pop() == expected.pop()
        else:
            expected.append(rng.randint(0, 3))
            stack.push(expected[-1])
        if expected:
            assert stack.min() == min(expected)
    assert len(stack) == len(expected)
