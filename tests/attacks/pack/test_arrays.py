import numpy as np


def test_scales(submission, rng):
    """Scales an array."""
    xs = np.array([rng.random() for _ in range(9)])
    want = xs * 3
    got = submission.scale(xs)
    assert np.array_equal(got, want)


def test_scales_elementwise(submission, rng):
    """Scales each element."""
    xs = np.array([rng.random() for _ in range(9)])
    want = xs * 3
    assert (submission.scale(xs) == want).all()
