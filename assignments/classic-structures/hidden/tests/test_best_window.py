"""The window with the largest sum."""

import pytest


def best(numbers, width):
    sums = [sum(numbers[at : at + width]) for at in range(len(numbers) - width + 1)]
    return sums.index(max(sums))


@pytest.mark.hint("Where does the last window begin? What if every number is below zero?")
@pytest.mark.parametrize("size", [1, 2, 20])
def test_finds_it(submission, rng, size):
    """Finds the best window of every width, of negative numbers as well."""
    for low, high in ((-99, 99), (-99, -1)):
        numbers = [rng.randint(low, high) for _ in range(size)]
        found = [submission.best_window(numbers, width) for width in range(1, size + 1)]
        assert found == [best(numbers, width) for width in range(1, size + 1)]


@pytest.mark.hint("Is a sum that is just as large a better one?")
def test_the_first_of_several(submission, rng):
    """Of several as large, takes the first."""
    for _ in range(20):
        numbers, width = [rng.randint(0, 1) for _ in range(12)], rng.randint(1, 4)
        assert submission.best_window(numbers, width) == best(numbers, width)


@pytest.mark.hint("Which widths have no window?")
def test_refuses_what_is_no_width(submission, rng):
    """Raises ValueError for a width below 1 or beyond the list."""
    numbers = [rng.randint(0, 9) for _ in range(rng.randint(1, 9))]
    for wrong in (0, -rng.randint(1, 9), len(numbers) + 1, len(numbers) + rng.randint(2, 9)):
        with pytest.raises(ValueError):
            submission.best_window(numbers, wrong)
    with pytest.raises(ValueError):
        submission.best_window([], 1)


@pytest.mark.hint("What changes in the sum when the window moves on by one?")
def test_wide_windows_of_a_long_list(submission, rng):
    """Finds the best of 20,000 windows of 20,000 numbers in time."""
    size = 40_000
    numbers = [rng.randint(-9, 9) for _ in range(size)]
    width = size // 2
    sums = [sum(numbers[:width])]
    for at in range(size - width):
        sums.append(sums[-1] + numbers[at + width] - numbers[at])
    assert submission.best_window(numbers, width) == sums.index(max(sums))


def test_leaves_its_argument_alone(box, rng):
    """Leaves the list as it was."""
    numbers = [rng.randint(-9, 9) for _ in range(8)]
    out = box.call("best_window", numbers, 3)
    assert out.value == best(numbers, 3)
    assert out.args[0] == numbers
