"""scores and loss."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

networks = SimpleNamespace(**run_path(str(Path(__file__).with_name("networks.py"))))


@pytest.mark.hint("After which layers does relu come, and after which not?")
@pytest.mark.parametrize("widths", [(3, 4), (2, 5, 3), (4, 6, 5, 2), (2, 3, 3, 3, 3, 4)], ids=["1", "2", "3", "5"])
def test_scores(submission, keys, widths):
    """Gives the scores of a network of one layer or of several."""
    layers, rows, _ = networks.draw(keys.numpy("network"), widths, 7)
    expected = np.array([networks.scores(layers, row) for row in rows])
    assert networks.alike(submission.scores(layers, rows), expected)


@pytest.mark.hint("The sum or the mean? Which logarithm? Of which share?")
@pytest.mark.parametrize("widths", [(3, 4), (2, 5, 3), (4, 6, 5, 2)], ids=["1", "2", "3"])
def test_loss(submission, keys, widths):
    """Gives the mean cross-entropy."""
    layers, rows, labels = networks.draw(keys.numpy("network"), widths, 9)
    assert submission.loss(layers, rows, labels) == pytest.approx(networks.loss(layers, rows, labels), rel=1e-9)


@pytest.mark.hint("What is e to the power of 5000, and what if you take the largest score away first?")
def test_loss_of_large_scores(submission, keys):
    """Gives the loss of very large scores, of a label that is sure and of one that is hopeless."""
    far = float(keys.numpy("far").uniform(2000, 5000))
    layers, rows = [(np.array([[far, 0.0, -far]]), np.zeros(3))], np.array([[1.0]])
    found = [submission.loss(layers, rows, np.array([label])) for label in (0, 1, 2)]
    assert found == pytest.approx([0.0, far, 2 * far])


def test_leaves_its_arguments_alone(box, keys):
    """Leaves layers and rows as they were."""
    layers, rows, labels = networks.draw(keys.numpy("network"), (2, 4, 3), 5)
    for name in ("scores", "loss"):
        out = box.call(name, layers, rows, *([labels] if name == "loss" else []))
        assert networks.same(out.args[0], layers)
        assert np.array_equal(out.args[1], rows)
