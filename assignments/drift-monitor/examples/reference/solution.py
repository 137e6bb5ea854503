"""Watches means, spreads, correlations and the model's mistakes, each against what batches of the reference do."""

import numpy as np
from sklearn.linear_model import LogisticRegression

FAR = 5.2
RESAMPLED = 150


class Monitor:
    def __init__(self, rows, labels):
        self.centre, self.scale = rows.mean(axis=0), rows.std(axis=0)
        self.model = LogisticRegression().fit(rows, labels)
        rng = np.random.default_rng(0)
        picked = (rng.integers(0, len(rows), 100) for _ in range(RESAMPLED))
        seen = np.array([self.measure(rows[some], labels[some]) for some in picked])
        self.usual, self.spread = seen.mean(axis=0), seen.std(axis=0)

    def measure(self, rows, labels):
        standard = (rows - self.centre) / self.scale
        together = np.corrcoef(standard, rowvar=False)[np.triu_indices(rows.shape[1], 1)]
        mistakes = (self.model.predict(rows) != labels).mean()
        spreads = np.log(np.abs(standard - standard.mean(axis=0)).mean(axis=0))
        return np.concatenate([standard.mean(axis=0), spreads, np.arctanh(together), [mistakes]])


def start(rows, labels):
    return Monitor(rows, labels)


def update(monitor, batch):
    rows, labels = batch
    distance = np.abs(monitor.measure(rows, labels) - monitor.usual) / monitor.spread
    return bool(distance.max() > FAR)
