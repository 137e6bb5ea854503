"""by_shop: the bars, their order, and the scale."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

drawn = SimpleNamespace(**run_path(str(Path(__file__).with_name("drawn.py"))))


def assert_bars(figure, table):
    """The figure has one Axes, and on it the bars, the largest first, each with its name under its middle."""
    [axes] = figure.axes
    expected = drawn.yearly(table)
    given = drawn.bars(axes)
    assert np.allclose([height for *_, height in given], list(expected.values()), rtol=1e-9)
    assert all(foot == 0 for _, _, foot, _ in given)
    ticks = drawn.ticks(axes)
    middles = [left + width / 2 for left, width, _, _ in given]
    assert [under(ticks, middle) for middle in middles] == list(expected)


def under(ticks, middle):
    """Return the text of the tick at a place."""
    return next((text for place, text in ticks.items() if abs(place - middle) < 0.05), "")


@pytest.mark.hint("In which order do the bars stand, and do the names go with them?")
@pytest.mark.parametrize("shops", [2, 3, 6])
def test_totals_of_each_shop(submission, keys, rng, shops):
    """Draws a bar for each shop, the largest first, with its name under it."""
    names = drawn.names(rng, shops)
    scales = {name: 100.0 * (1 + at) for at, name in enumerate(names)}
    table = drawn.sales(keys, names, scales=scales)
    assert_bars(submission.by_shop(table), table)


@pytest.mark.points(2)
@pytest.mark.hint("What decides about the scale: the totals, or how many shops there are?")
@pytest.mark.parametrize(("times", "scale"), [(100.5, "log"), (3000, "log"), (99, "linear"), (2, "linear")])
def test_scale(submission, keys, rng, times, scale):
    """Uses a logarithmic axis when the largest total is at least 100 times the smallest, and only then."""
    small, large, other = drawn.names(rng, 3)
    table = drawn.sales(keys, [small, large, other], rows=90)
    totals = drawn.yearly(table)
    factors = {small: 50 / totals[small], large: 50 * times / totals[large], other: 51 / totals[other]}
    table["amount"] *= table["shop"].map(factors)
    figure = submission.by_shop(table)
    [axes] = figure.axes
    assert axes.get_yscale() == scale
    assert axes.get_xscale() == "linear"
    assert_bars(figure, table)


def test_refunds_and_holes(submission, keys, rng):
    """Counts refunds, and no missing amounts."""
    names = drawn.names(rng, 2)
    table = drawn.sales(keys, names, rows=60)
    refunds = (table["date"].dt.month < 6) & (table["shop"] == names[0])
    table.loc[refunds, "amount"] = -table.loc[refunds, "amount"].abs() / 4
    assert_bars(submission.by_shop(table), table)
