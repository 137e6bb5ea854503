"""The cores of a machine are dealt out among its workers: all of them, none twice while there are enough."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from grader.crew import _cores, _deal, _on

CORES = st.sets(st.integers(0, 300), min_size=1).map(sorted)
WORKERS = st.integers(1, 64)


@given(CORES, WORKERS)
def test_every_core_has_its_worker_and_every_worker_a_core(cores, workers):
    """Two crews on one machine take all of it, too, whatever they know of each other."""
    dealt = _deal(cores, workers)
    assert len(dealt) == workers
    assert all(dealt)
    assert set().union(*dealt) == set(cores[:workers] if workers > len(cores) else cores)


@given(CORES, WORKERS)
def test_nobody_has_much_more_than_another(cores, workers):
    """By one core, or by one worker on it."""
    dealt = _deal(cores, workers)
    sizes = {len(one) for one in dealt}
    held = {sum(core in one for one in dealt) for core in cores}
    assert max(sizes) - min(sizes) <= 1
    assert max(held) - min(held) <= 1
    assert max(held) == 1 or workers > len(cores)


def test_where_the_system_does_not_say_nobody_is_held_to_any():
    """As on macOS."""
    assert _deal([], 3) == [set(), set(), set()]
    before = os.sched_getaffinity(0)
    with _on(set()):
        assert os.sched_getaffinity(0) == before


def test_who_starts_them_goes_on_everywhere():
    """Only what is started meanwhile keeps to those cores."""
    before = _cores()
    with _on({before[-1]}):
        assert _cores() == before[-1:]
    assert _cores() == before
