"""long: many lines, many paths; a search through all paths for each line is seen by its time."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

logs = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "logs.py")))


@pytest.mark.hint("How do you find a path among those you know: one by one?")
def test_long_log(program, rng):
    """Summarises a hundred thousand lines with forty thousand paths."""
    known = [f"/articles/{rng.randint(10**8, 10**9)}/{number:05}" for number in range(40_000)]
    lines = [f"{logs.drawn_time(rng)} GET {path} 200 {rng.randint(1, 999)}" for path in rng.choices(known, k=100_000)]
    assert program.run(logs.joined(lines)).text == logs.summary(lines)
