"""The page as it is opened."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

flowers = SimpleNamespace(**run_path(str(Path(__file__).with_name("flowers.py"))))


@pytest.mark.hint("Which widgets does the brief name, with which keys?")
def test_has_the_widgets(app):
    """Has a title, a choice of species and a least length, and begins with all flowers."""
    app.run()
    assert not len(app.exception)
    assert "flowers" in app.title[0].value.lower()
    species = app.selectbox("species")
    assert species.value == "all"
    assert species.more["options"] == ["all", *flowers.SPECIES]
    least = app.number_input("least")
    assert (least.value, least.more["min"]) == (0, 0)
    assert pytest.approx(0.1) == least.more["step"]
    assert len(app.button) == 1
    assert app.button("note").kind == "button"


def test_begins_with_all(app):
    """Shows all flowers, their number and their mean before anything is chosen."""
    assert flowers.shows(app.run(), flowers.ROWS)
    assert not len(app.warning)
    assert not len(app.text)
