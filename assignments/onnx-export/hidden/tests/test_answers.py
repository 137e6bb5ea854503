"""The exported file: what it answers in another runtime."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

net = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "network.py")))
FILE = "model.onnx"
NEAR = 1e-4


@pytest.fixture
def exported(artefact, keys):
    """The network's weights, and the files that the submission wrote for them."""
    state = net.weights(keys.numpy("weights"))
    return state, artefact.made_by("export", state)


def answers(made, given):
    return np.asarray(made.run(FILE, {"pictures": given})["logits"])


@pytest.mark.hint("Is your network in the mode in which it is used? What do BatchNorm and Dropout do in the other one?")
@pytest.mark.points(3)
def test_same_answers(exported, keys):
    """Gives the network's own logits, to one part in ten thousand, for the shape it was exported with."""
    state, made = exported
    given = net.pictures(keys.numpy("pictures"), 1)
    got = answers(made, given)
    assert got.shape == (1, 10)
    assert np.abs(got - net.logits(state, given)).max() < NEAR


@pytest.mark.hint("Which axis of the input may have any length, and how does the exporter learn of it?")
@pytest.mark.points(3)
def test_any_number_of_pictures(exported, keys):
    """Answers two, seven and sixty-four pictures at once, each as if it were alone."""
    state, made = exported
    for count in (2, 7, 64):
        given = net.pictures(keys.numpy(f"pictures {count}"), count)
        got = answers(made, given)
        assert got.shape == (count, 10)
        assert np.abs(got - net.logits(state, given)).max() < NEAR


@pytest.mark.hint("Whose weights are in the file: those you were given?")
@pytest.mark.points(2)
def test_other_weights(artefact, keys):
    """Exports whatever weights it is given."""
    given = net.pictures(keys.numpy("pictures"), 3)
    for part in ("one", "other"):
        state = net.weights(keys.numpy(part))
        assert np.abs(answers(artefact.made_by("export", state), given) - net.logits(state, given)).max() < NEAR
