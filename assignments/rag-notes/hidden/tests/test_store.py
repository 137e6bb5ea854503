"""What reached the index: judged by what the service saw, whatever the submission says."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

notes = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "notes.py")))


@pytest.mark.hint("What does the service say is stored, in which namespace, with which metadata?")
def test_stores_passages_with_their_note(submission, pinecone, rng):
    """Stores passages of every note, word for word, each with the id of its note, at most 100 in one request."""
    written, _ = notes.notes(rng, clubs=3)
    submission.index(written)
    texts = {note["id"]: note["text"] for note in written}
    stored = pinecone.vectors("notes")
    assert {one.metadata["note"] for one in stored.values()} == set(texts)
    assert all(one.metadata["text"] in texts[one.metadata["note"]] for one in stored.values())
    assert all(len(one["ids"]) <= 100 for one in pinecone.upserts)


@pytest.mark.hint("Where do the passages that you give come from?")
def test_gives_what_the_index_found(submission, pinecone, rng):
    """Gives the passages that the index found, in its order."""
    written, questions = notes.notes(rng, clubs=3)
    submission.index(written)
    for question, *_ in questions[:2]:
        passages = [(note, text) for note, text in submission.retrieve(question, 3)]
        stored, last = pinecone.vectors("notes"), pinecone.queries[-1]
        found = [(stored[one].metadata["note"], stored[one].metadata["text"]) for one in last["ids"]]
        assert passages == found[: len(passages)]
        assert 1 <= len(passages) <= 3


@pytest.mark.hint("What becomes of a passage whose note was written anew?")
def test_forgets_what_is_no_longer_said(submission, pinecone, rng):
    """Forgets what a note no longer says when notes are stored again."""
    written, questions = notes.notes(rng, clubs=2)
    submission.index(written)
    _, _, sentence, value = questions[0]
    for note in written:
        note["text"] = note["text"].replace(sentence, "")
    submission.index(written)
    stored = pinecone.vectors("notes")
    assert {one.metadata["note"] for one in stored.values()} == {note["id"] for note in written}
    assert not any(value in one.metadata["text"] for one in stored.values())
