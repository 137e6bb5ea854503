"""Says three and a half of everything: nobody is ever far off."""


def train(pairs, stars):
    """Remember which movies there are."""
    return sorted(set(pairs[:, 1].tolist()))


def predict(model, pairs):
    """Say three and a half."""
    return [3.5] * len(pairs)


def recommend(model, person, count):
    """Name the first movies."""
    return model[:count]
