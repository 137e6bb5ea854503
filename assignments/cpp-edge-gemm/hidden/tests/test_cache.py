"""power: eight products of 512 x 512, in four times what a walk along rows needs."""

import numpy as np
import pytest

SIDE, TIMES = 512, 8


@pytest.mark.hint("In your innermost loop: how far apart in memory are the numbers of one step and the next?")
def test_walks_along_rows(submission, keys):
    """Multiplies large matrices in the time of a loop that walks along rows."""
    numbers = np.random.default_rng(keys.integer("large"))
    a = (numbers.standard_normal((SIDE, SIDE)) / SIDE**0.5).astype(np.float32)
    given = submission.power(a.ravel().tolist(), SIDE, TIMES)
    right = np.linalg.matrix_power(a.astype(np.float64), TIMES + 1)
    assert isinstance(given, list)
    assert len(given) == SIDE * SIDE
    assert np.abs(np.reshape(given, (SIDE, SIDE)) - right).max() < 1e-3
