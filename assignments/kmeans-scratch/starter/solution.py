"""k-means from scratch: fill in each body; the README says exactly what is asked."""

import numpy as np


def assign(points, centres):
    """Return the number of the nearest centre for each point; of two that are as near, the lower."""
    raise NotImplementedError


def move(points, labels, centres):
    """Return each centre moved to the mean of its points; one without points stays."""
    raise NotImplementedError


def kmeans(points, k, seed):
    """Return centres and labels of the best division into k groups."""
    raise NotImplementedError


def train(points, ignored):
    """Return a model that knows eight groups."""
    raise NotImplementedError


def predict(model, points):
    """Return the group of each point, a list of int."""
    raise NotImplementedError
