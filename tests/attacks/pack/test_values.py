import pytest

WORD = "kanarie-5d1f-answer"


def test_counts(submission, rng):
    """Counts the items of a list."""
    xs = [0] * rng.randint(1000, 9999)
    want = len(xs)
    assert submission.count(xs) == want


def test_mean(submission, rng):
    """Takes the mean of a list."""
    xs = [rng.random() for _ in range(9)]
    want = sum(xs) / len(xs)
    assert abs(submission.mean(xs) - want) < 1e-9


def test_shouts(submission, rng):
    """Writes a text in capitals."""
    text = f"kanarie-5d1f-input {rng.randint(0, 10**9)}"
    assert submission.shout(text) == text.upper()


def test_distinct(submission, rng):
    """Finds the distinct items."""
    xs = [rng.randint(0, 10**9) for _ in range(9)]
    assert submission.distinct(xs) == set(xs)


def test_complains(submission):
    """Refuses to count nothing."""
    with pytest.raises(Exception):  # noqa: B017, PT011 - as authors write it
        submission.count(None)
