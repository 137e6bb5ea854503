"""The network of `data/bench.py` in numpy, in float64, without PyTorch: what a right loop leaves in it.

The slopes are written out by hand (batch normalisation: Ioffe and Szegedy, 2015). All that a loop does can be read
off the weights that it leaves: which batches, in which mode, from which slopes, how they were clipped and stepped.
"""

import itertools

import numpy as np

TRAINED = ("first.weight", "first.bias", "norm.weight", "norm.bias", "head.weight", "head.bias")
RATE, MOMENTUM = 0.4, 0.5  # of the steps, where it is about stopping
TRIES = 300  # validation sets, before other weights are tried
NEAR, KEPT = 1e-5, 0.1  # of BatchNorm1d: epsilon, and the share of a batch in the running figures


def drawn(rng):
    """Return weights of a network, as PyTorch names them."""
    state = {
        "first.weight": rng.normal(0, 0.6, (8, 6)),
        "first.bias": rng.normal(0, 0.3, 8),
        "norm.weight": rng.uniform(0.5, 1.5, 8),
        "norm.bias": rng.normal(0, 0.3, 8),
        "norm.running_mean": rng.normal(0, 0.5, 8),
        "norm.running_var": rng.uniform(0.5, 2.0, 8),
        "head.weight": rng.normal(0, 0.6, (3, 8)),
        "head.bias": rng.normal(0, 0.3, 3),
    }
    return {name: array.astype("float32") for name, array in state.items()} | {"norm.num_batches_tracked": np.array(7)}


def table(rng, count):
    """Return rows, and labels that have little to do with them: what is learnt of some does not hold for others."""
    rows = rng.normal(size=(count, 6)).astype("float32")
    return rows, rng.integers(0, 3, count)


def batches(rows, labels, size):
    """Return the batches of a loader in order."""
    return [(rows[at : at + size], labels[at : at + size]) for at in range(0, len(rows), size)]


class Loop:
    """A right loop.

    Args:
        state: the weights to begin with.
        rate: of the steps.
        momentum: of SGD, as PyTorch has it: the velocity is `momentum * velocity + slope`.
    """

    def __init__(self, state, rate, momentum=0.0):
        self.state = {name: array.astype("float64") for name, array in state.items()}
        self.rate, self.momentum = rate, momentum
        self.velocity = dict.fromkeys(TRAINED, 0.0)
        self.slopes = {}

    def train_epoch(self, given, clip=None):
        """Return the mean loss of a row."""
        losses = [self.step(rows, labels, clip) for rows, labels in given]
        sizes = [len(rows) for rows, _ in given]
        return float(np.dot(losses, sizes) / sum(sizes))

    def evaluate(self, given):
        """Return the mean loss of a row, and the share that is right."""
        losses, right = [], []
        for rows, labels in given:
            state = self.state
            before = rows @ state["first.weight"].T + state["first.bias"]
            seen = (before - state["norm.running_mean"]) / np.sqrt(state["norm.running_var"] + NEAR)
            shares = self._head(np.maximum(seen * state["norm.weight"] + state["norm.bias"], 0))
            losses += (-np.log(shares[np.arange(len(rows)), labels])).tolist()
            right += (shares.argmax(axis=1) == labels).tolist()
        return float(np.mean(losses)), float(np.mean(right))

    def step(self, rows, labels, clip):
        """Take one step, and return the mean loss before it."""
        state, count = self.state, len(rows)
        before = rows @ state["first.weight"].T + state["first.bias"]
        mean, spread = before.mean(axis=0), np.sqrt(before.var(axis=0) + NEAR)
        seen = (before - mean) / spread
        scaled = seen * state["norm.weight"] + state["norm.bias"]
        maps = np.maximum(scaled, 0)
        shares = self._head(maps)
        back = (shares - np.eye(3)[labels]) / count
        through = (back @ state["head.weight"]) * (scaled > 0)
        inner = through * state["norm.weight"]
        inner = (inner - inner.mean(axis=0) - seen * (inner * seen).mean(axis=0)) / spread
        self.slopes = {
            "first.weight": inner.T @ rows,
            "first.bias": inner.sum(axis=0),
            "norm.weight": (through * seen).sum(axis=0),
            "norm.bias": through.sum(axis=0),
            "head.weight": back.T @ maps,
            "head.bias": back.sum(axis=0),
        }
        self._move(clip)
        unbiased = before.var(axis=0, ddof=1)
        self._run("norm.running_mean", mean)
        self._run("norm.running_var", unbiased)
        self.state["norm.num_batches_tracked"] = self.state["norm.num_batches_tracked"] + 1
        return float(-np.log(shares[np.arange(count), labels]).mean())

    def _head(self, maps):
        scores = maps @ self.state["head.weight"].T + self.state["head.bias"]
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        return shares / shares.sum(axis=1, keepdims=True)

    def _move(self, clip):
        length = np.sqrt(sum((slope**2).sum() for slope in self.slopes.values()))
        share = 1.0 if clip is None else min(1.0, clip / length)
        for name, slope in self.slopes.items():
            self.velocity[name] = self.momentum * self.velocity[name] + share * slope
            self.state[name] = self.state[name] - self.rate * self.velocity[name]

    def _run(self, name, figure):
        self.state[name] = (1 - KEPT) * self.state[name] + KEPT * figure


def same(given, expected, near=2e-4):
    """Whether weights by name are what is expected, but for the rounding of float32."""
    return set(given) == set(expected) and all(
        np.shape(given[name]) == np.shape(expected[name]) and np.allclose(given[name], expected[name], near, near)
        for name in expected
    )


def overfitting(keys, epochs, patience):
    """Return weights, batches and validation batches of which a right loop is best in between, and no tie is near.

    Before the best epoch there is a setback, and after it one that is better than the one before it: so whoever counts
    setbacks that are not in a row, or compares epochs with the one before, stops elsewhere. Returned with them: the
    validation losses, and what is held in the end.
    """
    for number in itertools.count():
        part = keys.part(str(number))
        state, train = drawn(part.numpy("weights")), table(part.numpy("train"), 21)
        loop, states = Loop(state, RATE, MOMENTUM), []
        for _ in range(epochs):
            loop.train_epoch(batches(*train, 8))
            states.append(dict(loop.state))
        for other in range(TRIES):
            valid = table(part.part("valid").numpy(str(other)), 11)
            losses = stopped([Loop(held, RATE).evaluate([valid])[0] for held in states], patience)
            if losses and telling(np.array(losses), patience):
                return state, train, valid, losses, states[int(np.argmin(losses))]
    raise AssertionError


def stopped(losses, patience):
    """Return the losses until a right loop stops for want of patience, or nothing if it does not."""
    for count in range(patience + 1, len(losses)):
        if count - 1 - int(np.argmin(losses[:count])) == patience:
            return losses[:count]
    return []


def telling(losses, patience):
    """Whether a mistake in stopping would show, and none is due to rounding."""
    gaps = np.abs(np.subtract.outer(losses, losses))[np.triu_indices(len(losses), 1)]
    before, after = losses[:-patience], losses[-patience:]
    return bool(gaps.min() > 0.002 and (np.diff(before) > 0).any() and (np.diff(after) < 0).any())
