"""Forgets that the moments begin at zero."""

import numpy as np

WIDTHS = (2, 48, 48, 3)
STEPS, BATCH = 600, 100


def _begin(widths, seed):
    """Return the layers of a network: a pair of weights and biases for each."""
    rng = np.random.default_rng(seed)
    pairs = zip(widths[:-1], widths[1:])
    return [(rng.normal(0, np.sqrt(2 / here), (here, there)), np.zeros(there)) for here, there in pairs]


def _forward(layers, rows):
    """Return the inputs of each layer, and after them the scores."""
    passed = [rows]
    for weights, biases in layers[:-1]:
        passed.append(np.maximum(passed[-1] @ weights + biases, 0.0))
    weights, biases = layers[-1]
    return [*passed, passed[-1] @ weights + biases]


def scores(layers, rows):
    """Return the scores of each row: one for each class."""
    return _forward(layers, rows)[-1]


def loss(layers, rows, labels):
    """Return the mean cross-entropy."""
    logs = _log_shares(scores(layers, rows))
    return float(-logs[np.arange(len(rows)), labels].mean())


def slopes(layers, rows, labels):
    """Return the slopes of the loss, in the shape of the layers."""
    *passed, last = _forward(layers, rows)
    back = np.exp(_log_shares(last))
    back[np.arange(len(rows)), labels] -= 1.0
    back /= len(rows)
    found = []
    for (weights, _), given in zip(reversed(layers), reversed(passed)):
        found.append((given.T @ back, back.sum(axis=0)))
        back = (back @ weights.T) * (given > 0)
    return found[::-1]


def _log_shares(last):
    last = last - last.max(axis=1, keepdims=True)
    return last - np.log(np.exp(last).sum(axis=1, keepdims=True))


class Adam:
    """Adam (Kingma and Ba, 2015, algorithm 1)."""

    def __init__(self, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.rate, self.beta1, self.beta2, self.epsilon = rate, beta1, beta2, epsilon
        self.step_number = 0
        self.first = self.second = None

    def step(self, numbers, gradients):
        """Return new arrays: `numbers` after one step."""
        if self.first is None:
            self.first = self.second = [np.zeros_like(one) for one in numbers]
        self.step_number += 1
        self.first = _mixed(self.beta1, self.first, gradients)
        self.second = _mixed(self.beta2, self.second, [one**2 for one in gradients])
        return [
            number - self.rate * m / (np.sqrt(v) + self.epsilon)
            for number, m, v in zip(numbers, self.first, self.second)
        ]


def _mixed(beta, old, new):
    return [beta * before + (1 - beta) * now for before, now in zip(old, new)]


def train(rows, labels):
    """Return the layers of a network that has learnt."""
    rows, labels = np.asarray(rows), np.asarray(labels)
    rng = np.random.default_rng(1)
    layers, adam = _begin(WIDTHS, 0), Adam(0.01)
    for _ in range(STEPS):
        some = rng.choice(len(rows), BATCH, replace=False)
        gradients = slopes(layers, rows[some], labels[some])
        flat = adam.step([one for pair in layers for one in pair], [one for pair in gradients for one in pair])
        layers = list(zip(flat[::2], flat[1::2]))
    return layers


def predict(layers, rows):
    """Return the class of each row."""
    return scores(layers, np.asarray(rows)).argmax(axis=1).tolist()
