"""Titles, labels with units, and the legend."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

drawn = SimpleNamespace(**run_path(str(Path(__file__).with_name("drawn.py"))))


@pytest.mark.hint("Whoever sees only the figure: do they know what, and in which unit?")
@pytest.mark.parametrize(
    ("name", "across", "up"),
    [("by_month", "month", "sales (thousand EUR)"), ("by_shop", "shop", "sales (EUR)")],
    ids=["by_month", "by_shop"],
)
def test_axes_say_what_they_show(submission, keys, rng, name, across, up):
    """Labels both axes, with the unit, and has a title."""
    figure = getattr(submission, name)(drawn.sales(keys, drawn.names(rng, 3)))
    [axes] = figure.axes
    assert axes.get_xlabel() == across
    assert axes.get_ylabel() == up
    assert len(axes.get_title().strip()) >= 5


@pytest.mark.hint("Does the legend exist, and does it name the shops?")
@pytest.mark.parametrize("shops", [2, 5])
def test_legend_names_the_shops(submission, keys, rng, shops):
    """Has a legend with the names of the shops, on the Axes with the lines."""
    names = drawn.names(rng, shops)
    figure = submission.by_month(drawn.sales(keys, names))
    [axes] = figure.axes
    assert sorted(text.get_text() for text in in_legend(axes, "get_texts")) == sorted(names)


@pytest.mark.hint("Can two lines be told apart?")
def test_lines_have_colours_of_their_own(submission, keys, rng):
    """Gives each line a colour or a dash of its own, and the legend shows it."""
    figure = submission.by_month(drawn.sales(keys, drawn.names(rng, 6)))
    [axes] = figure.axes
    looks = {line.get_label(): look(line) for line in axes.get_lines()}
    assert len(set(looks.values())) == 6
    texts, lines = list(in_legend(axes, "get_texts")), list(in_legend(axes, "get_lines"))
    assert len(texts) == len(lines)
    assert {text.get_text(): look(line) for text, line in zip(texts, lines, strict=True)} == looks


def in_legend(axes, asked):
    """Return what the legend gives when it is asked; nothing if there is no legend."""
    return getattr(axes.get_legend(), asked, list)()


def look(line):
    """Return what tells a line from another."""
    colour = line.get_color()
    return colour if isinstance(colour, str) else tuple(colour), line.get_linestyle()
