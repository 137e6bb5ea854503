"""recommend: by the model's own stars, and nothing that was rated already."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

ratings = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "ratings.py")))


@pytest.fixture
def pairs(keys):
    """Return a small draw's pairs and stars."""
    draw = ratings.drawn(keys.part("lesson"), people=60, movies=80, known=2000, asked=100)
    return draw["train_rows"], draw["train_labels"]


def assert_the_best(submission, model, person, movies, count):
    """Compare with what the model itself tells of all these movies; ties may come in any order."""
    said = list(submission.recommend(model, person, count))
    told = dict(zip(movies, submission.predict(model, np.array([[person, movie] for movie in movies])), strict=True))
    assert len(said) == len(set(said)) == min(count, len(movies))
    assert set(said) <= set(movies)
    assert np.allclose([told[movie] for movie in said], sorted(told.values(), reverse=True)[:count], atol=1e-9)


@pytest.mark.hint("Which movies has the person rated, and where does your model remember it?")
def test_the_best_of_what_is_new(submission, pairs, rng):
    """Gives the movies with the most stars that a person has not rated, the best first."""
    model = submission.train(*pairs)
    for person in rng.sample(sorted(set(pairs[0][:, 0].tolist())), 8):
        rated = set(pairs[0][pairs[0][:, 0] == person, 1].tolist())
        new = sorted(set(pairs[0][:, 1].tolist()) - rated)
        assert_the_best(submission, model, person, new, 5)
        assert_the_best(submission, model, person, new, 1000)


@pytest.mark.hint("What has a new person rated?")
def test_a_person_whom_nobody_knows(submission, pairs):
    """Gives a new person the best of all movies."""
    assert_the_best(submission, submission.train(*pairs), 10**6, sorted(set(pairs[0][:, 1].tolist())), 10)


@pytest.mark.hint("What is type(movie) of the first movie?")
def test_codes_are_plain_ints(submission, pairs):
    """Gives a list of ints."""
    movies = submission.recommend(submission.train(*pairs), int(pairs[0][0, 0]), 3)
    assert isinstance(movies, list)
    assert [type(movie) for movie in movies] == [int, int, int]
