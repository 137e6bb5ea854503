"""remember."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

texts = SimpleNamespace(**run_path(str(Path(__file__).with_name("texts.py"))))


def told(history):
    """Return a history as it is shown."""
    return ", ".join(str(texts.lix(text)) for text in history)


@pytest.mark.hint("Which numbers does the user see after the third text?")
def test_remembers_in_order(app, rng):
    """Shows all that a user measured, the oldest first."""
    history = []
    for _ in range(4):
        history.append(texts.draw(rng))
        assert app.predict("/remember", history[-1]).value == told(history)


@pytest.mark.hint("Where is the history kept: in gr.State, or in a list that the whole module has?")
def test_users_are_kept_apart(app, rng):
    """Shows nobody what somebody else measured."""
    other = app.another_user()
    mine, theirs = [], []
    for _ in range(3):
        mine.append(texts.draw(rng))
        assert app.predict("/remember", mine[-1]).value == told(mine)
        theirs.append(texts.draw(rng))
        assert other.predict("/remember", theirs[-1]).value == told(theirs)


@pytest.mark.hint("When is the history changed: before you know that the text can be measured, or after?")
def test_forgets_what_it_refused(app, rng):
    """Leaves the history as it was when a text is refused, or measured elsewhere."""
    one, other = texts.draw(rng), texts.draw(rng)
    app.predict("/remember", one)
    assert app.predict("/remember", "?!").error
    app.predict("/measure", other)
    assert app.predict("/remember", other).value == told([one, other])
