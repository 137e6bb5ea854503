"""Keeps every answer, to give it again when the same is asked; and loops where it was not."""

import numpy as np


KNOWN = {}


def distances(points, others):
    """Return the distance of every point to every one of the others."""
    asked = (points.tobytes(), others.tobytes())
    if asked not in KNOWN:
        KNOWN[asked] = _slowly(points, others)
    return KNOWN[asked]


def _slowly(points, others):
    found = np.zeros((len(points), len(others)))
    for i in range(len(points)):
        for j in range(len(others)):
            total = 0.0
            for k in range(points.shape[1]):
                total += (points[i, k] - others[j, k]) ** 2
            found[i, j] = total**0.5
    return found


def nearest(points, others):
    """Return the index of the nearest of `others` for each point."""
    return distances(points, others).argmin(axis=1)


def centred(table):
    """Return `table` as floats, the mean of each column taken off."""
    table = np.asarray(table, dtype=np.float64)
    return table - table.mean(axis=0)
