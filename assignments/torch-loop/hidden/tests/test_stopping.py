"""fit: early stopping, and the best weights in the end."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

bench = SimpleNamespace(**run_path(str(Path(__file__).with_name("bench.py"))))
EPOCHS = 12


@pytest.fixture(params=[2, 3])
def fitted(request, submission, keys):
    """A model that was fitted, the losses it was said to have; the right losses, and the right weights."""
    patience = request.param
    state, train, valid, losses, best = bench.overfitting(keys, EPOCHS, patience)
    model = submission.network(state)
    steps = submission.optimizer(model, bench.RATE, bench.MOMENTUM)
    loaders = [submission.loader(*table, 8) for table in (train, valid)]
    return model, submission.fit(model, *loaders, steps, EPOCHS, patience), losses, best


@pytest.mark.hint("After how many epochs without a better one do you stop? Count them on paper for patience 2.")
def test_stops(fitted):
    """Returns the validation loss of each epoch, and stops once so many in a row were no better than the best."""
    _, given, losses, _ = fitted
    assert given == pytest.approx(losses, rel=2e-3)


@pytest.mark.hint("What you keep of the best epoch: is it a copy, or the weights themselves, which go on changing?")
def test_best(submission, fitted):
    """Leaves the network with the weights and running figures of the best epoch."""
    model, _, _, best = fitted
    assert bench.same(submission.weights(model), best, near=2e-3)


@pytest.mark.hint("What if the epochs are over before patience is?")
def test_best_when_epochs_run_out(submission, keys):
    """Does so, too, when the epochs are over first."""
    state, train, valid, losses, best = bench.overfitting(keys, EPOCHS, 2)
    model = submission.network(state)
    steps = submission.optimizer(model, bench.RATE, bench.MOMENTUM)
    loaders = [submission.loader(*table, 8) for table in (train, valid)]
    few = len(losses) - 1
    given = submission.fit(model, *loaders, steps, few, 5)
    assert given == pytest.approx(losses[:few], rel=2e-3)
    assert bench.same(submission.weights(model), best, near=2e-3)
