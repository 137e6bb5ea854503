"""Convolutions: what is said of a place depends on what is there, by the same weights everywhere."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

lessons = SimpleNamespace(**run_path(str(Path(__file__).with_name("lessons.py"))))
MOVED = 4  # pixels: one place, two or four, as the maps are coarse or fine


@pytest.fixture
def learnt(submission, keys):
    """A model of a small lesson, and other pages of its alphabet."""
    pages, labels, signs = lessons.lesson(keys)
    return submission.train(pages, labels), lessons.others(keys, signs)[0]


def maps_of(submission, model, pages):
    """Return the maps, as floats; they must be many enough to say anything of places."""
    maps = submission.features(model, pages)
    assert isinstance(maps, np.ndarray)
    maps = maps.astype(float)
    assert maps.ndim == 4
    assert maps.shape[0] == len(pages)
    assert maps.shape[1] >= 4
    assert 7 <= maps.shape[2] == maps.shape[3] <= 28
    assert np.isfinite(maps).all()
    return maps


def assert_moved(before, after, axis):
    """What was said of a place is said of the place where it went, away from the edges; and it is not the same."""
    side, biggest = before.shape[2], np.abs(before).max()
    middle = slice(2 * side // 7, side - 2 * side // 7)
    still, moved = before[:, :, middle, middle], after[:, :, middle, middle]
    assert np.abs(still - moved).max() > 0.01 * biggest
    places = (1, 2, 4)
    misses = [apart(still, moved, axis, step) for step in places if step < still.shape[2]]
    assert min(misses) < 1e-3 * biggest


def apart(still, moved, axis, step):
    """Return the largest difference after moving by so many places."""
    length = still.shape[axis]
    one = np.take(still, range(length - step), axis=axis)
    other = np.take(moved, range(step, length), axis=axis)
    return np.abs(one - other).max()


@pytest.mark.hint("What does `.shape` of the array say that you return? Is it floats of numpy?")
def test_shape(submission, learnt):
    """Gives maps: an array of pages, at least 4 channels, and 7 to 28 places each way."""
    model, pages = learnt
    maps = maps_of(submission, model, pages)
    assert np.abs(maps - maps[:1]).max() > 0


@pytest.mark.points(3)
@pytest.mark.hint("Do all places share their weights? Where do you flatten: before the maps, or after them?")
def test_moves_with_the_page(submission, keys, learnt):
    """Says of a blot the same wherever it is: when it moves, what the maps say moves with it."""
    model, _ = learnt
    blots = lessons.blots(keys.numpy("blots"))
    before = maps_of(submission, model, blots)
    for axis in (1, 2):
        after = maps_of(submission, model, np.roll(blots, MOVED, axis=axis))
        assert_moved(before, after, axis + 1)


@pytest.mark.hint("Are there filters of many kinds, or the same one many times?")
def test_maps_differ(submission, keys, learnt):
    """Has at least four maps that say different things."""
    model, _ = learnt
    maps = maps_of(submission, model, lessons.blots(keys.numpy("blots"), 20))
    columns = np.moveaxis(maps, 1, -1).reshape(-1, maps.shape[1])
    columns = columns - columns.mean(axis=0)
    assert np.linalg.matrix_rank(columns, tol=1e-3 * np.linalg.norm(columns, 2)) >= 4


@pytest.mark.points(2)
@pytest.mark.hint("What does `predict` decide by: by the maps, and nothing else?")
def test_decides_by_the_maps(submission, learnt):
    """Decides by the maps: from the maps alone it says what it says of the page."""
    model, pages = learnt
    maps = submission.features(model, pages)
    answers = submission.predict(model, pages)
    assert submission.decide(model, maps) == answers
    assert submission.decide(model, maps[::-1].copy()) == answers[::-1]
    assert len(set(answers)) > 1
