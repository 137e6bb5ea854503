"""The compiled network: what it answers, and how wrong it finds that."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

networks = SimpleNamespace(**run_path(str(Path(__file__).with_name("networks.py"))))

HIDDEN, PENALTY = 7, 0.01


@pytest.fixture
def lesson(submission, keys):
    """Return a network of the submission's with numbers of ours, what it must be, and rows and labels to ask it."""
    rng = keys.numpy("lesson")
    columns, classes = (int(one) for one in rng.integers(3, 7, 2))
    rows = networks.rows_of(rng, 80, columns)
    model = submission.network(rows[:60], classes, hidden=HIDDEN, penalty=PENALTY)
    numbers = networks.given_to(model, networks.numbers_of(rng, columns, HIDDEN, classes))
    return model, networks.Network(rows[:60], numbers, PENALTY), rows[60:], networks.labels_of(rng, 20, classes)


@pytest.mark.hint("Which layers are asked for, and of which widths?")
def test_layers(submission, keys):
    """Has the layers that are asked for, in their order and widths, also those of 64 units."""
    rows = networks.rows_of(keys.numpy("rows"), 30, 5)
    for hidden, given in ((64, {}), (9, {"hidden": 9})):
        model = submission.network(rows, 4, **given)
        assert [one.shape for one in model.get_weights()[-networks.OWN :]] == networks.shapes(5, hidden, 4)


@pytest.mark.hint("Does your network say logits? And by which rows does it know middle and scale of a column?")
@pytest.mark.points(2)
def test_logits(lesson):
    """Answers rows with logits, an array of float32: what the layers make of rows that are like those it has seen."""
    model, network, rows, _ = lesson
    got = model.predict(rows, verbose=0)
    assert got.dtype == np.float32
    assert networks.near(got, network.logits(rows)[0])


@pytest.mark.hint("What does your loss take your last layer for: logits or probabilities?")
@pytest.mark.points(3)
def test_loss(lesson):
    """Finds the loss: the mean cross-entropy of those logits, and the penalty."""
    model, network, rows, labels = lesson
    lost, right = model.evaluate(rows, labels, verbose=0)
    assert networks.near(lost, network.loss(rows, labels))
    assert right == pytest.approx((network.logits(rows)[0].argmax(axis=1) == labels).mean())


@pytest.mark.hint("Is the penalty on the kernel of the first Dense layer only, and as large as was asked for?")
def test_penalty(submission, keys):
    """Has a penalty as large as it is told, also of nothing."""
    rng = keys.numpy("penalty")
    rows, labels = networks.rows_of(rng, 20, 3), networks.labels_of(rng, 20, 3)
    numbers = networks.numbers_of(rng, 3, 4, 3)
    for penalty in (0.0, 0.3):
        model = submission.network(rows, 3, hidden=4, penalty=penalty)
        networks.given_to(model, numbers)
        lost, _ = model.evaluate(rows, labels, verbose=0)
        assert networks.near(lost, networks.Network(rows, numbers, penalty).loss(rows, labels))
