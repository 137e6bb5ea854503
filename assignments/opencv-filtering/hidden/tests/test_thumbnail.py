"""thumbnail: the right size, and the mean of what every pixel stands for."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

scenes = SimpleNamespace(**run_path(str(Path(__file__).with_name("scenes.py"))))
LEAST = 45  # decibels; by the mean of areas at least 58.6 in 25 draws, by what looks at fewer pixels at most 30.3


@pytest.mark.hint("OpenCV wants (width, height), numpy gives (height, width).")
@pytest.mark.parametrize(
    ("height", "width", "longest", "size"),
    [(90, 160, 40, (22, 40)), (160, 90, 40, (40, 22)), (100, 100, 30, (30, 30)), (4, 200, 20, (1, 20))],
    ids=["wide", "high", "square", "a strip"],
)
def test_keeps_its_sides_in_proportion(submission, keys, height, width, longest, size):
    """Makes the longest side as long as asked, and the other in proportion, at least one pixel."""
    picture = keys.numpy("picture").integers(0, 256, (height, width), np.uint8)
    assert np.asarray(submission.thumbnail(picture, longest)).shape == size


@pytest.mark.points(2)
@pytest.mark.hint("How many pixels of the picture does a pixel of yours stand for, and how many do you look at?")
@pytest.mark.parametrize("longest", [30, 44, 50], ids=["whole steps", "broken steps", "a third"])
def test_shows_the_mean_of_what_was_there(submission, keys, longest):
    """Shows in every pixel the mean of the area that it stands for."""
    picture = scenes.scene(keys.numpy("picture"))
    noisy = scenes.spoilt(keys.numpy("noise"), picture, 0.1)
    height, width = round(scenes.HEIGHT * longest / scenes.WIDTH), longest
    for given in (picture, noisy):
        small = np.asarray(submission.thumbnail(given, longest))
        assert (small.shape, small.dtype) == ((height, width), np.uint8)
        assert scenes.near(scenes.shrunk(given, height, width), small) >= LEAST


@pytest.mark.hint("Is anything turned to grey, or from RGB to BGR, on the way?")
def test_keeps_the_channels(submission, keys):
    """Keeps the channels of a colour picture, in their order."""
    picture = scenes.coloured(keys.numpy("picture"))
    small = np.asarray(submission.thumbnail(picture, 50))
    assert (small.shape, small.dtype) == ((40, 50, 3), np.uint8)
    assert scenes.near(scenes.shrunk(picture, 40, 50), small) >= LEAST


@pytest.mark.hint("What is the scale when the picture is smaller than asked?")
def test_never_enlarges(submission, keys):
    """Gives a picture that is small enough as it is."""
    picture = scenes.scene(keys.numpy("picture"), 30, 44)
    for longest in (44, 45, 300):
        assert np.array_equal(submission.thumbnail(picture, longest), picture)
