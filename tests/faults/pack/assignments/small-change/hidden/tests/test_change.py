import pytest


@pytest.fixture
def coins(rng):
    return [rng.choice([1, 2, 5, 10, 20, 50]) for _ in range(rng.randint(2, 30))]


def test_total(submission, coins):
    """Adds coins up."""
    assert submission.total(coins) == sum(coins)


def test_largest(submission, coins):
    """Finds the largest coin."""
    assert submission.largest(coins) == max(coins)
