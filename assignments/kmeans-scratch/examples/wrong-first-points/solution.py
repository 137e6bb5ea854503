"""k-means from the first points: one start, and whatever lies first."""

import numpy as np

GROUPS = 8


def assign(points, centres):
    """Return the number of the nearest centre for each point; of two that are as near, the lower."""
    return ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)


def move(points, labels, centres):
    """Return each centre moved to the mean of its points; one without points stays."""
    moved = np.array(centres, dtype=float)
    for group in np.unique(labels):
        moved[group] = points[labels == group].mean(axis=0)
    return moved


def kmeans(points, k, seed):
    """Return centres and labels, from the first k different points on."""
    _, first = np.unique(points, axis=0, return_index=True)
    return _settled(points, points[np.sort(first)[:k]])


def _settled(points, centres):
    """Return centres and labels after both steps were taken until no label changes."""
    labels = assign(points, centres)
    while True:
        centres = move(points, labels, centres)
        after = assign(points, centres)
        if (after == labels).all():
            return centres, labels
        labels = after


def train(points, ignored):
    """Return the centres of eight groups."""
    return kmeans(points, GROUPS, 0)[0]


def predict(centres, points):
    """Return the group of each point."""
    return assign(points, centres).tolist()
