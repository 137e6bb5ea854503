"""What worked before the patch, and has to work after it."""

import pytest

UNITS = (("h", 3600), ("m", 60), ("s", 1))


def drawn(rng):
    """A positive duration, as text and in seconds."""
    chosen = rng.sample(UNITS, rng.randint(1, 3))
    counts = [rng.randint(0, 99) for _ in chosen]
    gap = rng.choice(["", " ", "  "])
    text = gap.join(f"{count}{unit}" for count, (unit, _) in zip(counts, chosen, strict=True))
    return text, sum(count * seconds for count, (_, seconds) in zip(counts, chosen, strict=True))


def test_reads_positive_durations(submission, rng):
    """Reads positive durations, in any order, with or without spaces."""
    for _ in range(30):
        text, seconds = drawn(rng)
        assert submission.durations.read(text) == seconds


def test_writes_positive_durations(submission, rng):
    """Writes positive durations, and leaves out what is zero."""
    assert submission.durations.write(0) == "0s"
    for _ in range(30):
        hours, minutes, rest = (rng.choice([0, rng.randint(1, 59)]) for _ in range(3))
        parts = [f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if count]
        assert submission.durations.write(hours * 3600 + minutes * 60 + rest) == (" ".join(parts) or "0s")


@pytest.mark.parametrize("kind", ["empty", "no unit", "unknown unit", "twice", "words", "fraction"])
def test_refuses_what_is_no_duration(submission, rng, kind):
    """Still refuses what is no duration."""
    number = rng.randint(1, 99)
    texts = {
        "empty": "",
        "no unit": f"{number}",
        "unknown unit": f"{number}d",
        "twice": f"{number}m {number}m",
        "words": f"{number}m or so",
        "fraction": f"{number}.5h",
    }
    with pytest.raises(ValueError):
        submission.durations.read(texts[kind])
