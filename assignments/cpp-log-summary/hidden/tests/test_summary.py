"""summary: logs in which every line is a request."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

logs = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "logs.py")))


def same(program, lines):
    return program.run(logs.joined(lines)).text == logs.summary(lines)


@pytest.mark.hint("The brief shows a log and its summary: what does your program write for it?")
def test_one_path(program, rng):
    """Counts the requests and failures of one path."""
    for count in (1, 2, 3, rng.randint(10, 40)):
        assert same(program, logs.log(rng, count, ["/wines"]))


@pytest.mark.hint("Of four times in order, which one is the lower of the two in the middle? Are they in order?")
def test_median(program, rng):
    """Finds the median and the longest time, of an odd and of an even number."""
    for count in (3, 4, 5, 6, 7, 8):
        lines = [f"{logs.drawn_time(rng)} GET /a 200 {time}" for time in rng.sample(range(10_000), count)]
        assert same(program, lines)


@pytest.mark.hint("From which status on has a request failed?")
def test_failures(program, rng):
    """Tells failures from what the caller did wrong."""
    statuses = [499, 500, 404, 599, 600, 999, 100, 200, rng.randint(100, 999)]
    lines = [f"{logs.drawn_time(rng)} GET /{rng.choice('ab')} {status} 1" for status in statuses * 2]
    assert same(program, lines)


@pytest.mark.hint("By what are paths ordered that were asked for equally often?")
def test_order(program, rng):
    """Orders paths by their requests, and by their bytes where these are as many."""
    for count in (10, 40):
        assert same(program, logs.log(rng, 3 * count, logs.paths(rng, count)))
    lines = [f"{logs.drawn_time(rng)} GET {path} 200 5" for path in ("/b", "/B", "/a", "/é", "/~", "/a/1", "/a-1")]
    rng.shuffle(lines)
    assert same(program, lines)


@pytest.mark.hint("What is the largest number that an int holds, and what is the largest number of milliseconds?")
def test_long_times(program, rng):
    """Holds a request of weeks."""
    longest = [logs.LONGEST, 2**31, 2**31 - 1, 2**32 - 1 - rng.randint(0, 999), rng.randint(2**31, logs.LONGEST)]
    times = [min(time, logs.LONGEST) for time in longest]
    assert same(program, [f"{logs.drawn_time(rng)} PUT /slow 200 {time}" for time in times])
