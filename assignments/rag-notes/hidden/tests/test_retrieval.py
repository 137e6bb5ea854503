"""What is found for questions in other words than the notes'."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

notes = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "notes.py")))

ASKED = 12
ENOUGH = 0.85


@pytest.mark.hint("Does a passage say one thing, and say it whole? What lies nearest to what?")
def test_finds_the_passage(submission, pinecone, rng):
    """Finds the passage that answers, among three of at most 400 characters, for 85 of 100 questions."""
    written, questions = notes.notes(rng)
    submission.index(written)
    found = 0
    for question, identity, _, value in questions[:ASKED]:
        passages = submission.retrieve(question, 3)
        assert len(passages) <= 3
        found += any(note == identity and value in text and len(text) <= 400 for note, text in passages)
    assert found >= ENOUGH * ASKED
    assert len(pinecone.queries) >= ASKED
