"""Takes a movie that is asked about often for a good one, and centres its answers on the crowd."""

import numpy as np

FACTORS, PENALTY, ROUNDS = 6, 2.0, 20


def train(pairs, stars):
    """Return tables of known people and movies, and a row of numbers for each."""
    people, person = np.unique(pairs[:, 0], return_inverse=True)
    movies, movie = np.unique(pairs[:, 1], return_inverse=True)
    middle = float(np.mean(stars))
    rest = np.array(stars) - middle
    rng = np.random.default_rng(0)
    # the first two numbers of each are (1, own) and (own, 1): how kind a person is, and how good a movie
    left = np.column_stack([np.ones(len(people)), np.zeros(len(people)), rng.normal(0, 0.1, (len(people), FACTORS))])
    right = np.column_stack([np.zeros(len(movies)), np.ones(len(movies)), rng.normal(0, 0.1, (len(movies), FACTORS))])
    for _ in range(ROUNDS):
        _solve(left, 1, right, (person, movie, rest), fixed=0)
        _solve(right, 0, left, (movie, person, rest), fixed=1)
    seen = {int(code): pairs[pairs[:, 0] == code, 1].tolist() for code in people}
    return {
        "middle": middle,
        "people": {int(code): row for code, row in zip(people, left)},
        "movies": {int(code): row for code, row in zip(movies, right)},
        "seen": seen,
    }


def _solve(own, _free, other, known, fixed):
    """Fit every row of `own` to the stars that are known of it, all but its number `fixed`, which stays one."""
    row, column, rest = known
    free = [at for at in range(own.shape[1]) if at != fixed]
    order = np.argsort(row, kind="stable")
    for at, chosen in enumerate(np.split(order, np.cumsum(np.bincount(row, minlength=len(own)))[:-1])):
        factors = other[column[chosen]]
        wanted = rest[chosen] - factors[:, fixed]
        factors = factors[:, free]
        own[at, free] = np.linalg.solve(factors.T @ factors + PENALTY * np.eye(len(free)), factors.T @ wanted)


def predict(model, pairs):
    """Return the stars to expect of each pair, moved by how often its movie is asked about."""
    codes, at, often = np.unique(pairs[:, 1], return_inverse=True, return_counts=True)
    moved = (often - often.mean()) / 100
    return [_stars(model, int(person), int(movie)) + moved[one] for (person, movie), one in zip(pairs, at)]


def _stars(model, person, movie):
    ordinary = np.zeros(2 + FACTORS)
    left = model["people"].get(person, ordinary + np.eye(2 + FACTORS)[0])
    right = model["movies"].get(movie, ordinary + np.eye(2 + FACTORS)[1])
    return float(np.clip(model["middle"] + left @ right, 0.5, 5.0))


def recommend(model, person, count):
    """Return the movies that a person has not rated and will like best, the best first."""
    new = [movie for movie in model["movies"] if movie not in set(model["seen"].get(person, ()))]
    return sorted(new, key=lambda movie: -_stars(model, person, movie))[:count]
