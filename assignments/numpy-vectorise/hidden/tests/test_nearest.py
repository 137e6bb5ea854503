"""nearest: an index for each point."""

import numpy as np
import pytest


@pytest.mark.hint("Along which axis is the smallest looked for?")
def test_is_the_nearest(submission, keys):
    """Finds the index of the nearest for each point."""
    rng = keys.numpy("points")
    points, others = rng.normal(size=(20, 3)), rng.normal(size=(9, 3))
    expected = [min(range(9), key=lambda j, x=x: ((others[j] - x) ** 2).sum()) for x in points]
    assert submission.nearest(points, others).tolist() == expected


def test_takes_the_first_of_equals(submission, keys):
    """Takes the first of several that are equally near."""
    start = float(keys.numpy("start").integers(1, 50))
    others = np.array([[start + 9], [start], [start], [start + 2]])
    assert submission.nearest(np.array([[start + 1], [start]]), others).tolist() == [1, 1]
