"""Draws clouds of points, and knows the best way to divide them.

Every set is made of round clouds whose middles keep apart, so that there is one best division and it can be found: by
k-means from many starts. From one start k-means mostly ends in a worse one. For the metric the rows to learn from and
those to divide afterwards come from the same clouds; nothing that is drawn for one is drawn for the other.
"""

import math

import numpy as np

GROUPS = 8
SIZE = 400  # points to learn from, and again as many to divide
SPREAD = 0.6  # of a cloud; middles lie in a box of twenty by twenty
APART = 4.0  # the least distance of two middles
STARTS = 40  # of the best division known


def generate(keys):
    """Return one draw: points to learn from with nothing to learn of each, and points to divide.

    The label of a test row is the row itself and the number of its group in the best division.
    """
    middles = apart(keys.numpy("middles"), GROUPS, 2)
    shares = keys.numpy("shares").dirichlet([4.0] * GROUPS)
    train = cloud(keys.numpy("train"), middles, shares, SIZE)
    test = cloud(keys.numpy("test"), middles, shares, SIZE)
    best, _ = best_division(train, GROUPS, keys.numpy("best"))
    return {
        "train_rows": train,
        "train_labels": [0] * SIZE,
        "test_rows": test,
        "test_labels": list(zip(test.tolist(), nearest(test, best).tolist(), strict=True)),
    }


def baseline(draw):
    """Divide along one line: by the first coordinate, into eight parts of equal width."""
    first = np.asarray(draw["test_rows"])[:, 0]
    return (GROUPS * (first - first.min()) / (np.ptp(first) + 1e-9)).astype(int).tolist()


def times_the_best(labels, predictions):
    """Return how many times the scatter of the best division a division has."""
    points = np.array([point for point, _ in labels])
    return scatter(points, np.array(predictions)) / scatter(points, np.array([group for _, group in labels]))


def scatter(points, groups):
    """Return the sum of squared distances of all points to the mean of their group."""
    return sum(
        float(((points[groups == group] - points[groups == group].mean(axis=0)) ** 2).sum()) for group in set(groups)
    )


def apart(rng, count, columns):
    """Return middles that keep their distance."""
    middles = []
    while len(middles) < count:
        middle = rng.uniform(-10, 10, columns)
        if all(math.dist(middle, other) >= APART for other in middles):
            middles.append(middle)
    return np.array(middles)


def cloud(rng, middles, shares, size):
    """Return points around the middles, in any order."""
    return middles[rng.choice(len(middles), size, p=shares)] + rng.normal(0, SPREAD, (size, middles.shape[1]))


def nearest(points, centres):
    """Return the number of the nearest centre for each point."""
    return ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)


def best_division(points, count, rng):
    """Return the centres of the best division that many starts find, and its scatter (Lloyd; Arthur, Vassilvitskii)."""
    best, least = None, math.inf
    for _ in range(STARTS):
        centres = seeded(points, count, rng)
        groups = nearest(points, centres)
        while True:
            centres = np.array(
                [points[groups == at].mean(axis=0) if (groups == at).any() else centres[at] for at in range(count)]
            )
            after = nearest(points, centres)
            if (after == groups).all():
                break
            groups = after
        total = float(((points - centres[groups]) ** 2).sum())
        if total < least:
            best, least = centres, total
    return best, least


def seeded(points, count, rng):
    """Return starting centres: each a point, drawn by its squared distance to those before it."""
    centres = [points[rng.integers(len(points))]]
    while len(centres) < count:
        far = ((points[:, None, :] - np.array(centres)[None, :, :]) ** 2).sum(axis=2).min(axis=1)
        centres.append(points[rng.choice(len(points), p=far / far.sum())])
    return np.array(centres)
