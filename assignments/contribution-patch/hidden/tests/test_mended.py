"""What the issue asks for."""

import pytest


def text_of(seconds):
    """A duration as it should be written."""
    counts = (abs(seconds) // 3600, abs(seconds) // 60 % 60, abs(seconds) % 60)
    parts = [f"{count}{unit}" for count, unit in zip(counts, "hms", strict=True) if count]
    return ("-" if seconds < 0 else "") + (" ".join(parts) or "0s")


def drawn(rng):
    """A negative number of seconds that has at least two parts."""
    return -(rng.randint(1, 50) * 3600 + rng.randint(1, 59) * 60 + rng.choice([0, rng.randint(1, 59)]))


@pytest.mark.points(3)
@pytest.mark.hint("What do -5400 // 3600 and -5400 % 3600 give in Python?")
def test_writes_one_minus_in_front(submission, rng):
    """Writes a negative duration with one minus, in front of all of it."""
    for seconds in (-1, -60, -5400, *(drawn(rng) for _ in range(30))):
        assert submission.durations.write(seconds) == text_of(seconds)


@pytest.mark.points(3)
def test_one_minus_makes_all_of_it_negative(submission, rng):
    """Reads a minus in front as the sign of the whole duration."""
    for seconds in (-5400, *(drawn(rng) for _ in range(30))):
        assert submission.durations.read(text_of(seconds)) == seconds


@pytest.mark.points(3)
def test_reads_what_it_has_written(submission, rng):
    """Reads back what it has written, for every whole number of seconds."""
    for _ in range(30):
        seconds = rng.randint(-200_000, 200_000)
        assert submission.durations.read(submission.durations.write(seconds)) == seconds


@pytest.mark.hint("Where may your pattern find a minus, and how many?")
@pytest.mark.parametrize("kind", ["inside", "alone", "twice", "behind", "each"])
def test_a_minus_anywhere_else_is_no_duration(submission, rng, kind):
    """Refuses a minus anywhere else."""
    one, other = rng.randint(1, 99), rng.randint(1, 59)
    texts = {
        "inside": f"{one}h -{other}m",
        "alone": "-",
        "twice": f"--{one}h",
        "behind": f"{one}h-",
        "each": f"-{one}h -{other}m",
    }
    with pytest.raises(ValueError):
        submission.durations.read(texts[kind])
