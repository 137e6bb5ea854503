"""Draws networks, and answers them one row and one slope at a time: slow, plain, and unlike what is handed in.

The slopes come from complex steps: a tiny imaginary change of one number gives its slope to the last digits, without
any difference of nearly equal numbers (Squire and Trapp, 1998).
"""

import itertools

import numpy as np

TINY = 1e-30


def draw(rng, widths, rows):
    """Return layers, rows and labels; every number before a relu is well away from its kink."""
    while True:
        layers = [
            (rng.normal(size=(here, there)), rng.normal(size=there)) for here, there in itertools.pairwise(widths)
        ]
        given = rng.normal(size=(rows, widths[0]))
        before = [given]
        for weights, biases in layers:
            before.append(np.maximum(before[-1], 0) @ weights + biases if len(before) > 1 else given @ weights + biases)
        if all(np.abs(one).min() > 1e-6 for one in before[1:]):
            return layers, given, rng.integers(0, widths[-1], rows)


def scores(layers, row):
    """Return the scores of one row, which may be of complex numbers."""
    for at, (weights, biases) in enumerate(layers):
        row = row @ weights + biases
        if at < len(layers) - 1:
            row = np.where(row.real > 0, row, 0)
    return row


def loss(layers, rows, labels):
    """Return the mean cross-entropy, a complex number if a layer is."""
    total = 0.0
    for row, label in zip(rows, labels, strict=True):
        found = scores(layers, row)
        found = found - found.real.max()
        total = total + np.log(np.exp(found).sum()) - found[label]
    return total / len(rows)


def slopes(layers, rows, labels):
    """Return the slope of the loss by each number of the layers."""
    found = []
    for at in range(len(layers)):
        pair = []
        for part in (0, 1):
            slope = np.zeros(layers[at][part].shape)
            for place in np.ndindex(slope.shape):
                changed = [[one.astype(complex) for one in layer] for layer in layers]
                changed[at][part][place] += TINY * 1j
                slope[place] = loss(changed, rows, labels).imag / TINY
            pair.append(slope)
        found.append(tuple(pair))
    return found


def same(given, expected):
    """Whether pairs of arrays are what is expected, but for rounding."""
    given = [tuple(pair) for pair in given]
    return len(given) == len(expected) and all(
        len(pair) == 2 and alike(pair[0], other[0]) and alike(pair[1], other[1])
        for pair, other in zip(given, expected, strict=True)
    )


def alike(given, expected):
    """Whether an array is what is expected, shape and all."""
    return np.shape(given) == np.shape(expected) and np.allclose(given, expected, rtol=1e-8, atol=1e-10)
