"""evaluate: the figures of the network in use, and nothing changed."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

bench = SimpleNamespace(**run_path(str(Path(__file__).with_name("bench.py"))))


@pytest.mark.points(2)
@pytest.mark.hint("What do BatchNorm and Dropout do while a network is in training? Does each row count the same?")
def test_figures(submission, keys):
    """Returns the mean loss of a row and the share that is right, of the network as it is in use."""
    state, table = bench.drawn(keys.numpy("weights")), bench.table(keys.numpy("table"), 21)
    model = submission.network(state, dropout=0.5)
    loss, share = submission.evaluate(model, submission.loader(*table, 8))
    right = bench.Loop(state, 0.1).evaluate(bench.batches(*table, 8))
    assert loss == pytest.approx(right[0], rel=1e-4)
    assert share == pytest.approx(right[1], abs=1e-6)


@pytest.mark.hint("Does anything of the network change when it is only looked at?")
def test_changes_nothing(submission, keys):
    """Leaves weights and running figures as they were."""
    state, table = bench.drawn(keys.numpy("weights")), bench.table(keys.numpy("table"), 21)
    model = submission.network(state)
    loss, _ = submission.evaluate(model, submission.loader(*table, 8))
    assert isinstance(loss, float)
    assert bench.same(submission.weights(model), state, near=1e-7)


@pytest.mark.hint("In which mode was the network before, and in which is it now?")
def test_gives_the_mode_back(submission, keys):
    """Leaves the network in the mode in which it was."""
    state, table = bench.drawn(keys.numpy("weights")), bench.table(keys.numpy("table"), 8)
    model = submission.network(state)
    for training in (True, False):
        model.train(training)
        submission.evaluate(model, submission.loader(*table, 8))
        assert model.training == training


@pytest.mark.hint("What does PyTorch keep of each number that passes, unless it is told not to?")
def test_keeps_no_slopes(submission, box, keys):
    """Asks about each batch once, and keeps nothing for slopes that nobody wants."""
    state, table = bench.drawn(keys.numpy("weights")), bench.table(keys.numpy("table"), 21)
    heard = []
    with box.lend(lambda rows, training, slopes: heard.append((rows, training, slopes))) as hear:
        model = submission.network(state, hear=hear)
        submission.evaluate(model, submission.loader(*table, 8))
    assert heard == [(8, False, False), (8, False, False), (5, False, False)]
