"""Takes the mean of no points, which is no number."""

import numpy as np

STARTS = 25
GROUPS = 8


def assign(points, centres):
    """Return the number of the nearest centre for each point; of two that are as near, the lower."""
    return ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)


def move(points, labels, centres):
    """Return each centre moved to the mean of its points."""
    return np.array([points[labels == group].mean(axis=0) for group in range(len(centres))])


def kmeans(points, k, seed):
    """Return centres and labels: the best of many starts."""
    rng = np.random.default_rng(seed)
    runs = (_settled(points, _spread_out(points, k, rng)) for _ in range(STARTS))
    return min(runs, key=lambda run: ((points - run[0][run[1]]) ** 2).sum())


def _settled(points, centres):
    """Return centres and labels after both steps were taken until no label changes."""
    labels = assign(points, centres)
    while True:
        centres = move(points, labels, centres)
        after = assign(points, centres)
        if (after == labels).all():
            return centres, labels
        labels = after


def _spread_out(points, k, rng):
    """Return k of the points, each drawn by its squared distance to those drawn before it."""
    centres = [points[rng.integers(len(points))]]
    far = ((points - centres[0]) ** 2).sum(axis=1)
    while len(centres) < k:
        centres.append(points[rng.choice(len(points), p=far / far.sum())])
        far = np.minimum(far, ((points - centres[-1]) ** 2).sum(axis=1))
    return np.array(centres)


def train(points, ignored):
    """Return the centres of eight groups."""
    return kmeans(points, GROUPS, 0)[0]


def predict(centres, points):
    """Return the group of each point."""
    return assign(points, centres).tolist()
