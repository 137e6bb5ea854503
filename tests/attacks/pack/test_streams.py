def test_streams(submission, rng):
    """Yields the items in order."""
    xs = [rng.randint(-999, 999) for _ in range(9)]
    assert list(submission.stream(xs)) == sorted(xs)


def test_squares_each(submission, rng):
    """Squares each number."""
    xs = [rng.randint(2, 999) for _ in range(9)]
    for got, want in zip(map(submission.square, xs), [x * x for x in xs], strict=False):
        assert got == want


def test_squares_all(submission, rng):
    """Tells squares from other numbers."""
    assert all(map(submission.is_square, [rng.randint(2, 99) ** 2 for _ in range(9)]))
