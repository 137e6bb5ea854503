"""train_epoch: everything that it does can be read off the weights that it leaves."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

bench = SimpleNamespace(**run_path(str(Path(__file__).with_name("bench.py"))))
RATE = 0.1


def begun(submission, keys, momentum=0.0):
    """Return a model, its optimizer, its batches; and the loop in numpy with batches of its own."""
    state, table = bench.drawn(keys.numpy("weights")), bench.table(keys.numpy("table"), 21)
    model = submission.network(state)
    steps = submission.optimizer(model, RATE, momentum)
    return (model, submission.loader(*table, 8), steps), bench.Loop(state, RATE, momentum), bench.batches(*table, 8)


@pytest.mark.points(3)
@pytest.mark.hint("Whose slopes are stepped along: those of this batch, or of all batches so far?")
def test_steps(submission, keys):
    """Steps along the slopes of each batch, and of no other, for two epochs."""
    given, right, batches = begun(submission, keys, momentum=0.5)
    for _ in range(2):
        submission.train_epoch(*given)
        right.train_epoch(batches)
        assert bench.same(submission.weights(given[0]), right.state)


@pytest.mark.points(2)
@pytest.mark.hint("The last batch is smaller. What does each of its rows count for in your mean?")
def test_loss(submission, keys):
    """Returns the mean loss of a row, a float."""
    given, right, batches = begun(submission, keys)
    loss = submission.train_epoch(*given)
    assert isinstance(loss, float)
    assert loss == pytest.approx(right.train_epoch(batches), rel=1e-4)


@pytest.mark.points(2)
@pytest.mark.hint("The length of what is clipped: of each part by itself, or of all slopes together? Before the step?")
def test_clips(submission, keys):
    """Clips the slopes of a batch, all together, to the length it is given, and leaves shorter ones alone."""
    for clip in (0.05, 0.3, 100.0):
        given, right, batches = begun(submission, keys)
        submission.train_epoch(*given, clip=clip)
        right.train_epoch(batches, clip)
        assert bench.same(submission.weights(given[0]), right.state)


@pytest.mark.hint("Which mode is the network in when an epoch begins?")
def test_in_training(submission, keys):
    """Trains in training mode, whatever mode the network was in."""
    given, right, batches = begun(submission, keys)
    given[0].eval()
    submission.train_epoch(*given)
    right.train_epoch(batches)
    assert bench.same(submission.weights(given[0]), right.state)
