"""Small lessons for the tests: an alphabet of four signs, pages of it, and specks that can be moved."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np

alphabet = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "alphabet.py")))
SIGNS = 4


def lesson(keys, count=96):
    """Return pages to learn from, the signs on them, and the alphabet."""
    signs = alphabet.alphabet(keys, SIGNS)
    labels = np.arange(count) % SIGNS
    return alphabet.pages(keys.part("pages"), signs, labels), labels.tolist(), signs


def others(keys, signs, count=12):
    """Return other pages of the same alphabet, and the signs on them."""
    labels = np.arange(count) % SIGNS
    return alphabet.pages(keys.part("other pages"), signs, labels), labels.tolist()


def blots(rng, count=6):
    """Return pages that are bare but for a blot in the middle, each of its own."""
    pages = np.zeros((count, 28, 28), np.uint8)
    pages[:, 10:16, 10:16] = rng.integers(0, 256, (count, 6, 6))
    return pages
