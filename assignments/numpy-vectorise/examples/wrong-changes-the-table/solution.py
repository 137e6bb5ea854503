"""Takes the mean off the table itself, in as few bits as it has."""

import numpy as np


def distances(points, others):
    """Return the distance of every point to every one of the others."""
    return np.sqrt(((points[:, None, :] - others[None, :, :]) ** 2).sum(axis=2))


def nearest(points, others):
    """Return the index of the nearest of `others` for each point."""
    return distances(points, others).argmin(axis=1)


def centred(table):
    """Return `table` as floats, the mean of each column taken off."""
    table -= table.sum(axis=0) // len(table)
    return table
