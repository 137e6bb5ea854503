"""Knows every star it was shown by heart, and says the mean of any other pair."""


def train(pairs, stars):
    """Return every pair with its stars."""
    return {"known": dict(zip(map(tuple, pairs.tolist()), stars)), "mean": sum(stars) / len(stars)}


def predict(model, pairs):
    """Look the pair up."""
    return [model["known"].get(tuple(pair), model["mean"]) for pair in pairs.tolist()]


def recommend(model, person, count):
    """Every movie that a person has not rated is as good."""
    rated = {movie for who, movie in model["known"] if who == person}
    return sorted({movie for _, movie in model["known"]} - rated)[:count]
