"""grad: what stays in it, and what it has no part in."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

duals = SimpleNamespace(**run_path(str(Path(__file__).with_name("duals.py"))))
RECIPE = [("*", 0, 1), ("tanh", 2), ("*", 3, 0), ("+", 4, 2), ("exp", 3), ("*", 6, 1)]
ONE, OTHER = 5, 7


def begin(submission, rng):
    """Return the Values of a recipe, and the slopes of its two ends by each of them; a Value's own slope is one."""
    numbers = [rng.uniform(0.3, 1.2), rng.uniform(0.3, 1.2)]
    values = submission.follow(RECIPE, [submission.Value(number) for number in numbers])
    slopes = duals.answer(RECIPE, numbers)[1]
    return values, slopes[ONE], slopes[OTHER]


def grads(values, count=2):
    return [value.grad for value in values[:count]]


@pytest.mark.hint("Do the slopes of the first walk flow again in the second?")
def test_twice(submission, rng):
    """Walks back twice, and every Value has twice its slope."""
    values, one, _ = begin(submission, rng)
    values[ONE].backward()
    once = grads(values, 8)
    values[ONE].backward()
    assert duals.same(once[:2], one.tolist())
    assert duals.same(grads(values, 8), [2 * grad for grad in once])


@pytest.mark.hint("Two ends have steps in common: does the second walk find these as it needs them?")
def test_two_ends(submission, rng):
    """Adds the slopes of two ends that have steps in common."""
    values, one, other = begin(submission, rng)
    values[ONE].backward()
    values[OTHER].backward()
    assert duals.same(grads(values), (one + other).tolist())


def test_from_the_middle(submission, rng):
    """Walks back from a Value in the middle, and leaves what comes after it alone."""
    values, one, _ = begin(submission, rng)
    values[3].backward()
    assert values[3].grad == 1.0
    assert [values[later].grad for later in (4, 5, 6, 7)] == [0.0] * 4
    before = grads(values)
    values[ONE].backward()
    assert duals.same(grads(values), [grad + slope for grad, slope in zip(before, one.tolist(), strict=True)])


@pytest.mark.hint("Which Values does it set to zero: those that it is given, or all?")
def test_zero_grad(submission, rng):
    """zero_grad begins anew for the Values that it is given, and for no others."""
    values, one, other = begin(submission, rng)
    values[ONE].backward()
    submission.zero_grad([values[0], values[ONE]])
    assert (values[0].grad, values[ONE].grad) == (0.0, 0.0)
    assert duals.same(grads(values)[1:], one.tolist()[1:])
    values[OTHER].backward()
    assert duals.same(grads(values), [other[0], one[1] + other[1]])


def test_end_of_its_own(submission, rng):
    """A Value that was made from none has slope one by itself."""
    value = submission.Value(rng.uniform(1, 9))
    value.backward()
    value.backward()
    assert value.grad == 2.0


@pytest.mark.hint("May a graph grow after a walk?")
def test_grows_after_a_walk(submission, rng):
    """Goes on building on Values that have been walked before."""
    values, one, _ = begin(submission, rng)
    values[ONE].backward()
    longer = submission.follow([("*", 0, 3.0)], [values[ONE]])
    longer[-1].backward()
    assert duals.same(grads(values), (4 * one).tolist())
