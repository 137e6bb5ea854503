def test_makes(submission, rng):
    """Keeps what it was given."""
    number = rng.randint(0, 10**9)
    kept = submission.Keeper(number)
    assert kept.value == number


def test_gives_back(submission, rng):
    """Gives back what it was given."""
    number = rng.randint(0, 10**9)
    assert number == submission.Keeper(number).give()


def test_holds(submission, rng):
    """Holds what it was given."""
    number = rng.randint(0, 10**9)
    assert number in submission.Keeper(number)
