"""Graphs that are long, wide, tangled, or of numbers far apart."""

import math
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

duals = SimpleNamespace(**run_path(str(Path(__file__).with_name("duals.py"))))
LONG, WIDE, LAYERS = 20_000, 4_000, 300


@pytest.mark.hint("How deep does your function call itself?")
def test_long_chain(submission, rng):
    """Walks back along a chain of twenty thousand Values."""
    start, step = rng.uniform(1, 2), rng.uniform(-1, 1)
    recipe = [("-", at, step) if at % 2 else ("+", step, at) for at in range(LONG)]
    height, slopes = submission.gradient(recipe, [start])
    assert duals.same([height, *slopes], [start, 1.0])


@pytest.mark.hint("How many walks do you make, one for the end or one for each input?")
def test_wide_sum(submission, rng):
    """Finds four thousand slopes in one walk."""
    numbers = [rng.uniform(-2, 2) for _ in range(WIDE)]
    recipe = [("*", at, rng.uniform(-2, 2)) for at in range(WIDE)]
    recipe += [("tanh", WIDE + at) for at in range(WIDE)]
    recipe.append(("+", 2 * WIDE, 2 * WIDE + 1))
    recipe += [("+", 3 * WIDE + at, 2 * WIDE + at + 2) for at in range(WIDE - 2)]
    weights = [step[2] for step in recipe[:WIDE]]
    expected = [w * (1 - math.tanh(w * x) ** 2) for w, x in zip(weights, numbers, strict=True)]
    right = duals.same(submission.gradient(recipe, numbers)[1], expected)
    assert right


@pytest.mark.hint("How often do you come through a Value that many ways lead through?")
def test_tangle(submission, rng):
    """Finds its way where there are more ways than atoms."""
    start, shares = rng.uniform(0.5, 1), [rng.uniform(0.3, 0.7) for _ in range(LAYERS)]
    recipe, last = [], 0
    for share in shares:
        at = len(recipe) + 1
        recipe += [("*", last, share), ("*", 1 - share, last), ("+", at, at + 1)]
        last = at + 2
    height, slopes = submission.gradient(recipe, [start])
    assert duals.same([height, *slopes], [start, 1.0])


@pytest.mark.hint("What is left of a small change beside a large number?")
def test_far_apart(submission, rng):
    """Finds small slopes beside large numbers."""
    numbers = [rng.uniform(0.3, 1), rng.uniform(0.3, 1)]
    recipe = [("*", 0, 1), ("tanh", 2), ("+", 3, 1e9), ("*", 0, 0), ("+", 4, 5)]
    _, slopes = duals.answer(recipe, numbers)
    assert duals.same(submission.gradient(recipe, numbers)[1], slopes[-1].tolist())


@pytest.mark.hint("The slope of tanh is hardly anything far out: hardly anything is not nothing.")
def test_slopes_that_vanish(submission, rng):
    """Follows slopes down to a millionth of a millionth, and keeps them apart."""
    number = rng.uniform(1.5, 2.5)
    recipe = [("*", 0, 1.5)]
    for at in range(1, 9):
        recipe += [("tanh", 2 * at - 1), ("*", 2 * at, 3.0)]
    expected = duals.answer(recipe, [number])[1][-1][0]
    [given] = submission.gradient(recipe, [number])[1]
    assert 0 < expected < 1e-6
    assert math.isclose(given, expected, rel_tol=1e-6)
