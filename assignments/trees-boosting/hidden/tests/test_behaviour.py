"""What any model of a table owes its user."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

readings = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "readings.py")))


@pytest.fixture
def lesson(keys):
    """Return a table, its labels, and a table of other machines."""
    world = readings.draw_world(keys.part("world"))
    table, odds = readings.machines(world, keys.part("table"), 600)
    later, _ = readings.machines(world, keys.part("later"), 60)
    return table, readings.failing(odds, keys.numpy("labels")), later


@pytest.mark.hint("What is type(answer) of your first answer?")
def test_one_probability_a_row(submission, lesson):
    """Gives a list of floats from 0 to 1, one a row."""
    table, labels, later = lesson
    answers = submission.predict(submission.train(table, labels), later)
    assert isinstance(answers, list)
    assert {type(answer) for answer in answers} == {float}
    assert len(answers) == len(later)
    assert all(0 <= answer <= 1 for answer in answers)
    assert len(set(answers)) > 10


@pytest.mark.points(2)
@pytest.mark.hint("Is anything fitted, filled or ranked while predicting?")
def test_same_alone_and_in_a_crowd(submission, lesson):
    """Gives a row the same probability alone and in a crowd."""
    table, labels, later = lesson
    model = submission.train(table, labels)
    crowd = submission.predict(model, later)
    alone = [submission.predict(model, later.iloc[[row]].reset_index(drop=True)) for row in range(4)]
    assert np.allclose(alone, [[answer] for answer in crowd[:4]], atol=1e-6)
    assert len(set(crowd)) > 10


@pytest.mark.hint("What does your model say to a row of nothing but holes?")
def test_takes_holes(submission, lesson):
    """Answers about rows with holes, and nothing but holes."""
    table, labels, later = lesson
    later.iloc[0] = np.nan
    later.iloc[1:40:2, ::2] = np.nan
    answers = submission.predict(submission.train(table, labels), later)
    assert len(answers) == len(later)
    assert all(0 <= answer <= 1 for answer in answers)


@pytest.mark.hint("Which part of your answer comes from the labels?")
def test_taught_the_opposite_says_the_opposite(submission, lesson):
    """Says the opposite when it is taught the opposite."""
    table, labels, later = lesson
    one = submission.predict(submission.train(table, labels), later)
    other = submission.predict(submission.train(table, [1 - label for label in labels]), later)
    assert min(one) < max(one)  # else a correlation is that of rounding errors
    assert np.corrcoef(one, other)[0, 1] < -0.5


@pytest.mark.points(2)
@pytest.mark.hint("How many columns can one of your trees ask about?")
def test_sees_what_a_pair_says(submission, keys):
    """Sees what two columns say together, when neither says anything alone."""
    rng = keys.numpy("cells")
    cells, pair = rng.uniform(-1, 1, (1200, 4)), rng.permutation(4)[:2]
    same = cells[:, pair[0]] * cells[:, pair[1]] > 0
    table = pd.DataFrame(cells, columns=list("abcd"))
    model = submission.train(table.iloc[:800], same[:800].astype(int).tolist())
    answers = np.array(submission.predict(model, table.iloc[800:].reset_index(drop=True)))
    assert ((answers > 0.5) == same[800:]).mean() > 0.85


def test_leaves_its_arguments_alone(box, lesson):
    """Leaves the table and the labels as they were."""
    table, labels, _ = lesson
    out = box.call("train", table, labels)
    assert out.args[0].equals(table)
    assert out.args[1] == labels
