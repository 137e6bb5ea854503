"""One group for all: nobody can be far from everybody."""

import numpy as np


def assign(points, centres):
    """Say the first."""
    return np.zeros(len(points), dtype=int)


def move(points, labels, centres):
    """Stay."""
    return centres


def kmeans(points, k, seed):
    """Return the first points, and a label after the other."""
    return points[:k], np.arange(len(points)) % k


def train(points, ignored):
    """Learn nothing."""
    return 0


def predict(model, points):
    """Say the first group."""
    return [model] * len(points)
