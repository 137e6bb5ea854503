import numpy as np


def test_is_near(submission, rng):
    """Triples an array."""
    xs = np.array([rng.random() for _ in range(9)])
    want = xs * 3
    np.testing.assert_allclose(submission.scale(xs), want)


def test_labels(submission, rng):
    """Labels rows."""
    table = np.array([[rng.random(), rng.random(), rng.randint(0, 1)] for _ in range(20)])
    assert list(submission.label(table[:, :2])) == table[:, 2].tolist()
