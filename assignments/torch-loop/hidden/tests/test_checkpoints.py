"""save and load: who goes on from a checkpoint gets where the other got."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

bench = SimpleNamespace(**run_path(str(Path(__file__).with_name("bench.py"))))
RATE, MOMENTUM = 0.1, 0.8


@pytest.fixture
def interrupted(submission, keys):
    """A checkpoint after one epoch of a model that then went on; the weights that it was to hold, and the batches."""
    state, table = bench.drawn(keys.numpy("weights")), bench.table(keys.numpy("table"), 21)
    model = submission.network(state)
    steps, batches = submission.optimizer(model, RATE, MOMENTUM), submission.loader(*table, 8)
    submission.train_epoch(model, batches, steps)
    held = submission.weights(model)
    checkpoint = submission.save(model, steps)
    submission.train_epoch(model, batches, steps)
    return checkpoint, held, batches, (state, table)


def loaded(submission, keys, checkpoint):
    """Return another model that was put where the checkpoint was taken, and its optimizer."""
    model = submission.network(bench.drawn(keys.numpy("other weights")))
    steps = submission.optimizer(model, RATE, MOMENTUM)
    submission.load(checkpoint, model, steps)
    return model, steps


@pytest.mark.hint("What does torch.save write into, other than a file?")
def test_holds_the_weights(interrupted):
    """Is bytes, and holds the weights in them."""
    checkpoint, held, _, _ = interrupted
    assert type(checkpoint) is bytes
    assert all(held[name].astype("float32").tobytes() in checkpoint for name in bench.TRAINED)


def test_weights(submission, keys, interrupted):
    """Puts a network where the checkpoint was taken, to the last bit."""
    checkpoint, held, _, _ = interrupted
    model, _ = loaded(submission, keys, checkpoint)
    assert bench.same(submission.weights(model), held, near=0)


@pytest.mark.points(2)
@pytest.mark.hint("What does an optimizer know, besides the weights, when it has taken some steps?")
def test_goes_on(submission, keys, interrupted):
    """Goes on from there as if nothing had happened."""
    checkpoint, _, batches, (state, table) = interrupted
    model, steps = loaded(submission, keys, checkpoint)
    submission.train_epoch(model, batches, steps)
    right = bench.Loop(state, RATE, MOMENTUM)
    for _ in range(2):
        right.train_epoch(bench.batches(*table, 8))
    assert bench.same(submission.weights(model), right.state)
