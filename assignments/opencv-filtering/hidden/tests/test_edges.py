"""edges: Sobel's gradient, exact."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

scenes = SimpleNamespace(**run_path(str(Path(__file__).with_name("scenes.py"))))


def expected(picture, threshold):
    return np.where(scenes.steepness(picture) > threshold**2, 255, 0)


@pytest.mark.points(2)
@pytest.mark.hint("Is the length of (3, 4) five for you, or seven? Is the threshold itself an edge?")
def test_finds_what_is_steep(submission, keys):
    """Marks with 255 what is steeper than the threshold, and everything else with 0."""
    picture = scenes.scene(keys.numpy("picture"))
    for threshold in (60, 120, 300):
        found = np.asarray(submission.edges(picture, threshold))
        assert found.dtype == np.uint8
        assert np.array_equal(found, expected(picture, threshold))


@pytest.mark.hint("Which numbers can a byte not hold?")
@pytest.mark.parametrize("turns", range(4), ids=["rising", "upwards", "falling", "downwards"])
def test_finds_edges_of_any_direction(submission, keys, turns):
    """Finds an edge whether it goes up or down, across or along."""
    dark, bright = sorted(keys.numpy("greys").integers(10, 245, 2).tolist())
    picture = np.full((20, 24), dark, np.uint8)
    picture[:, 12:] = bright + 10
    picture = np.ascontiguousarray(np.rot90(picture, turns))
    assert np.array_equal(submission.edges(picture, 30), expected(picture, 30))


@pytest.mark.hint("Compare with `>`: what is exactly as steep as the threshold is none.")
def test_the_threshold_itself_is_no_edge(submission):
    """Takes what is exactly as steep as the threshold for no edge."""
    slope = np.tile(np.arange(0, 200, 10, dtype=np.uint8), (12, 1))
    assert np.array_equal(submission.edges(slope, 80), expected(slope, 80))
    assert np.array_equal(submission.edges(slope, 79), expected(slope, 79))
