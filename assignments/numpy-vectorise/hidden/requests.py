"""What `distances` is timed on: points that nobody has seen, few numbers to send and many to compute.

Measured on two cores of a busy machine: another vectorised solution takes 0.5 to 2 times as long as the reference, a
loop over all pairs 60 times and more; the corners of the rubric (8 and 20) lie between.
"""

import numpy as np

ROWS, COLUMNS = 400, 6


def requests(keys):
    """Yield two sets of points, without end."""
    rng = keys.numpy("points")
    while True:
        yield rng.normal(size=(ROWS, COLUMNS)), rng.normal(size=(ROWS, COLUMNS))


def agrees(_args, answer, right):
    """Whether an answer is the reference's, but for what rounding does."""
    return answer.shape == right.shape and answer.dtype == np.float64 and bool(np.allclose(answer, right, atol=1e-6))
