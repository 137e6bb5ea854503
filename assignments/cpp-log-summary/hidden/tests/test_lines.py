"""lines: what is no request, and where a line ends."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

logs = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "logs.py")))


def same(program, lines):
    return program.run(logs.joined(lines)).text == logs.summary(lines)


def among(rng, bad):
    """Return good lines with bad ones among them."""
    lines = [*logs.log(rng, 12, ["/a", "/b/c"]), *bad]
    rng.shuffle(lines)
    return lines


@pytest.mark.hint("How many fields has a request, and what lies between two of them?")
def test_fields(program, rng):
    """Knows a line with a field too many, too few or empty."""
    time = logs.drawn_time(rng)
    bad = [
        f"{time} GET /a 200",
        f"{time} GET /a 200 3 4",
        f"{time}  GET /a 200 3",
        f" {time} GET /a 200 3",
        f"{time} GET /a 200 3 ",
        f"{time} GET  200 3",
        f"{time}\tGET\t/a\t200\t3",
        "GET /a 200",
        "",
        " ",
        "bad",
    ]
    for one in bad:
        assert same(program, among(rng, [one]))
    assert same(program, among(rng, bad))


@pytest.mark.hint("What does std::stoi make of 12abc, and of -5?")
def test_numbers(program, rng):
    """Knows a number from what only begins like one."""
    time = logs.drawn_time(rng)
    for status in ("20", "2000", "099", "2x0", "+20", "-20", "20.", "0x1"):
        assert same(program, among(rng, [f"{time} GET /a {status} 3"]))
    for taken in (
        "12ms",
        "-5",
        "+5",
        "1.5",
        "4000000001",
        "9999999999",
        "00000000003",
        "1e3",
        "99999999999999999999",
        "٣",
    ):
        assert same(program, among(rng, [f"{time} GET /a 200 {taken}"]))
    assert same(program, among(rng, [f"{time} GET /a 200 {taken}" for taken in ("007", "0000000000", "4000000000")]))


@pytest.mark.hint("Which hours, minutes and seconds are there?")
def test_times(program, rng):
    """Knows a time from what only looks like one."""
    for time in (
        "24:00:00",
        "12:60:00",
        "12:00:60",
        "1:00:00",
        "12-00-00",
        "12:00",
        "12:00:00.5",
        "ab:cd:ef",
        "-1:00:00",
        "012:00:00",
    ):
        assert same(program, among(rng, [f"{time} GET /a 200 3"]))
    assert same(program, [f"{time} GET /a 200 3" for time in ("00:00:00", "23:59:59", "09:08:07", "19:00:00")])


@pytest.mark.hint("What is left when a file does not end with a newline? How often is the last line read?")
def test_last_line(program, rng):
    """Reads the last line once, with a newline and without."""
    lines = logs.log(rng, 5, ["/a", "/b"])
    assert program.run("\n".join(lines)).text == logs.summary(lines)
    assert program.run("\n".join([*lines, "no request"])).text == logs.summary([*lines, "no request"])
    assert program.run(logs.joined([*lines, ""])).text == logs.summary([*lines, ""])


@pytest.mark.hint("What is the summary of nothing?")
def test_nothing(program):
    """Summarises an empty log, and one of bad lines only."""
    assert program.run("").text == "bad 0\n"
    assert program.run("\n").text == "bad 1\n"
    assert program.run("no\nrequest").text == "bad 2\n"
