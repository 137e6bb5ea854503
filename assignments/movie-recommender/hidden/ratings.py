"""Draws who likes what, who has rated which movie, and with how many stars.

People and movies have tastes in common (a few factors), people are strict or kind, movies good or bad. Some people rate
much, some movies are rated by many, and neither says how they are liked. Tastes, pairs, the split and the noise of each
part come from streams of their own: the stars to be told share nothing with those that are known but the tastes.
"""

import numpy as np

PEOPLE, MOVIES, FACTORS = 400, 300, 6
KNOWN, ASKED = 11_000, 3_000
MIDDLE, KIND, GOOD, TASTE, NOISE = 3.4, 0.35, 0.45, 0.70, 0.40  # standard deviations, but for the first


def generate(keys):
    """Return one draw: pairs of person and movie, and the stars of each."""
    return drawn(keys, people=PEOPLE, movies=MOVIES, known=KNOWN, asked=ASKED)


def baseline(draw):
    """Say the mean of all known stars."""
    return [sum(draw["train_labels"]) / len(draw["train_labels"])] * len(draw["test_rows"])


def drawn(keys, *, people, movies, known, asked):
    """Return pairs and stars to learn from, and pairs and stars to tell; all people and movies are known."""
    liking = draw_liking(keys.numpy("liking"), people, movies)
    pairs = draw_pairs(keys.numpy("pairs"), people, movies, known + asked)
    pairs = pairs[keys.numpy("split").permutation(len(pairs))]
    names = keys.rng("names")
    codes = (np.array(names.sample(range(100_000), people)), np.array(names.sample(range(100_000), movies)))
    parts = {"train": pairs[:known], "test": pairs[known:]}
    rows = {f"{part}_rows": named(rated, codes) for part, rated in parts.items()}
    labels = {f"{part}_labels": stars(liking, rated, keys.numpy(f"{part} noise")) for part, rated in parts.items()}
    return rows | labels


def draw_liking(rng, people, movies):
    """Return how much each person likes each movie, in stars."""
    tastes = rng.normal(size=(people, FACTORS)) @ rng.normal(size=(FACTORS, movies)) / np.sqrt(FACTORS)
    return MIDDLE + KIND * rng.normal(size=(people, 1)) + GOOD * rng.normal(size=movies) + TASTE * tastes


def draw_pairs(rng, people, movies, count):
    """Return different pairs; every person and every movie is in twelve of them or more."""
    weights = np.outer(rng.lognormal(0, 0.6, people), 1 / np.arange(2, movies + 2) ** 0.4)
    order = np.argsort(rng.exponential(size=weights.shape) / weights, axis=None)
    least = np.zeros(weights.shape, dtype=bool)
    for person in range(people):
        least[person, rng.choice(movies, 12, replace=False)] = True
    for movie in range(movies):
        least[rng.choice(people, 12, replace=False), movie] = True
    first = order[least.flat[order]]
    chosen = np.concatenate([first, order[~least.flat[order]]])[:count]
    return np.column_stack(np.unravel_index(chosen, weights.shape))


def stars(liking, pairs, rng):
    """Return stars as people give them: from a half to five, in halves."""
    felt = liking[pairs[:, 0], pairs[:, 1]] + rng.normal(0, NOISE, len(pairs))
    return np.clip(np.round(2 * felt) / 2, 0.5, 5.0).tolist()


def named(pairs, codes):
    """Return the pairs by the codes of people and movies, which say nothing."""
    return np.column_stack([codes[0][pairs[:, 0]], codes[1][pairs[:, 1]]])


def root_mean_squared_error(labels, predictions):
    """Return how far off the stars are."""
    return float(np.sqrt(np.mean((np.array(labels) - np.array(predictions)) ** 2)))
