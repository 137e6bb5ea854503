"""slopes: each layer, against complex steps."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

networks = SimpleNamespace(**run_path(str(Path(__file__).with_name("networks.py"))))


@pytest.mark.hint("For each layer: what came in, times what comes back. And what comes back through relu?")
@pytest.mark.parametrize("widths", [(3, 4), (2, 5, 3), (3, 4, 5, 2), (2, 3, 4, 3, 2)], ids=["1", "2", "3", "4"])
def test_slopes(submission, keys, widths):
    """Finds the slope of the loss by every weight and bias."""
    for number in range(2):
        layers, rows, labels = networks.draw(keys.numpy(f"network {number}"), widths, 6)
        assert networks.same(submission.slopes(layers, rows, labels), networks.slopes(layers, rows, labels))


@pytest.mark.hint("Is the loss a mean? Then so are its slopes.")
def test_slopes_of_a_mean(submission, keys):
    """Finds the same slopes when every row is there three times."""
    layers, rows, labels = networks.draw(keys.numpy("network"), (2, 4, 3), 5)
    given = submission.slopes(layers, np.tile(rows, (3, 1)), np.tile(labels, 3))
    assert networks.same(given, networks.slopes(layers, rows, labels))


@pytest.mark.hint("Trying a little to both sides is not exact, and hopeless beside a large loss.")
def test_small_slopes_beside_a_large_loss(submission, keys):
    """Finds small slopes beside a very large loss."""
    layers, rows, labels = networks.draw(keys.numpy("network"), (2, 4, 3), 5)
    weights, biases = layers[-1]
    layers[-1] = (weights, biases + np.array([1e7, 1e7, 0.0]))
    labels[:] = 2
    assert networks.same(submission.slopes(layers, rows, labels), networks.slopes(layers, rows, labels))


@pytest.mark.hint("What comes back through a relu whose input was exactly 0?")
def test_nothing_through_a_closed_relu(submission, keys):
    """Lets nothing back through a relu at zero or below."""
    rows, labels = keys.numpy("rows").normal(size=(4, 2)), np.array([0, 1, 1, 0])
    layers = [(np.zeros((2, 3)), np.array([0.0, -1.0, 1.0])), (keys.numpy("last").normal(size=(3, 2)), np.zeros(2))]
    given = submission.slopes(layers, rows, labels)
    assert networks.same(given, networks.slopes(layers, rows, labels))


def test_leaves_its_arguments_alone(box, keys):
    """Leaves layers, rows and labels as they were."""
    layers, rows, labels = networks.draw(keys.numpy("network"), (2, 4, 3), 5)
    out = box.call("slopes", layers, rows, labels)
    assert networks.same(out.value, networks.slopes(layers, rows, labels))
    assert networks.same(out.args[0], layers)
    assert np.array_equal(out.args[1], rows)
    assert np.array_equal(out.args[2], labels)
