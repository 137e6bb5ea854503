"""options: --since and --top, and what is neither."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

logs = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "logs.py")))


@pytest.mark.hint("Is a request at the very second before it, or not?")
def test_since(program, rng):
    """Leaves out requests before a time, and counts bad lines all the same."""
    lines = [*logs.log(rng, 40, logs.paths(rng, 4)), "no request", "00:00:00 GET"]
    rng.shuffle(lines)
    for since in (logs.drawn_time(rng), lines[lines.index("no request") - 1][:8], "00:00:00", "23:59:59"):
        if logs.LINE.fullmatch(f"{since} GET / 200 1"):
            assert program.run(logs.joined(lines), ["--since", since]).text == logs.summary(lines, since)
    exactly = [f"12:00:0{second} GET /{second} 200 1" for second in range(4)]
    assert program.run(logs.joined(exactly), ["--since", "12:00:02"]).text == logs.summary(exactly, "12:00:02")


@pytest.mark.hint("Which paths are the first N: before or after they are put in order?")
def test_top(program, rng):
    """Writes the first paths only, also none of them and more than there are."""
    lines = logs.log(rng, 60, logs.paths(rng, 9))
    for top in (0, 1, rng.randint(2, 7), 9, 10, 999_999_999):
        assert program.run(logs.joined(lines), ["--top", str(top)]).text == logs.summary(lines, top=top)


@pytest.mark.hint("Can your options come in any order?")
def test_both(program, rng):
    """Takes both options, in either order."""
    lines, since, top = logs.log(rng, 60, logs.paths(rng, 9)), logs.drawn_time(rng), rng.randint(1, 4)
    right = logs.summary(lines, since, top)
    assert program.run(logs.joined(lines), ["--since", since, "--top", str(top)]).text == right
    assert program.run(logs.joined(lines), ["--top", str(top), "--since", since]).text == right


@pytest.mark.hint("What does your program say, and where, when it is asked for what it cannot do?")
def test_refuses(program, rng):
    """Writes nothing for arguments that are none, and says so by its exit code."""
    given = logs.joined(logs.log(rng, 5, ["/a"]))
    refused = [
        ["--top"],
        ["--since"],
        ["--top", "x"],
        ["--top", "-1"],
        ["--top", "3x"],
        ["--top", ""],
        ["--since", "25:00:00"],
        ["--since", "noon"],
        ["--last", "3"],
        ["access.log"],
        ["--top", "2", "--since"],
        [""],
    ]
    for args in refused:
        run = program.run(given, args)
        assert (run.code, run.stdout) == (2, b""), args
    run = program.run(given, ["--top", "1"])
    assert run.code == 0
    assert run.stdout
