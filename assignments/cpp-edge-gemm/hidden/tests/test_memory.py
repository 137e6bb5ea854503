"""The same function, watched by sanitizers: they end a program that touches what is not its own."""

import pytest


def draw(rng, rows, columns):
    return [float(rng.randint(-9, 9)) for _ in range(rows * columns)]


@pytest.mark.hint("What are the first and the last index that you read of A, of B and of C?")
def test_stays_inside_its_matrices(submission, rng):
    """Reads and writes nothing outside the three matrices."""
    for n, k, m in ((1, 1, 1), (2, 3, 4), (4, 3, 2), (1, 9, 1), (9, 1, 9), (33, 31, 35)):
        a, b = draw(rng, n, k), draw(rng, k, m)
        c = [sum(a[i * k + p] * b[p * m + j] for p in range(k)) for i in range(n) for j in range(m)]
        assert submission.product(a, b, n, k, m) == c
