# As easy as the first, and asked last: an attack in between takes nothing from it.


def test_halves(submission, rng):
    """Halves an even number."""
    number = rng.randint(0, 999)
    assert submission.halve(2 * number) == number
