import numpy as np


def measure(rows):
    together = np.arctanh(np.corrcoef(rows, rowvar=False)[np.triu_indices(rows.shape[1], 1)])
    return np.concatenate([rows.mean(axis=0), np.log(rows.std(axis=0)), together])


def start(rows, labels):
    rng = np.random.default_rng(0)
    seen = np.array([measure(rows[rng.integers(0, len(rows), 100)]) for _ in range(100)])
    return seen.mean(axis=0), seen.std(axis=0)


def update(monitor, batch):
    usual, spread = monitor
    return bool((np.abs(measure(batch[0]) - usual) / spread).max() > 5.2)
