"""What any model of stars owes its user, also about people and movies that it has never met."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

ratings = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "ratings.py")))


@pytest.fixture
def lesson(keys):
    """Return a small draw."""
    return ratings.drawn(keys.part("lesson"), people=80, movies=60, known=2000, asked=200)


def means(draw, column):
    """Return known codes of people (0) or movies (1), and the mean of the stars of each."""
    codes, at = np.unique(draw["train_rows"][:, column], return_inverse=True)
    return codes, np.bincount(at, draw["train_labels"]) / np.bincount(at)


@pytest.mark.hint("What is type(answer) of your first answer, and can it be 5.3?")
def test_stars_for_each_pair(submission, lesson):
    """Gives a list of floats from 0.5 to 5, one a pair, in order."""
    model = submission.train(lesson["train_rows"], lesson["train_labels"])
    pairs = np.concatenate([lesson["test_rows"], lesson["test_rows"][::-1]])
    answers = submission.predict(model, pairs)
    assert isinstance(answers, list)
    assert {type(answer) for answer in answers} == {float}
    assert answers == answers[::-1]
    assert len(answers) == 400
    assert all(0.5 <= answer <= 5 for answer in answers)


@pytest.mark.hint("Is anything counted or centred while predicting?")
def test_same_alone_and_in_a_crowd(submission, lesson):
    """Gives a pair the same stars alone and in a crowd."""
    model = submission.train(lesson["train_rows"], lesson["train_labels"])
    crowd = submission.predict(model, lesson["test_rows"])
    alone = [submission.predict(model, lesson["test_rows"][[row]]) for row in range(4)]
    assert np.allclose(alone, [[answer] for answer in crowd[:4]], atol=1e-9)


@pytest.mark.hint("What do you know of a movie, whoever asks?")
def test_a_person_whom_nobody_knows(submission, lesson):
    """Tells a new person what people think of the movies in general."""
    model = submission.train(lesson["train_rows"], lesson["train_labels"])
    movies, general = means(lesson, 1)
    said = submission.predict(model, np.column_stack([np.full(len(movies), 10**6), movies]))
    assert np.corrcoef(said, general)[0, 1] > 0.7


@pytest.mark.hint("What do you know of a person, whatever the movie?")
def test_a_movie_that_nobody_knows(submission, lesson):
    """Tells of a new movie what the person's stars are like, and of two strangers something ordinary."""
    model = submission.train(lesson["train_rows"], lesson["train_labels"])
    people, usual = means(lesson, 0)
    said = submission.predict(model, np.column_stack([people, np.full(len(people), 10**6)]))
    assert np.corrcoef(said, usual)[0, 1] > 0.5
    assert abs(submission.predict(model, np.array([[10**6, 10**6]]))[0] - np.mean(lesson["train_labels"])) < 0.6


@pytest.mark.hint("Which part of your answer comes from the stars?")
def test_taught_the_opposite_tells_the_opposite(submission, lesson):
    """Tells the opposite when it is taught the opposite."""
    one = submission.train(lesson["train_rows"], lesson["train_labels"])
    other = submission.train(lesson["train_rows"], [5.5 - stars for stars in lesson["train_labels"]])
    said = [submission.predict(model, lesson["test_rows"]) for model in (one, other)]
    assert np.corrcoef(*said)[0, 1] < -0.5


def test_leaves_its_arguments_alone(box, lesson):
    """Leaves the pairs and the stars as they were."""
    out = box.call("train", lesson["train_rows"], lesson["train_labels"])
    assert np.array_equal(out.args[0], lesson["train_rows"])
    assert out.args[1] == lesson["train_labels"]
