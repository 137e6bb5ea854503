"""The learner's own test, tried on versions of the library that stay here: it is lent their `read` and `write`.

What crosses is what it asks and what it is answered; whether it passes or raises is the learner's answer, and is
compared with what the version is. It cannot know which one it has but by asking.
"""

import re

import pytest

SECONDS = {"h": 3600, "m": 60, "s": 1}


def given_read(text):
    """The library's `read` as it was given."""
    compact = "".join(text.split())
    parts = re.findall(r"(-?\d+)([hms])", compact)
    if not parts or "".join(number + unit for number, unit in parts) != compact:
        raise ValueError(text)
    if len({unit for _, unit in parts}) != len(parts):
        raise ValueError(text)
    return sum(int(number) * SECONDS[unit] for number, unit in parts)


def given_write(seconds):
    """The library's `write` as it was given."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if count]
    return " ".join(parts) or "0s"


def right_read(text):
    """A `read` without the bug."""
    compact = "".join(text.split())
    sign, rest = (-1, compact[1:]) if compact.startswith("-") else (1, compact)
    if "-" in rest:
        raise ValueError(text)
    return sign * given_read(rest)


def right_write(seconds):
    """A `write` without the bug."""
    return f"-{given_write(-seconds)}" if seconds < 0 else given_write(seconds)


def drops_the_sign(seconds):
    """A `write` that forgets the minus."""
    return given_write(abs(seconds))


def signs_every_part(seconds):
    """A `write` that puts a minus before each part."""
    return " ".join(f"-{part}" for part in given_write(-seconds).split()) if seconds < 0 else given_write(seconds)


def says(submission, read, write):
    """What the learner's test says of a version of the library."""
    try:
        submission.tests.test_negative.test_negative(read, write)
    except (AssertionError, ValueError):
        return "wrong"
    return "right"


@pytest.mark.points(4)
def test_passes_a_right_version(submission):
    """Your test passes on a version without the bug, and fails on the one that you were given."""
    assert says(submission, right_read, right_write) == "right"
    assert says(submission, given_read, given_write) == "wrong"


HALVES = {
    "only read is mended": (right_read, given_write),
    "only write is mended": (given_read, right_write),
    "write drops the sign": (right_read, drops_the_sign),
    "write signs every part": (right_read, signs_every_part),
}


@pytest.mark.hint("Does your test ask both functions, and compare with what a person would expect?")
@pytest.mark.parametrize("half", HALVES)
def test_tells_half_a_fix_from_a_whole_one(submission, half):
    """Your test passes on a version without the bug, and fails on one that mends half of it."""
    read, write = HALVES[half]
    assert says(submission, read, write) == "wrong"
    assert says(submission, right_read, right_write) == "right"
