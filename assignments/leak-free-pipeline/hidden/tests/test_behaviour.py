"""What any model of a table owes its user."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

customers = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "customers.py")))


@pytest.fixture
def lesson(keys):
    """Return a table, its labels, and a table of other customers."""
    world = customers.draw_world(keys.part("world"))
    table, odds = customers.customers(world, keys.part("table"), 400)
    later, _ = customers.customers(world, keys.part("later"), 60, new_words=0.1)
    return table, customers.leaving(odds, keys.numpy("labels")), later


@pytest.mark.hint("What is type(answer) of your first answer?")
def test_one_probability_a_row(submission, lesson):
    """Gives a list of floats from 0 to 1, one a row."""
    table, labels, later = lesson
    answers = submission.predict(submission.train(table, labels), later)
    assert isinstance(answers, list)
    assert {type(answer) for answer in answers} == {float}
    assert len(answers) == len(later)
    assert all(0 <= answer <= 1 for answer in answers)


@pytest.mark.points(2)
@pytest.mark.hint("Is anything fitted, scaled or ranked while predicting?")
def test_same_alone_and_in_a_crowd(submission, lesson):
    """Gives a row the same probability alone and in a crowd."""
    table, labels, later = lesson
    model = submission.train(table, labels)
    crowd = submission.predict(model, later)
    alone = [submission.predict(model, later.iloc[[row]].reset_index(drop=True)) for row in range(4)]
    assert np.allclose(alone, [[answer] for answer in crowd[:4]], atol=1e-9)


@pytest.mark.hint("What does your encoder do with a word that it was not fitted on?")
def test_answers_whatever_comes(submission, lesson):
    """Answers about new words, and about a row that is all holes."""
    table, labels, later = lesson
    for name in later.columns[later.dtypes != "float64"]:
        later[name] = "never heard of"
    later.loc[0] = np.nan
    answers = submission.predict(submission.train(table, labels), later)
    assert len(answers) == len(later)
    assert all(0 <= answer <= 1 for answer in answers)


@pytest.mark.points(2)
@pytest.mark.hint("Which part of your answer comes from the labels?")
def test_taught_the_opposite_says_the_opposite(submission, lesson):
    """Says the opposite when it is taught the opposite."""
    table, labels, later = lesson
    one = submission.predict(submission.train(table, labels), later)
    other = submission.predict(submission.train(table, [1 - label for label in labels]), later)
    assert min(one) < max(one)  # else a correlation is that of rounding errors
    assert np.corrcoef(one, other)[0, 1] < -0.5


@pytest.mark.parametrize("name", ["train", "estimate"])
def test_leaves_its_arguments_alone(box, lesson, name):
    """Leaves the table and the labels as they were."""
    table, labels, _ = lesson
    out = box.call(name, table, labels)
    assert out.args[0].equals(table)
    assert out.args[1] == labels
