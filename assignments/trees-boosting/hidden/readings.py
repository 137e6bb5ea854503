"""Draws tables of readings of machines, some of which fail. Columns speak in company: alone they hardly say anything.

A world is drawn first: which column has which part, and the signs. Then rows to learn from and rows to judge by, and
which of them fail, each by a stream of its own. Parts of the truth are a sum of bends, products of signs, and a hole
that speaks: the same missing reading is a bad sign of one half of the machines and a good sign of the other. So whoever
has read this page knows how columns speak, and of none what it says; the labels' own lot is in no row.
"""

import numpy as np
import pandas as pd

TRAIN, TEST = 1500, 1500
COLUMNS = 12  # of which nine speak
PAIR, BEND, HOLE = 1.5, 0.9, 2.2  # log odds
HOLES, SPEAKING_HOLES = 0.05, 0.35


def generate(keys):
    """Return one draw: tables, and 1 for each machine that fails."""
    world = draw_world(keys.part("world"))
    train_rows, train_odds = machines(world, keys.part("train"), TRAIN)
    test_rows, test_odds = machines(world, keys.part("test"), TEST)
    return {
        "train_rows": train_rows,
        "train_labels": failing(train_odds, keys.numpy("train labels")),
        "test_rows": test_rows,
        "test_labels": failing(test_odds, keys.numpy("test labels")),
    }


def baseline(draw):
    """Say the same of every machine."""
    return [0.5] * len(draw["test_rows"])


def draw_world(keys):
    """Return what rows to learn from and to judge by have in common: parts of columns, signs, scales."""
    signs = keys.numpy("signs")
    return {
        "order": keys.numpy("order").permutation(COLUMNS),
        "pairs": signs.choice([-1, 1], 2),
        "bends": signs.choice([-1, 1], 3),
        "hole": signs.choice([-1, 1]),
        "scales": 10.0 ** keys.numpy("scales").uniform(-2, 3, COLUMNS),
        "middles": keys.numpy("middles").uniform(-5, 5, COLUMNS),
    }


def machines(world, keys, size):
    """Return a table, and the log odds of each machine's failing.

    What a hole hides comes from a stream of its own: nobody who recovers the one that the rest of the table shows
    learns what is under it.
    """
    seen = keys.numpy("seen")
    shown = seen.normal(size=(size, COLUMNS))
    gone = seen.random(shown.shape) < HOLES
    gone[:, 7] = seen.random(size) < SPEAKING_HOLES
    parts = np.where(gone, keys.numpy("hidden").normal(size=shown.shape), shown)
    a, b, c, d, e, f, g, h, half = parts.T[:9]
    first, second = world["pairs"]
    odds = PAIR * (first * np.sign(a * b) + second * np.sign(c * d))
    for sign, part in zip(world["bends"], (e, f, g), strict=True):
        odds = odds + BEND * sign * np.tanh(2 * part)
    odds = odds + HOLE * world["hole"] * np.where(gone[:, 7], np.sign(half), 0.3 * h)
    cells = np.where(gone, np.nan, (shown + world["middles"]) * world["scales"])
    return pd.DataFrame({f"r{at}": cells[:, column] for at, column in enumerate(world["order"])}), odds


def failing(odds, rng):
    """Return 1 for each machine that fails."""
    return (rng.random(len(odds)) < 1 / (1 + np.exp(-odds))).astype(int).tolist()
