"""centred: columns of mean 0, in a new array of floats."""

import numpy as np
import pytest


@pytest.mark.hint("The mean of which axis is one number for each column?")
def test_columns_have_the_mean_nought(submission, keys):
    """Gives every column the mean 0, and not every row."""
    table = keys.numpy("table").normal(size=(6, 4)) + np.array([1.0, 20.0, 300.0, -40.0])
    assert np.allclose(submission.centred(table), table - table.sum(axis=0) / 6)


@pytest.mark.hint("What is 200 + 100 in eight bits?")
def test_of_few_bits(submission, keys):
    """Centres whole numbers of eight bits, whose sum needs more."""
    table = keys.numpy("table").integers(100, 256, size=(50, 3)).astype(np.uint8)
    found = submission.centred(table)
    assert found.dtype == np.float64
    assert np.allclose(found, table.astype(float) - table.astype(float).sum(axis=0) / 50)


@pytest.mark.hint("Does `-=` make a new array?")
def test_leaves_the_table_alone(box, keys):
    """Returns a new array and leaves the table as it was."""
    table = keys.numpy("table").normal(size=(5, 2)) + 7.0
    out = box.call("centred", table)
    assert np.allclose(out.value.sum(axis=0), 0)
    assert (out.args[0] == table).all()
    assert out.same_as_arg is None
