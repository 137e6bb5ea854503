"""product: the numbers. Whole and small ones, so that a float holds every sum exactly, in whatever order it is made."""

import pytest


def draw(rng, rows, columns):
    return [float(rng.randint(-9, 9)) for _ in range(rows * columns)]


def product(a, b, n, k, m):
    return [sum(a[i * k + p] * b[p * m + j] for p in range(k)) for i in range(n) for j in range(m)]


@pytest.mark.hint("Which of n, k and m is the length of a row of A, of B and of C?")
def test_multiplies_any_shapes(submission, rng):
    """Multiplies matrices of any shapes, square or not."""
    for _ in range(12):
        n, k, m = (rng.randint(1, 12) for _ in range(3))
        a, b = draw(rng, n, k), draw(rng, k, m)
        assert submission.product(a, b, n, k, m) == product(a, b, n, k, m)


@pytest.mark.hint("What does your loop do when a matrix has one row, or one column?")
def test_multiplies_rows_and_columns(submission, rng):
    """Multiplies a row with a column, a column with a row, and one number with another."""
    for n, k, m in ((1, 30, 1), (30, 1, 30), (1, 1, 1), (1, 1, 17), (17, 1, 1)):
        a, b = draw(rng, n, k), draw(rng, k, m)
        assert submission.product(a, b, n, k, m) == product(a, b, n, k, m)


@pytest.mark.hint("Is A * B what you compute, or B * A, or one of them on its side?")
def test_keeps_the_order_of_factors(submission, rng):
    """Tells A * B from B * A, and a matrix from its transpose."""
    n = rng.randint(5, 9)
    a, b = draw(rng, n, n), draw(rng, n, n)
    assert submission.product(a, b, n, n, n) == product(a, b, n, n, n)
    assert submission.product(b, a, n, n, n) == product(b, a, n, n, n)


@pytest.mark.hint("If you work in blocks: what is left over when a side is no multiple of the block?")
def test_multiplies_odd_sizes(submission, rng):
    """Multiplies sizes that are no multiple of anything."""
    for side in (31, 33, 65, 67):
        n, k, m = side, side - rng.randint(0, 3), side + rng.randint(0, 3)
        a, b = draw(rng, n, k), draw(rng, k, m)
        assert submission.product(a, b, n, k, m) == product(a, b, n, k, m)
