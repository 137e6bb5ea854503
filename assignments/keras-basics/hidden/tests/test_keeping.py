"""Files: what comes back from one, and what is served of it."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

networks = SimpleNamespace(**run_path(str(Path(__file__).with_name("networks.py"))))

COLUMNS, HIDDEN, CLASSES, SIZE, PENALTY = 4, 6, 3, 24, 0.02


class Lesson:
    """A network of the submission's, what it must be, and batches to take steps with."""

    def __init__(self, submission, rng):
        self._submission, self._rng = submission, rng
        self.rows = networks.rows_of(rng, 4 * SIZE, COLUMNS)
        self.model = submission.network(self.rows, CLASSES, hidden=HIDDEN, penalty=PENALTY)
        numbers = networks.given_to(self.model, networks.numbers_of(rng, COLUMNS, HIDDEN, CLASSES))
        self.network = networks.Network(self.rows, numbers, PENALTY)

    def step(self, *models):
        """Let the numpy network and models of the submission's take the same step."""
        rows = self._rng.permutation(self.rows)[:SIZE]
        labels = networks.labels_of(self._rng, SIZE, CLASSES)
        for model in models:
            self._submission.step(model, rows, labels)
        self.network.step(rows, labels)


@pytest.fixture
def lesson(submission, keys):
    return Lesson(submission, keys.numpy("lesson"))


def upset(model, rng):
    """Give a model other numbers, so that what was kept is not what is there."""
    networks.given_to(model, networks.numbers_of(rng, COLUMNS, HIDDEN, CLASSES))


@pytest.mark.hint("What is in the file, and what is only in your process?")
@pytest.mark.points(2)
def test_comes_back(submission, lesson, keys):
    """Gives back from a file the model as it was when it was saved: numbers, answers and loss."""
    lesson.step(lesson.model)
    submission.save(lesson.model, "kept.keras")
    upset(lesson.model, keys.numpy("upset"))
    back = submission.load("kept.keras")
    assert networks.same(back, lesson.network)
    asked, labels = lesson.rows[:20], networks.labels_of(keys.numpy("labels"), 20, CLASSES)
    assert networks.near(back.predict(asked, verbose=0), lesson.network.logits(asked)[0])
    assert networks.near(back.evaluate(asked, labels, verbose=0)[0], lesson.network.loss(asked, labels))


@pytest.mark.hint("What does momentum remember, and where is it after loading?")
@pytest.mark.points(2)
def test_goes_on_from_where_it_was(submission, lesson):
    """Takes the next steps after loading as it would have taken them without: the optimiser comes back, too."""
    for _ in range(3):
        lesson.step(lesson.model)
    submission.save(lesson.model, "kept.keras")
    back = submission.load("kept.keras")
    for _ in range(2):
        lesson.step(back)
    assert networks.same(back, lesson.network)


def test_keeps_files_apart(submission, lesson, keys):
    """Keeps two models in two files."""
    submission.save(lesson.model, "one.keras")
    upset(lesson.model, keys.numpy("upset"))
    submission.save(lesson.model, "other.keras")
    assert networks.same(submission.load("one.keras"), lesson.network)
    assert not networks.same(submission.load("other.keras"), lesson.network)


@pytest.mark.hint("What stands between logits and probabilities? And for how many rows was it exported?")
@pytest.mark.points(3)
def test_serves_probabilities(submission, lesson, keys):
    """Answers from a SavedModel with probabilities, as the model had them, for one row and for many."""
    lesson.step(lesson.model)
    submission.export(lesson.model, "served")
    upset(lesson.model, keys.numpy("upset"))
    for size in (1, 7, 64):
        asked = lesson.rows[:size]
        got = submission.probabilities("served", asked)
        assert got.dtype == np.float32
        assert np.allclose(got.sum(axis=1), 1, atol=1e-5)
        assert networks.near(got, lesson.network.probabilities(asked))
