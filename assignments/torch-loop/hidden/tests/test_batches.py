"""Rows and loaders."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

bench = SimpleNamespace(**run_path(str(Path(__file__).with_name("bench.py"))))


def seen(batches):
    """Return the rows and labels of a loader, batch by batch."""
    return [(np.array(rows.tolist()), labels.tolist()) for rows, labels in batches]


def order(batches, rows):
    """Return the place of each row that a loader gave, in order."""
    given = np.concatenate([part for part, _ in batches])
    return [int(np.abs(rows - row).sum(axis=1).argmin()) for row in given]


@pytest.mark.hint("Which types does cross_entropy want, of scores and of labels?")
def test_dataset(submission, keys):
    """Is a data set of rows of 32-bit floats and labels of 64-bit ints."""
    rows, labels = bench.table(keys.numpy("table"), 9)
    given = submission.Rows(rows.astype("float64"), labels.astype("int32"))
    assert len(given) == 9
    row, label = given[4]
    assert np.allclose(row.tolist(), rows[4])
    assert label.tolist() == int(labels[4])
    assert (row.dtype.is_floating_point, row.dtype.itemsize) == (True, 4)
    assert (label.dtype.is_floating_point, label.dtype.itemsize) == (False, 8)


@pytest.mark.hint("What becomes of the rows that do not fill a batch?")
def test_in_order(submission, keys):
    """Gives batches in order without a seed, the last one smaller."""
    rows, labels = bench.table(keys.numpy("table"), 21)
    given = seen(submission.loader(rows, labels, 8))
    assert [len(part) for part, _ in given] == [8, 8, 5]
    assert np.allclose(np.concatenate([part for part, _ in given]), rows)
    assert [label for _, part in given for label in part] == labels.tolist()


@pytest.mark.points(2)
@pytest.mark.hint("Are rows and labels shuffled together? Each epoch anew? By the seed, and nothing else?")
def test_shuffled(submission, keys):
    """Shuffles rows with their labels, in another order each epoch, and the same for the same seed."""
    rows, labels = bench.table(keys.numpy("table"), 40)
    seeds = [keys.integer(part) % 2**31 for part in ("one", "other")]
    orders = []
    for seed in (seeds[0], seeds[0], seeds[1]):
        batches = submission.loader(rows, labels, 16, seed=seed)
        epochs = [seen(batches), seen(batches)]
        orders.append([order(epoch, rows) for epoch in epochs])
        for epoch, places in zip(epochs, orders[-1], strict=True):
            assert sorted(places) == list(range(40))
            assert [label for _, part in epoch for label in part] == labels[places].tolist()
    first, again, other = orders
    assert first == again
    assert first[0] != first[1]
    assert first[0] != other[0]
    assert first[0] != list(range(40))
