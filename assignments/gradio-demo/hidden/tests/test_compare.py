"""compare."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

texts = SimpleNamespace(**run_path(str(Path(__file__).with_name("texts.py"))))


@pytest.mark.hint("What do you compare: the texts, their lengths, or their LIX?")
def test_names_the_harder(app, rng):
    """Names the text with the higher LIX, whichever comes first."""
    for _ in range(8):
        one, other = texts.draw(rng, most=rng.choice([4, 13])), texts.draw(rng)
        higher = texts.lix(one) - texts.lix(other)
        expected = "first" if higher > 0 else "second" if higher < 0 else "same"
        back = {"first": "second", "second": "first", "same": "same"}[expected]
        assert app.predict("/compare", one, other).value == expected
        assert app.predict("/compare", other, one).value == back


@pytest.mark.hint("When are two texts the same for this demo?")
def test_says_same(app, rng):
    """Says same of texts with the same LIX, also when their words differ."""
    many = [texts.word(rng, 6) for _ in range(rng.randint(3, 9))]
    others = [texts.word(rng, 6) for _ in many]
    assert app.predict("/compare", " ".join(many), " ".join(others) + ".").value == "same"
