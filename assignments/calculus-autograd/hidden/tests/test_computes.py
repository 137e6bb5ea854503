"""Value: what each operation gives."""

import math
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

duals = SimpleNamespace(**run_path(str(Path(__file__).with_name("duals.py"))))


def heights(submission, recipe, numbers):
    values = submission.follow(recipe, [submission.Value(number) for number in numbers])
    return [value.data for value in values]


def test_a_new_value(submission, rng):
    """A new Value has its number, as a float, and no slope."""
    number = rng.randint(2, 99)
    value = submission.Value(number)
    assert duals.same([value.data, value.grad], [float(number), 0.0])


@pytest.mark.hint("What does Python call when the Value stands on the right?")
@pytest.mark.parametrize("name", ["+", "-", "*", "/"])
def test_two_sides(submission, rng, name):
    """Computes with a Value or a plain number on either side."""
    a, b, plain = (rng.uniform(0.5, 9) for _ in range(3))
    recipe = [(name, 0, 1), (name, 1, 0), (name, 0, plain), (name, plain, 0)]
    assert duals.same(heights(submission, recipe, [a, b]), duals.answer(recipe, [a, b])[0])


def test_one_side(submission, rng):
    """Computes powers, tanh, exp, relu and the negative."""
    numbers = [rng.uniform(0.5, 2), -rng.uniform(0.5, 2)]
    recipe = [(name, leaf) for name in ("neg", "tanh", "exp", "relu") for leaf in (0, 1)]
    recipe += [("**", 0, 2.5), ("**", 1, 3.0), ("**", 0, -1.5), ("**", 1, 0.0)]
    assert duals.same(heights(submission, recipe, numbers), duals.answer(recipe, numbers)[0])


@pytest.mark.hint("Does your tanh ask for a power of e that no float can hold?")
def test_tanh_of_large_numbers(submission, rng):
    """The tanh of a very large number is 1, of a very small one -1."""
    far = rng.uniform(800, 5000)
    assert heights(submission, [("tanh", 0), ("tanh", 1)], [far, -far])[2:] == [1.0, -1.0]
    assert submission.gradient([("tanh", 0)], [far]) == (1.0, [0.0])


@pytest.mark.hint("Does an operation change a Value that it takes?")
def test_changes_nothing(submission, rng):
    """Leaves the Values that it computes with as they were."""
    numbers = [rng.uniform(0.5, 2), rng.uniform(0.5, 2)]
    leaves = [submission.Value(number) for number in numbers]
    values = submission.follow([(name, 0, 1) for name in "+-*/"] + [("exp", 0), ("relu", 1)], leaves)
    assert [leaf.data for leaf in leaves] == numbers
    assert [value.grad for value in values] == [0.0] * 8
    assert math.isclose(values[2].data, sum(numbers))
