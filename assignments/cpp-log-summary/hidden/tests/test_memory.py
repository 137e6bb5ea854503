"""memory: the same program, watched by sanitizers: they end one that touches what is not its own."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

logs = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "logs.py")))


@pytest.mark.hint("What do you index with a number that came from the log? How long may a field be?")
def test_stays_inside(program, rng):
    """Touches nothing that is not its own: ordinary lines, extreme ones and bad ones."""
    time = logs.drawn_time(rng)
    lines = logs.log(rng, 200, logs.paths(rng, 30))
    lines += [f"{time} GET /edge {status} {taken}" for status in (100, 600, 999) for taken in (0, 4_000_000_000)]
    lines += [
        f"{time} {'G' * 3000} /{'long/' * 2000} 200 5",
        "",
        " ",
        "x",
        "9" * 5000,
        f"{time} GET",
        f"{time} GET /a 999999 1",
    ]
    rng.shuffle(lines)
    assert program.run(logs.joined(lines)).text == logs.summary(lines)
    assert program.run(logs.joined(lines), ["--top", "99"]).text == logs.summary(lines, top=99)
    assert program.run("").text == "bad 0\n"
