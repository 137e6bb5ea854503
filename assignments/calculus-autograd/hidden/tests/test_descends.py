"""descend: the whole walk, point by point."""

import math
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

duals = SimpleNamespace(**run_path(str(Path(__file__).with_name("duals.py"))))


def bowl(rng):
    """Return a bowl that is steep one way and flat the other: s * x * x + f * y * y + x * y."""
    steep, flat = rng.uniform(4, 6), rng.uniform(0.5, 1)
    return [("**", 0, 2.0), ("*", 2, steep), ("*", 1, 1), ("*", flat, 4), ("*", 0, 1), ("+", 3, 5), ("+", 7, 6)]


def walk(recipe, start, rate, steps, longest=math.inf):
    """Return the points of the walk, by slopes that were found forwards."""
    points = [list(start)]
    for _ in range(steps):
        slopes = duals.answer(recipe, points[-1])[1][-1]
        length = math.hypot(*slopes)
        shorter = min(1.0, longest / length) if length else 1.0
        points.append([at - rate * shorter * slope for at, slope in zip(points[-1], slopes.tolist(), strict=True)])
    return points


def same_walk(given, expected):
    return len(given) == len(expected) and all(map(duals.same, given, expected))


@pytest.mark.points(2)
@pytest.mark.hint("Whose slopes are in your Values when the second step begins?")
@pytest.mark.parametrize("rate", [0.02, 0.08, 0.3], ids=["slowly", "just slowly enough", "too fast"])
def test_each_point(submission, rng, rate):
    """Visits the right points, be the rate small or too large."""
    recipe, start = bowl(rng), [rng.uniform(1, 2), rng.uniform(-2, -1)]
    assert same_walk(submission.descend(recipe, start, rate, 12), walk(recipe, start, rate, 12))


@pytest.mark.hint("Which is shortened: each slope by itself, or all together?")
def test_shortened_at_a_cliff(submission, rng):
    """Shortens a gradient that is too long, keeps its direction, and leaves a short one alone."""
    cliff = [("*", 0, 2.0), ("exp", 2), ("*", 1, 1), ("+", 3, 4)]
    start, longest = [rng.uniform(2, 2.5), rng.uniform(1, 2)], rng.uniform(1.5, 2.5)
    expected = walk(cliff, start, 0.3, 15, longest)
    assert same_walk(submission.descend(cliff, start, 0.3, 15, longest), expected)
    assert same_walk(submission.descend(cliff, start, 0.001, 2), walk(cliff, start, 0.001, 2))


@pytest.mark.hint("What do you divide by where all is flat?")
def test_stays_where_it_is_flat(submission, rng):
    """Stays where it is flat, also with a longest gradient."""
    start = [-rng.uniform(1, 2)]
    assert submission.descend([("relu", 0)], start, 0.5, 3, 1.0) == [start] * 4


def test_no_step(submission, rng):
    """Takes no step when none is asked for."""
    start = [rng.uniform(1, 2), 1.0]
    assert submission.descend(bowl(rng), start, 0.1, 0) == [start]


@pytest.mark.hint("Is the first point of your list the list that you were given?")
def test_leaves_the_start_alone(box, rng):
    """Leaves the start as it was, and gives every point a list of its own."""
    recipe, start = bowl(rng), [rng.uniform(1, 2), 1.0]
    out = box.call("descend", recipe, start, 0.05, 4)
    assert out.args[1] == start
    assert same_walk(out.value, walk(recipe, start, 0.05, 4))
