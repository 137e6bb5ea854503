"""Draws spirals: three arms around one middle, with noise. Train and test share the arms and no point.

How far the arms are turned, which way round, which arm has which label, and where the middle lies are drawn first; then
points to learn from and points to judge by, each by a stream of its own.
"""

import numpy as np

ARMS, TRAIN, TEST = 3, 600, 900
TURNS, NOISE = 0.85, 0.055


def generate(keys):
    """Return one draw: points in the plane, and the arm of each."""
    world = draw_world(keys.part("world"))
    train_rows, train_labels = points(world, keys.numpy("train"), TRAIN)
    test_rows, test_labels = points(world, keys.numpy("test"), TEST)
    return {
        "train_rows": train_rows,
        "train_labels": train_labels,
        "test_rows": test_rows,
        "test_labels": test_labels,
    }


def baseline(draw):
    """Name one arm for every point."""
    return [0] * len(draw["test_rows"])


def draw_world(keys):
    """Return what points to learn from and to judge by have in common."""
    return {
        "turned": keys.numpy("turned").uniform(0, 2 * np.pi),
        "way": keys.numpy("way").choice([-1, 1]),
        "names": keys.numpy("names").permutation(ARMS),
        "middle": keys.numpy("middle").uniform(-0.3, 0.3, 2),
    }


def points(world, rng, size):
    """Return points, rows of two columns, and the arm of each, in any order."""
    arms = rng.permutation(np.arange(size) % ARMS)
    along = rng.uniform(0.12, 1, size)
    angle = world["turned"] + world["way"] * 2 * np.pi * (TURNS * along + arms / ARMS)
    rows = world["middle"] + along[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    rows = rows + rng.normal(0, NOISE, rows.shape)
    return rows, world["names"][arms].tolist()
