"""Each kind of change by itself, and long calm."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

drift = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "drift.py")))
ONSET = 6


@pytest.fixture
def begin(stream, keys):
    """A stream that has seen the reference."""
    rows, labels = drift.calm(keys.numpy("reference"), drift.REFERENCE)
    return lambda: stream("start", rows, labels, step="update")


def shifted(rng, column=0, by=0.0, times=1.0):
    rows = drift.columns(rng, drift.ROWS)
    rows[:, column] = rows[:, column] * times + by
    return rows, drift.labelled(rows, rng)


def alarms(begin, keys, change, after=8):
    """The alarms before a change, and those after it."""
    rngs = [keys.numpy(f"batch {number}") for number in range(ONSET + after)]
    answers = begin().answers(
        change(rng) if number >= ONSET else drift.calm(rng, drift.ROWS) for number, rng in enumerate(rngs)
    )
    assert set(map(type, answers)) == {bool}
    return answers[:ONSET], answers[ONSET:]


@pytest.mark.hint("How many batches, and how many statistics of each, do you test until one is far off by chance?")
@pytest.mark.points(2)
def test_stays_calm(begin, keys):
    """Sounds no alarm in sixty calm batches, nor before anything has changed."""
    answers = begin().answers(drift.calm(keys.numpy(f"batch {number}"), drift.ROWS) for number in range(60))
    assert answers == [False] * 60
    assert any(alarms(begin, keys.part("again"), lambda rng: shifted(rng, by=3.0))[1])


@pytest.mark.hint("What happens to the mean of a column?")
def test_sees_a_mean(begin, keys):
    """Sees a column that moves."""
    before, after = alarms(begin, keys, lambda rng: shifted(rng, column=3, by=1.2))
    assert (any(before), any(after[:3])) == (False, True)


@pytest.mark.hint("Two columns can have the same mean and not look alike at all.")
@pytest.mark.parametrize("times", [2.2, 0.4], ids=["wider", "narrower"])
def test_sees_a_spread(begin, keys, times):
    """Sees a column that spreads more, or less, around the same mean."""
    before, after = alarms(begin, keys, lambda rng: shifted(rng, column=2, times=times))
    assert (any(before), any(after[:3])) == (False, True)


@pytest.mark.hint("Each column by itself may be as it was, and all of them together not.")
def test_sees_columns_that_come_apart(begin, keys):
    """Sees two columns that no longer go together, though each is as it was."""

    def apart(rng):
        rows = drift.columns(rng, drift.ROWS)
        rows[:, 1] = rng.permutation(rows[:, 1])
        return rows, drift.labelled(rows, rng)

    before, after = alarms(begin, keys, apart)
    assert (any(before), any(after[:4])) == (False, True)


@pytest.mark.hint("If all columns are as they were, what can still have changed?")
@pytest.mark.points(2)
def test_sees_labels_that_follow_another_rule(begin, keys):
    """Sees labels that follow another rule, though all columns are as they were."""

    def turned(rng):
        rows = drift.columns(rng, drift.ROWS)
        return rows, drift.labelled(rows, rng, (-1.6, 0.0, 1.6, 1.2, 0.0, 0.0))

    before, after = alarms(begin, keys, turned)
    assert (any(before), any(after[:3])) == (False, True)


@pytest.mark.hint("Where do you keep what you have seen?")
def test_streams_are_apart(begin, keys):
    """Is not alarmed in one stream by what it saw in another."""
    wild = [shifted(keys.numpy(f"wild {number}"), by=3.0) for number in range(3)]
    calm = [drift.calm(keys.numpy(f"calm {number}"), drift.ROWS) for number in range(12)]
    one, other = begin(), begin()
    assert any(one.answers(wild))
    assert other.answers(calm) == [False] * 12


@pytest.mark.hint("Which array do you write into?")
def test_leaves_the_reference_alone(box, keys):
    """Leaves the reference as it was."""
    rows, labels = drift.calm(keys.numpy("reference"), drift.REFERENCE)
    out = box.call("start", rows, labels)
    assert np.array_equal(out.args[0], rows)
    assert np.array_equal(out.args[1], labels)
