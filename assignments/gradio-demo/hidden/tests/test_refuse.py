"""Texts that cannot be measured."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

texts = SimpleNamespace(**run_path(str(Path(__file__).with_name("texts.py"))))

EMPTY = {"nothing": "", "blank": " \n ", "signs": "... !?", "numbers": "12. 34", "none": None}


@pytest.mark.hint("What does your function divide by when there is no word?")
@pytest.mark.parametrize("what", list(EMPTY))
def test_tells_the_user(app, rng, what):
    """Raises gr.Error with a message when there is no word, in each function."""
    good = texts.draw(rng)
    calls = [("/measure", EMPTY[what]), ("/compare", good, EMPTY[what]), ("/compare", EMPTY[what], good)]
    calls.append(("/remember", EMPTY[what]))
    for call in calls:
        assert "text" in app.predict(*call).error.lower()


def test_goes_on(app, rng):
    """Takes the next text after it refused one."""
    assert app.predict("/measure", "").error
    good = app.predict("/measure", texts.draw(rng))
    assert (good.error, len(good.values)) == ("", 2)
