"""denoise: how many decibels nearer to the picture that was spoilt, and what must not be touched.

Each gain is the mean of six pictures. In 25 such draws the reference gained at least 18.6, 16.6 and 13.9 decibels. No
one amount of noise tells right from wrong, all three together do: medians of every picture reach at most 12.8 where
there is little noise, and a median of possible noise only, in a window that does not grow, at most 11.5 where there is
much.
"""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

scenes = SimpleNamespace(**run_path(str(Path(__file__).with_name("scenes.py"))))
PICTURES = 6
GAIN = {"little": (0.05, 15.5), "some": (0.25, 14), "much": (0.60, 12.7)}


@pytest.mark.points(3)
@pytest.mark.hint("Which values can be noise at all? And what does your window hold when most of it is noise?")
@pytest.mark.parametrize("spoilt", GAIN)
def test_takes_noise_out(submission, keys, spoilt):
    """Takes salt and pepper out, be it little or much, and keeps what was between."""
    share, least = GAIN[spoilt]
    gains = []
    for number in range(PICTURES):
        picture = scenes.scene(keys.numpy(f"picture {number}"))
        noisy = scenes.spoilt(keys.numpy(f"noise {number}"), picture, share)
        clean = np.asarray(submission.denoise(noisy))
        assert (clean.shape, clean.dtype) == (picture.shape, picture.dtype)
        gains.append(scenes.near(picture, clean) - scenes.near(picture, noisy))
    assert np.mean(gains) >= least


@pytest.mark.hint("Is a channel of a colour picture filtered like a grey picture?")
def test_takes_noise_out_of_colours(submission, keys):
    """Takes salt and pepper out of the channels of a colour picture, each for itself."""
    picture = scenes.coloured(keys.numpy("picture"))
    noisy = scenes.spoilt(keys.numpy("noise"), picture, 0.15)
    clean = np.asarray(submission.denoise(noisy))
    assert (clean.shape, clean.dtype) == (picture.shape, picture.dtype)
    assert scenes.near(picture, clean) - scenes.near(picture, noisy) >= 13


@pytest.mark.hint("Which pixels of a picture without black and white does your filter change?")
def test_leaves_a_clean_picture_alone(submission, keys):
    """Leaves a picture as it is in which nothing is black or white."""
    picture = scenes.scene(keys.numpy("picture"))
    assert np.array_equal(submission.denoise(picture), picture)


@pytest.mark.hint("A black area with white specks in it: what is the median of a window there?")
def test_keeps_areas_of_black_and_white(submission, keys):
    """Keeps a black area black and a white area white, and takes the specks out of them."""
    marked, where = scenes.signs(keys.numpy("signs"), scenes.scene(keys.numpy("picture")))
    clean = np.asarray(submission.denoise(scenes.spoilt(keys.numpy("noise"), marked, 0.2)))
    assert clean.shape == marked.shape
    assert np.mean(clean[where] == marked[where]) >= 0.90


@pytest.mark.hint("Into which array do you write?")
def test_leaves_its_argument_alone(box, keys):
    """Leaves the picture that it is given as it was."""
    noisy = scenes.spoilt(keys.numpy("noise"), scenes.scene(keys.numpy("picture")), 0.2)
    out = box.call("denoise", noisy)
    assert np.asarray(out.value).shape == noisy.shape
    assert np.array_equal(out.args[0], noisy)
