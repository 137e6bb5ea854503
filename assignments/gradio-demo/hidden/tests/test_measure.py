"""measure."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

texts = SimpleNamespace(**run_path(str(Path(__file__).with_name("texts.py"))))


def is_measured(app, text):
    """Whether a text is measured as it must be."""
    value = texts.lix(text)
    return app.predict("/measure", text).values == [value, texts.level(value)]


@pytest.mark.hint("What is a word, and what parts two? Count a small text by hand.")
def test_measures_texts(app, rng):
    """Measures texts of words, numbers, lines and signs."""
    for _ in range(12):
        assert is_measured(app, texts.draw(rng))


@pytest.mark.hint("How many sentences has `Wait... what? Yes`?")
def test_counts_sentences_that_have_a_word(app, rng):
    """Counts no sentence without a word, and one that nothing ends."""
    one, two, three = (texts.word(rng, 9) for _ in range(3))
    for text in (f"{one}... {two}? {three}", f"{one}", f"{one}!", f"?! {one} {two}: 12. {three}", f"{one}.{two}"):
        assert is_measured(app, text)


@pytest.mark.hint("Is a word of six letters long, and one of seven?")
def test_long_is_more_than_six(app, rng):
    """Takes a word of more than six letters for long."""
    six, seven = ("".join(rng.choice("aeioulnr") for _ in range(length)) for length in (6, 7))
    for text in (six, seven, f"{six} {seven} {six}", f"{seven}é {six}"):
        assert is_measured(app, text)


@pytest.mark.hint("Which level is 30, and which 50?")
@pytest.mark.parametrize("words", [30, 29, 50, 49])
def test_levels_begin_at_their_number(app, rng, words):
    """Names the level of a number that lies at its edge."""
    assert is_measured(app, " ".join(texts.word(rng, 6) for _ in range(words)))
