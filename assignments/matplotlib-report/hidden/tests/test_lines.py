"""by_month: the numbers on the lines."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

drawn = SimpleNamespace(**run_path(str(Path(__file__).with_name("drawn.py"))))


def assert_lines(figure, table):
    """The figure has one Axes, and on it the line of each shop, from January to December."""
    [axes] = figure.axes
    given, expected = drawn.lines(axes), drawn.monthly(table)
    assert sorted(given) == sorted(expected)
    for shop, totals in expected.items():
        assert np.array_equal(given[shop][:, 0], np.arange(1, 13))
        assert np.allclose(given[shop][:, 1], totals, rtol=1e-9, atol=1e-9)


@pytest.mark.hint("Total, mean or count? Thousands? And in which order do the months come?")
@pytest.mark.parametrize("shops", [2, 4])
def test_totals_of_each_month(submission, keys, rng, shops):
    """Draws a line for each shop: its total of each month, in thousands."""
    table = drawn.sales(keys, drawn.names(rng, shops))
    assert_lines(submission.by_month(table), table)


@pytest.mark.hint("What becomes of a month in which nobody bought anything, in one shop or in all?")
def test_months_without_receipts(submission, keys, rng):
    """Draws zero for a month without a receipt."""
    months = rng.sample(range(1, 13), 5)
    table = drawn.sales(keys, drawn.names(rng, 3), rows=14, months=months)
    assert_lines(submission.by_month(table), table)


@pytest.mark.hint("A refund counts. What does yours do with it, and with an amount that is missing?")
def test_refunds_and_holes(submission, keys, rng):
    """Counts refunds, also in a month that has nothing else, and no missing amounts."""
    table = drawn.sales(keys, drawn.names(rng, 2), rows=60, months=range(1, 11))
    table.loc[table["date"].dt.month == 2, "amount"] = -rng.randint(5, 50)
    table.loc[table["date"].dt.month == 4, "amount"] = np.nan
    assert_lines(submission.by_month(table), table)


def test_ticks_at_the_months(submission, keys, rng):
    """Puts a tick at each month, and shows all twelve."""
    figure = submission.by_month(drawn.sales(keys, drawn.names(rng, 2), rows=20, months=[3, 4, 5]))
    [axes] = figure.axes
    assert np.array_equal(axes.get_xticks(), np.arange(1, 13))
    first, last = axes.get_xlim()
    assert first <= 1
    assert last >= 12
