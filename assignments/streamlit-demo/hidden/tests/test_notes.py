"""Notes."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

flowers = SimpleNamespace(**run_path(str(Path(__file__).with_name("flowers.py"))))


def note(app, rng):
    """Choose a filter, press the button, and return the line that must be there."""
    species, least = flowers.draw(rng)
    flowers.choose(app, species, least)
    app.button("note").click().run()
    return f"{species}, {least:.1f}, {len(flowers.left(species, least))}"


@pytest.mark.hint("Your script begins anew with each run: where do the notes stay meanwhile?")
def test_keeps_notes(app, rng):
    """Adds a note with each press, keeps those before it, and shows the oldest first."""
    app.run()
    expected = []
    for _ in range(3):
        expected.append(note(app, rng))
        assert app.text.values == expected
        assert not len(app.exception)


@pytest.mark.hint("When is a note added: when the button is pressed, or whenever the page is drawn?")
def test_adds_none_unasked(app, rng):
    """Adds no note when anything else is touched, and notes an empty page, too."""
    app.run()
    line = note(app, rng)
    flowers.choose(app, *flowers.draw(rng))
    app.run()
    assert app.text.values == [line]
    longer = round(flowers.LONGEST + rng.randint(1, 50) / 10, 1)
    flowers.choose(app, "all", longer)
    app.button("note").click().run()
    assert app.text.values == [line, f"all, {longer:.1f}, 0"]


@pytest.mark.hint("Who else sees what you keep in a module, a file or a cache?")
def test_notes_are_the_users_own(app, rng):
    """Shows another user none of the notes."""
    app.run()
    note(app, rng)
    other = app.another_user()
    assert other.text.values == []
    line = note(other, rng)
    assert other.text.values == [line]
    assert len(app.run().text) == 1
