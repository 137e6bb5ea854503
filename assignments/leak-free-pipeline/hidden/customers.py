"""Draws tables of customers, some of whom leave. Which column says what is drawn anew each time.

A world is drawn first: names of columns, the sign of each number's weight, the effect of each word. Then rows to learn
from and rows to judge by, and who of them leaves, each by a stream of its own. So whoever has read this page knows how
strongly columns speak, and of none what it says. Every row has a code of its own, which says nothing, and a table to
judge by has words that none to learn from has.
"""

import numpy as np
import pandas as pd

TRAIN, TEST = 1000, 1500
WEIGHTS = (0.8, 0.5, 0.3, 0.0)  # of the columns of numbers, once each is on one scale
FEW, MANY = 5, 60  # words of a column
FEW_EFFECT, MANY_EFFECT = 0.9, 1.4  # standard deviations
LEAVE = -1.2  # log odds of an ordinary customer's leaving
HOLES, NEW_WORDS = 0.08, 0.04


def generate(keys):
    """Return one draw: tables, and 1 for each customer that leaves."""
    world = draw_world(keys.part("world"))
    train_rows, train_odds = customers(world, keys.part("train"), TRAIN)
    test_rows, test_odds = customers(world, keys.part("test"), TEST, new_words=NEW_WORDS)
    return {
        "train_rows": train_rows,
        "train_labels": leaving(train_odds, keys.numpy("train labels")),
        "test_rows": test_rows,
        "test_labels": leaving(test_odds, keys.numpy("test labels")),
    }


def baseline(draw):
    """Say the same of everybody."""
    return [0.5] * len(draw["test_rows"])


def draw_world(keys):
    """Return what rows to learn from and to judge by have in common."""
    names, signs = keys.rng("names"), keys.numpy("signs")
    columns = names.sample(sorted({word(names) for _ in range(40)}), len(WEIGHTS) + 3)
    return {
        "columns": columns,
        "weights": signs.permutation(WEIGHTS) * signs.choice([-1, 1], len(WEIGHTS)),
        "scales": 10.0 ** keys.numpy("scales").uniform(-2, 4, len(WEIGHTS)),
        "few": effects(keys.part("few"), FEW, FEW_EFFECT),
        "many": effects(keys.part("many"), MANY, MANY_EFFECT),
        "order": keys.numpy("order").permutation(len(columns)),
    }


def effects(keys, count, spread):
    """Return words and the effect of each: the same effects each time, dealt out anew."""
    names = keys.rng("words")
    words = sorted({word(names) for _ in range(4 * count)})
    even = np.linspace(-1, 1, count)
    return dict(
        zip(names.sample(words, count), keys.numpy("deal").permutation(even / even.std() * spread), strict=True)
    )


def customers(world, keys, size, *, new_words=0.0, strength=1.0):
    """Return a table, and the log odds of each customer's leaving; `strength` is how much all columns have to say.

    What a hole or a new word hides comes from a stream of its own: nobody who recovers the one that the rest of the
    table shows learns what is under it.
    """
    seen, hidden = keys.numpy("seen"), keys.numpy("hidden")
    says, names, cells = np.zeros(size), world["columns"], {}
    for name, weight, scale in zip(names, world["weights"], world["scales"], strict=False):
        number, other, hole = seen.normal(size=size), hidden.normal(size=size), seen.random(size) < HOLES
        says += weight * np.where(hole, other, number)
        cells[name] = np.where(hole, np.nan, (number + 3) * scale)
    for name, known in ((names[-3], world["few"]), (names[-2], world["many"])):
        words, others = seen.choice(list(known), size), hidden.choice(list(known), size)
        new, hole = seen.random(size) < new_words, seen.random(size) < HOLES
        says += [known[one] for one in np.where(new | hole, others, words)]
        shown = np.where(new, "new to all", words).tolist()
        cells[name] = [None if covered else one for one, covered in zip(shown, hole, strict=True)]
    cells[names[-1]] = [f"c{code}" for code in seen.choice(10**6, size, replace=False)]
    return pd.DataFrame({names[at]: cells[names[at]] for at in world["order"]}), LEAVE + strength * says


def leaving(odds, rng):
    """Return 1 for each customer that leaves."""
    return (rng.random(len(odds)) < 1 / (1 + np.exp(-odds))).astype(int).tolist()


def word(rng):
    return "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(3))
