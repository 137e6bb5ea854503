"""distances: held against one pair at a time."""

import math

import numpy as np
import pytest


def one_by_one(points, others):
    return np.array([[math.dist(x, y) for y in others] for x in points]).reshape(len(points), len(others))


@pytest.mark.hint("Which axis holds the coordinates that are summed up?")
@pytest.mark.parametrize("columns", [1, 2, 5])
def test_are_right(submission, keys, columns):
    """Finds the distance of every point to every other, in any number of dimensions."""
    rng = keys.numpy("points")
    points, others = rng.normal(size=(7, columns)) * 10, rng.normal(size=(4, columns)) * 10
    found = submission.distances(points, others)
    assert found.shape == (7, 4)
    assert found.dtype == np.float64
    assert np.allclose(found, one_by_one(points, others))


@pytest.mark.hint("What does the root of a number become that is a little below 0?")
def test_of_the_same_points_are_nothing(submission, keys):
    """Gives a distance of almost nothing between points that are the same, never NaN."""
    points = keys.numpy("points").normal(size=(40, 3)) + 100.0
    found = submission.distances(points, points)
    assert not np.isnan(found).any()
    assert (found >= 0).all()
    assert np.allclose(np.diag(found), 0, atol=1e-4)


def test_of_no_points(submission, keys):
    """Gives an empty array of the right shape when there are no points on one side."""
    points = keys.numpy("points").normal(size=(3, 2))
    assert submission.distances(points, points[:0]).shape == (3, 0)
    assert submission.distances(points[:0], points).shape == (0, 3)
