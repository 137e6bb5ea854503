"""A filter that leaves nothing."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

flowers = SimpleNamespace(**run_path(str(Path(__file__).with_name("flowers.py"))))


def is_empty(app):
    """Whether the page says that nothing is left."""
    figures = str(app.metric("Flowers").value), app.metric("Mean petal width").value
    return not len(app.exception) and figures == ("0", "–") and not len(app.dataframe) and len(app.warning) == 1


@pytest.mark.hint("What is the mean of no flowers?")
def test_says_that_nothing_is_left(app, rng):
    """Warns, and shows no mean and no table, when no flower is left."""
    app.run()
    longer = round(flowers.LONGEST + rng.randint(1, 50) / 10, 1)
    assert is_empty(flowers.choose(app, "all", longer))
    species, longest = "setosa", max(row["petal_length"] for row in flowers.left("setosa", 0))
    assert is_empty(flowers.choose(app, species, round(longest + rng.randint(1, 30) / 10, 1)))


def test_recovers(app, rng):
    """Shows flowers again, and no warning, when there are some again."""
    app.run()
    assert is_empty(flowers.choose(app, "all", round(flowers.LONGEST + rng.randint(1, 50) / 10, 1)))
    species, least = flowers.draw(rng)
    assert flowers.shows(flowers.choose(app, species, least), flowers.left(species, least))
    assert not len(app.warning)
