"""A step by hand: what the network has become after it, number by number."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

networks = SimpleNamespace(**run_path(str(Path(__file__).with_name("networks.py"))))

COLUMNS, HIDDEN, CLASSES, SIZE, PENALTY = 4, 6, 3, 24, 0.02


@pytest.fixture
def lesson(submission, keys):
    """Return a network of the submission's with numbers of ours, what it must be, and batches."""
    rng = keys.numpy("lesson")
    rows = networks.rows_of(rng, 5 * SIZE, COLUMNS)
    model = submission.network(rows, CLASSES, hidden=HIDDEN, penalty=PENALTY)
    numbers = networks.given_to(model, networks.numbers_of(rng, COLUMNS, HIDDEN, CLASSES))
    batches = [
        (rows[start : start + SIZE], networks.labels_of(rng, SIZE, CLASSES)) for start in range(0, len(rows), SIZE)
    ]
    return model, networks.Network(rows, numbers, PENALTY), batches


@pytest.mark.hint("What else is lost, beside what the labels say? And does the network know that it is in training?")
@pytest.mark.points(2)
def test_one_step(submission, lesson):
    """Returns the loss of the batch as a float, and moves every number by one step."""
    model, network, batches = lesson
    lost = submission.step(model, *batches[0])
    assert networks.near(lost, network.step(*batches[0]))
    assert networks.same(model, network)


@pytest.mark.hint("Whose optimiser takes the step, and what does it remember of the last one?")
@pytest.mark.points(2)
def test_steps_in_a_row(submission, lesson):
    """Goes on from step to step, as the optimiser's momentum has it."""
    model, network, batches = lesson
    for batch in batches[:3]:
        assert networks.near(submission.step(model, *batch), network.step(*batch))
    assert networks.same(model, network)


@pytest.mark.hint("Does a short batch weigh as much as a long one?")
def test_a_short_batch(submission, lesson):
    """Takes a step for the few rows of a last batch, too: the loss is a mean."""
    model, network, batches = lesson
    rows, labels = batches[0]
    for size in (SIZE, 5):
        submission.step(model, rows[:size], labels[:size])
        network.step(rows[:size], labels[:size])
    assert networks.same(model, network)


@pytest.mark.hint("What does fit do with one batch that your step does not, or the other way round?")
def test_fit_does_the_same(submission, lesson):
    """Comes to the same as `fit` on one batch of the pipeline, before and after."""
    model, network, batches = lesson
    submission.step(model, *batches[0])
    model.fit(submission.pipeline(*batches[1], SIZE), epochs=1, verbose=0)
    submission.step(model, *batches[2])
    for batch in batches[:3]:
        network.step(*batch)
    assert networks.same(model, network)
