"""What can be seen: hide a line or a bar, and the picture changes where it was."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

drawn = SimpleNamespace(**run_path(str(Path(__file__).with_name("drawn.py"))))


@pytest.mark.hint("Colour, width, limits of the axes: would you see it on paper?")
def test_lines_are_seen(submission, keys, rng):
    """Shows each line where its numbers are."""
    names = drawn.names(rng, 2)
    table = drawn.sales(keys, names, scales={names[0]: 100.0, names[1]: 300.0})
    figure = submission.by_month(table)
    whole = drawn.picture(submission, figure)
    [axes] = figure.axes
    assert sorted(drawn.lines(axes)) == sorted(names)
    for line in axes.get_lines():
        changed = drawn.ink(submission, figure, line, whole)
        totals = drawn.monthly(table)[line.get_label()]
        places = [drawn.place(axes, changed.shape, at + 1, total) for at, total in enumerate(totals)]
        assert sum(drawn.near(changed, *place) for place in places) >= 10  # others may lie under another line
    assert np.array_equal(drawn.picture(submission, figure), whole)


@pytest.mark.hint("Is the smallest bar inside the picture?")
def test_bars_are_seen(submission, keys, rng):
    """Shows each bar from its foot to its top."""
    names = drawn.names(rng, 3)
    table = drawn.sales(keys, names, scales={name: 100.0 * (1 + at) for at, name in enumerate(names)})
    figure = submission.by_shop(table)
    whole = drawn.picture(submission, figure)
    [axes] = figure.axes
    bars = list(axes.patches)
    assert len(bars) == 3
    for bar in bars:
        changed = drawn.ink(submission, figure, bar, whole)
        left, width, _, height = (float(side) for side in (bar.get_x(), bar.get_width(), 0, bar.get_height()))
        for up in (0.05, 0.5, 0.95):
            assert drawn.near(changed, *drawn.place(axes, changed.shape, left + width / 2, height * up))
        assert not drawn.near(changed, *drawn.place(axes, changed.shape, left + width / 2, height * 1.2))
    assert np.array_equal(drawn.picture(submission, figure), whole)


@pytest.mark.hint("Where does a bar begin on a logarithmic axis?")
def test_smallest_bar_is_seen_beside_the_largest(submission, keys, rng):
    """Shows the smallest bar when the largest is ten thousand times as high."""
    names = drawn.names(rng, 3)
    table = drawn.sales(keys, names, scales={name: 10.0 * 100**at for at, name in enumerate(names)})
    figure = submission.by_shop(table)
    whole = drawn.picture(submission, figure)
    [axes] = figure.axes
    heights = {float(bar.get_height()): bar for bar in axes.patches}
    assert len(heights) == 3
    assert drawn.ink(submission, figure, heights[min(heights)], whole).sum() > 100
