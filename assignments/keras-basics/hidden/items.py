"""Draws items on a sorting belt: six readings of each, and the bin into which it belongs.

A world is drawn first: three directions among the readings, and which of four bins is whose. An item lies on one side
or the other of each direction's middle, and an item and its opposite belong into one bin: so no reading says anything
alone, nor does any sum of them. The bin follows from what crosses and from the world, and the world has streams of its
own. Some of the labels to learn from are wrong; those to judge by are not. Whoever has read this page knows that there
are directions, and of none where it points, or which bin it speaks for.
"""

import numpy as np

TRAIN, TEST = 2000, 1500
READINGS, DIRECTIONS = 6, 3
BINS = 4  # of 8 corners, two by two
MISPLACED = 0.03


def generate(keys):
    """Return one draw: readings, a row for each item, and bins."""
    world = draw_world(keys.part("world"))
    train_rows, train_bins = items(world, keys.numpy("train"), TRAIN)
    test_rows, test_bins = items(world, keys.numpy("test"), TEST)
    train_labels = misplaced(train_bins, keys.numpy("misplaced"))
    order = np.argsort(train_labels, kind="stable")  # as they are found: bin after bin
    return {
        "train_rows": train_rows[order],
        "train_labels": train_labels[order].tolist(),
        "test_rows": test_rows,
        "test_labels": test_bins.tolist(),
    }


def baseline(draw):
    """Name one bin for every item."""
    return [0] * len(draw["test_rows"])


def draw_world(keys):
    """Return what items to learn from and items to judge by have in common."""
    directions, _ = np.linalg.qr(keys.numpy("directions").normal(size=(READINGS, DIRECTIONS)))
    return {
        "directions": directions,
        "bins": keys.numpy("bins").permutation(BINS),
        "scales": 10.0 ** keys.numpy("scales").uniform(-2, 3, READINGS),
        "middles": keys.numpy("middles").uniform(-5, 5, READINGS),
    }


def items(world, rng, size):
    """Return readings, an array (size, 6) with a scale and a middle for each column, and bins."""
    readings = rng.normal(size=(size, READINGS))
    one, other, last = (readings @ world["directions"] > 0).T
    corner = 2 * (one ^ last) + (other ^ last)  # the same for a corner and for the one opposite
    return (readings + world["middles"]) * world["scales"], world["bins"][corner]


def misplaced(bins, rng):
    """Return bins in which a few items lie wrongly."""
    wrong = rng.random(len(bins)) < MISPLACED
    return np.where(wrong, (bins + rng.integers(1, BINS, len(bins))) % BINS, bins)
