"""Batches: every row with its label, in the order that was asked for."""

from itertools import islice, pairwise

import numpy as np
import pytest

ROWS, BATCH = 203, 16


@pytest.fixture
def given(keys):
    """Return rows, and a label for each, of which there are many: whoever parts a pair is seen."""
    rng = keys.numpy("rows")
    return rng.normal(size=(ROWS, 3)), [int(label) for label in rng.permutation(ROWS)]


def batches(dataset):
    """Return the batches of one pass, and not many more than there should be."""
    return list(islice(dataset.as_numpy_iterator(), ROWS + 2))


def order(dataset, given):
    """Return which of the rows that were given come, in order; the pairs must be whole."""
    rows, labels = given
    places = {label: place for place, label in enumerate(labels)}
    found = []
    for some, theirs in batches(dataset):
        came = [places[label] for label in theirs.tolist()]
        assert np.array_equal(some, rows[came].astype("float32"))
        found += came
    return found


@pytest.mark.hint("What becomes of the rows that do not fill a batch? And of which type are rows and labels?")
@pytest.mark.parametrize("batch", [BATCH, 1000])
def test_in_order(submission, given, batch):
    """Without a seed gives all pairs in their order, in batches of float32 and int64, the last one short."""
    rows, labels = given
    found = batches(submission.pipeline(rows, labels, batch))
    assert [len(theirs) for _, theirs in found] == [min(batch, ROWS - start) for start in range(0, ROWS, batch)]
    assert {(some.dtype.str, theirs.dtype.str) for some, theirs in found} == {("<f4", "<i8")}
    assert np.array_equal(np.concatenate([some for some, _ in found]), rows.astype("float32"))
    assert np.concatenate([theirs for _, theirs in found]).tolist() == labels


@pytest.mark.hint("How far can a row move, by the size of your buffer? And what do you shuffle: rows, or batches?")
@pytest.mark.points(2)
def test_shuffled_through_and_through(submission, given, rng):
    """With a seed gives each row once, with its own label, from anywhere to anywhere."""
    found = order(submission.pipeline(*given, BATCH, rng.randrange(1000)), given)
    assert sorted(found) == list(range(ROWS))
    moved = [place - now for now, place in enumerate(found)]
    assert max(moved) > ROWS / 2
    assert min(moved) < -ROWS / 2
    assert sum(after == before + 1 for before, after in pairwise(found)) < ROWS / 10


@pytest.mark.hint("What does a cache keep that comes after the shuffling?")
def test_each_pass_has_an_order_of_its_own(submission, given, rng):
    """With a seed shuffles anew for each pass."""
    dataset = submission.pipeline(*given, BATCH, rng.randrange(1000))
    one, other = order(dataset, given), order(dataset, given)
    assert sorted(one) == sorted(other) == list(range(ROWS))
    assert one != other


@pytest.mark.hint("Where does your seed go?")
def test_repeatable(submission, given, rng):
    """Gives the same orders for the same seed, others for another, and always the same without one."""
    seed, another = rng.sample(range(1000), 2)
    one, twin, other = (submission.pipeline(*given, BATCH, number) for number in (seed, seed, another))
    first = order(one, given)
    assert first == order(twin, given) != order(other, given)
    assert order(one, given) == order(twin, given)
    plain = submission.pipeline(*given, BATCH)
    assert order(plain, given) == order(plain, given) == list(range(ROWS))


def test_leaves_what_it_is_given(box, given, rng):
    """Leaves rows and labels as they were."""
    rows, labels = given
    out = box.call("pipeline", rows, labels, BATCH, rng.randrange(1000))
    assert len(order(out.value, given)) == ROWS
    assert np.array_equal(out.args[0], rows)
    assert out.args[1] == labels
