"""backward: every slope, exactly."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

duals = SimpleNamespace(**run_path(str(Path(__file__).with_name("duals.py"))))


def right(submission, recipe, numbers):
    """Whether the last result and its slopes are what they must be."""
    heights, slopes = duals.answer(recipe, numbers)
    height, given = submission.gradient(recipe, numbers)
    return duals.same([height], heights[-1:]) and duals.same(given, slopes[-1].tolist())


@pytest.mark.hint("Work the slope out on paper. For a quotient: by the upper number, and by the lower?")
@pytest.mark.parametrize("name", ["+", "-", "*", "/"])
def test_slopes_of_two(submission, rng, name):
    """Finds the slopes of a sum, a difference, a product and a quotient, with Values and with plain numbers."""
    a, b, plain = rng.uniform(0.5, 9), -rng.uniform(0.5, 9), rng.uniform(2, 5)
    for step in ((name, 0, 1), (name, 1, 0), (name, 0, plain), (name, plain, 0), (name, 0, 0)):
        assert right(submission, [step], [a, b])


@pytest.mark.hint("n times the power below: and then times what?")
@pytest.mark.parametrize("exponent", [2.0, 3.0, -1.0, 0.5, -2.5, 1.0])
def test_slopes_of_powers(submission, rng, exponent):
    """Finds the slope of a power, also of a power of something."""
    numbers = [rng.uniform(0.5, 2), rng.uniform(0.5, 2)]
    assert right(submission, [("**", 0, exponent)], numbers)
    assert right(submission, [("*", 0, 1), ("**", 2, exponent), ("*", 3, 1)], numbers)


@pytest.mark.hint("Which power of zero does your formula ask for?")
def test_powers_at_zero(submission):
    """Finds the slopes of powers where the number is zero."""
    for exponent, slope in ((0.0, 0.0), (1.0, 1.0), (2.0, 0.0), (3.0, 0.0)):
        assert submission.gradient([("**", 0, exponent), ("+", 1, 0)], [0.0])[1] == [slope + 1.0]


@pytest.mark.parametrize("name", ["tanh", "exp", "relu", "neg"])
def test_slopes_of_one(submission, rng, name):
    """Finds the slopes of tanh, exp, relu and the negative, also of one within another."""
    numbers = [rng.uniform(0.3, 2), -rng.uniform(0.3, 2)]
    for leaf in (0, 1):
        assert right(submission, [(name, leaf)], numbers)
        assert right(submission, [("*", leaf, 1.7), (name, 2), ("*", 3, leaf), ("tanh", 4)], numbers)


def test_relu_at_zero(submission):
    """The slope of relu at zero is zero."""
    assert submission.gradient([("relu", 0)], [0.0]) == (0.0, [0.0])


@pytest.mark.hint("A Value that is used twice: does the second slope replace the first, or join it?")
def test_used_again(submission, rng):
    """Adds up the slopes of all the ways that lead from a Value to the end."""
    numbers = [rng.uniform(0.5, 2), rng.uniform(0.5, 2)]
    assert right(submission, [("*", 0, 0), ("*", 2, 0), ("*", 3, 2)], numbers)
    assert right(submission, [("*", 0, 1), ("+", 0, 1), ("*", 2, 3), ("*", 4, 3), ("-", 5, 5), ("+", 6, 4)], numbers)


@pytest.mark.hint("When you pass a slope on, is it whole, or will more of it come by another way?")
def test_long_way_and_short_way(submission, rng):
    """Waits for the long way round before it passes a slope on."""
    number = rng.uniform(0.5, 0.9)
    for recipe in (
        [("tanh", 0), ("exp", 1), ("*", 2, 2), ("*", 3, 1), ("+", 1, 4), ("*", 5, 2)],
        [("tanh", 0), ("exp", 1), ("*", 2, 2), ("*", 1, 3), ("+", 4, 1), ("*", 2, 5)],
    ):
        assert right(submission, recipe, [number])


@pytest.mark.points(3)
@pytest.mark.parametrize("steps", [4, 8, 12, 25])
def test_any_graph(submission, rng, steps):
    """Finds the slopes of any graph."""
    for _ in range(12):
        assert right(submission, *duals.draw(rng, 4, steps))


@pytest.mark.hint("Does a leaf that has no part in the end get a slope?")
def test_slopes_of_the_steps_too(submission, rng):
    """Gives a slope to every Value on the way, one to the end, and none to what has no part in it."""
    numbers = [rng.uniform(0.5, 2) for _ in range(3)]
    values = submission.follow(
        [("*", 0, 1), ("+", 3, 0), ("*", 4, 3), ("*", 3, 2)], [submission.Value(number) for number in numbers]
    )
    values[5].backward()
    a, b, _ = numbers
    product = a * b
    expected = [2 * a * b * b + 2 * a * b, 2 * a * a * b + a * a, 0.0, 2 * product + a, product, 1.0, 0.0]
    assert duals.same([value.grad for value in values], expected)
