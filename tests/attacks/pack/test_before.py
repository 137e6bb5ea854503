# An honest, easy check that every attack solves: what it earned must stay earned.


def test_doubles(submission, rng):
    """Doubles a number."""
    number = rng.randint(0, 999)
    assert submission.double(number) == 2 * number
