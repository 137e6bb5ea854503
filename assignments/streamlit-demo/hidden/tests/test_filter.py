"""Filter and figures."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

flowers = SimpleNamespace(**run_path(str(Path(__file__).with_name("flowers.py"))))


@pytest.mark.hint("Does the number above the table count the same flowers that the table shows?")
def test_filters_by_both(app, rng):
    """Shows the flowers of a species with petals of a length, and figures of those alone."""
    app.run()
    for _ in range(6):
        species, least = flowers.draw(rng)
        assert flowers.shows(flowers.choose(app, species, least), flowers.left(species, least))


@pytest.mark.hint("A flower whose petals are exactly as long as asked: is it shown?")
def test_at_least_is_not_more_than(app, rng):
    """Shows a flower whose petals are exactly as long as asked."""
    app.run()
    for _ in range(2):
        while True:
            row = rng.choice(flowers.ROWS)
            rows = flowers.left(row["species"], row["petal_length"])
            if not flowers.is_half_way(rows):
                break
        assert flowers.shows(flowers.choose(app, row["species"], row["petal_length"]), rows)


@pytest.mark.hint("What is left of a filter when it is taken back?")
def test_goes_back_to_all(app, rng):
    """Shows all flowers again when the filter is taken back."""
    app.run()
    flowers.choose(app, *flowers.draw(rng))
    assert flowers.shows(flowers.choose(app, "all", 0.0), flowers.ROWS)
