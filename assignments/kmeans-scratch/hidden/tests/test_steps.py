"""assign and move: the two steps, each on its own."""

import numpy as np
import pytest


@pytest.fixture
def numbers(keys):
    return keys.numpy("numbers")


def distances(points, centres):
    return ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)


@pytest.mark.hint("Which distance do you measure? Try it on the points of a circle.")
@pytest.mark.parametrize("columns", [1, 2, 5])
def test_joins_the_nearest(submission, numbers, columns):
    """Gives each point the number of its nearest centre."""
    points, centres = numbers.normal(size=(200, columns)), numbers.normal(size=(7, columns))
    assert np.asarray(submission.assign(points, centres)).tolist() == distances(points, centres).argmin(1).tolist()


@pytest.mark.hint("Is your distance a distance in a unit that grows with its square?")
def test_joins_the_nearest_in_the_ordinary_sense(submission, numbers):
    """Takes a centre straight ahead for farther than one a little less far across the corner."""
    across = numbers.uniform(0.6, 0.68)
    assert np.asarray(submission.assign(np.zeros((1, 2)), np.array([[1.0, 0.0], [across, across]]))).tolist() == [1]


@pytest.mark.hint("Two centres are as near: which one does your comparison keep?")
def test_of_two_as_near_the_lower(submission, numbers):
    """Joins the lower of two centres that are as near."""
    side = float(numbers.integers(1, 9))
    points = np.array([[0.0, 0.0], [0.0, side]])
    centres = np.array([[side * 5, 0.0], [side, 0.0], [-side, 0.0], [side, 0.0]])
    assert np.asarray(submission.assign(points, centres)).tolist() == [1, 1]


@pytest.mark.hint("Along which axis do you take the mean?")
@pytest.mark.parametrize("columns", [1, 2, 5])
def test_moves_to_the_mean(submission, numbers, columns):
    """Moves each centre to the mean of its points."""
    points, centres = numbers.normal(size=(60, columns)), numbers.normal(size=(4, columns))
    labels = np.concatenate([np.arange(4), numbers.integers(0, 4, 56)])
    moved = np.asarray(submission.move(points, labels, centres))
    assert moved.shape == centres.shape
    assert np.allclose(moved, [points[labels == group].mean(axis=0) for group in range(4)])


@pytest.mark.hint("What is the mean of no points?")
def test_an_empty_centre_stays(submission, numbers):
    """Leaves a centre without points where it was."""
    points, centres = numbers.normal(size=(20, 2)), numbers.normal(size=(5, 2))
    labels = numbers.choice([0, 3], 20)
    labels[:2] = 0, 3
    moved = np.asarray(submission.move(points, labels, centres))
    assert np.array_equal(moved[[1, 2, 4]], centres[[1, 2, 4]])
    assert np.allclose(moved[[0, 3]], [points[labels == group].mean(axis=0) for group in (0, 3)])


@pytest.mark.hint("Which array do you write into?")
def test_leaves_its_arguments_alone(box, numbers):
    """Leaves points, labels and centres as they were."""
    points, centres = numbers.normal(size=(20, 2)), numbers.normal(size=(3, 2))
    labels = distances(points, centres).argmin(1)
    out = box.call("move", points, labels, centres)
    assert np.asarray(out.value).shape == centres.shape
    for given, after in zip((points, labels, centres), out.args, strict=True):
        assert np.array_equal(given, after)
