"""What is left over from one call in the next, in pyplot, and in the table."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

drawn = SimpleNamespace(**run_path(str(Path(__file__).with_name("drawn.py"))))


@pytest.mark.hint("On which figure does your second call draw?")
def test_figures_of_their_own(submission, keys, rng):
    """Gives each call a figure of its own, which no later call changes."""
    names = drawn.names(rng, 5)
    first, second = drawn.sales(keys.part("a"), names[:2]), drawn.sales(keys.part("b"), names[2:])
    months, shops = submission.by_month(first), submission.by_shop(first)
    later, shops_later = submission.by_month(second), submission.by_shop(second)
    for figure, table in ((months, first), (later, second)):
        [axes] = figure.axes
        assert sorted(drawn.lines(axes)) == sorted(set(table["shop"]))
    for figure, table in ((shops, first), (shops_later, second)):
        [axes] = figure.axes
        heights = [height for *_, height in drawn.bars(axes)]
        assert np.allclose(heights, list(drawn.yearly(table).values()), rtol=1e-9)


@pytest.mark.hint("Who closes the figures that pyplot made?")
@pytest.mark.parametrize("name", ["by_month", "by_shop"])
def test_not_open_in_pyplot(submission, keys, rng, name):
    """Returns a figure that is not open in pyplot."""
    figure = getattr(submission, name)(drawn.sales(keys, drawn.names(rng, 2)))
    assert [figure.canvas.manager] == [None]
    assert len(list(figure.axes)) == 1


@pytest.mark.hint("Does your function add a column to the table that it was given?")
@pytest.mark.parametrize("name", ["by_month", "by_shop"])
def test_leaves_the_table_alone(box, keys, rng, name):
    """Leaves the table as it was."""
    table = drawn.sales(keys, drawn.names(rng, 2))
    out = box.call(name, table)
    assert out.args[0].equals(table)
    assert len(list(out.value.axes)) == 1
