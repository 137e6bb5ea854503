"""kmeans: at rest, and in the best division, on every set."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

blobs = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "blobs.py")))
SETS = ("alike", "unequal", "unequal again", "far", "far again", "in a row", "many columns", "every point twice")
COUNT, SIZE = 12, 360


def draw(kind, keys):
    """Return points of a set, and how many clouds they are."""
    middles = blobs.apart(keys.numpy("middles"), COUNT, 6 if kind == "many columns" else 2)
    if kind.startswith("far"):
        middles[:3] += 40 * keys.numpy("far").choice([-1, 1], (3, middles.shape[1]))
    if kind == "in a row":
        middles = np.array([[5.0 * at, 0.0] for at in keys.numpy("row").permutation(COUNT)])
    unequal = kind.startswith("unequal")
    shares = keys.numpy("shares").dirichlet([1.5 if unequal else 8.0] * COUNT) * 0.7 + 0.3 / COUNT
    points = blobs.cloud(keys.numpy("points"), middles, shares, SIZE)
    if kind == "every point twice":
        points = np.repeat(points[: SIZE // 2], 2, axis=0)[keys.numpy("order").permutation(SIZE)]
    return points


def assert_at_rest(points, count, centres, labels):
    assert centres.shape == (count, points.shape[1])
    assert labels.shape == (len(points),)
    assert set(labels.tolist()) == set(range(count))
    assert np.array_equal(labels, blobs.nearest(points, centres))
    assert np.allclose(centres, [points[labels == group].mean(axis=0) for group in range(count)])


@pytest.mark.points(3)
@pytest.mark.hint("From how many starts do you look, how are they chosen, and which result do you keep?")
@pytest.mark.parametrize("kind", SETS)
def test_rests_in_the_best_division(submission, keys, kind):
    """Comes to rest in the best division, and fills every group."""
    points = draw(kind, keys)
    centres, labels = map(np.asarray, submission.kmeans(points, COUNT, keys.integer("seed") % 1000))
    assert_at_rest(points, COUNT, centres, labels)
    _, least = blobs.best_division(points, COUNT, keys.numpy("best"))
    assert ((points - centres[labels]) ** 2).sum() <= 1.02 * least


@pytest.mark.hint("When do you stop: after some rounds, or when a round changes nothing?")
def test_rests_where_there_are_no_clouds(submission, keys):
    """Comes to rest also where there are no clouds to find."""
    points = keys.numpy("points").uniform(0, 1, (300, 2))
    assert_at_rest(points, 6, *map(np.asarray, submission.kmeans(points, 6, 11)))


@pytest.mark.hint("What if there are no more points than groups, or only one group?")
def test_as_many_groups_as_points(submission, keys):
    """Takes one group, and as many groups as there are points."""
    points = keys.numpy("points").normal(size=(7, 2))
    centres, labels = map(np.asarray, submission.kmeans(points, 1, 3))
    assert np.allclose(centres, points.mean(axis=0, keepdims=True))
    assert labels.tolist() == [0] * 7
    centres, labels = map(np.asarray, submission.kmeans(points, 7, 3))
    assert np.allclose(centres[labels], points)


@pytest.mark.hint("Where does your randomness come from?")
def test_same_seed_same_answer(submission, keys):
    """Gives the same answer for the same seed, and leaves the points as they were."""
    points = draw("alike", keys)
    first, again = (submission.kmeans(points, 9, 5) for _ in range(2))
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])


@pytest.mark.hint("Do you shift, scale or sort the points that you were given?")
def test_leaves_the_points_alone(box, keys):
    """Leaves the points as they were."""
    points = draw("alike", keys)
    out = box.call("kmeans", points, 3, 1)
    assert len(out.value) == 2
    assert np.array_equal(out.args[0], points)
