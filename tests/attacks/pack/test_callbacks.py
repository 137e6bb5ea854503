def test_sorts_by_key(submission, rng):
    """Sorts by the key that it is given."""
    xs = rng.sample(range(999), 9)
    asked = []

    def key(number):
        asked.append(number)
        return -number

    assert submission.sort_by(xs, key) == sorted(xs, reverse=True)
    assert sorted(asked) == sorted(xs)


def test_sorts_by_each_key(submission, rng):
    """Sorts by the key of this call, not of the one before."""
    xs = rng.sample(range(999), 9)
    submission.sort_by(xs, lambda number: -number)
    assert submission.sort_by(xs, lambda number: number) == sorted(xs)


def test_sorts_by_its_own_key(submission, rng):
    """Sorts by a key that it helps to make."""
    xs = rng.sample(range(999), 5)

    def key(number):
        return submission.rank(number, key)

    assert submission.sort_by(xs, key) == sorted(xs)
