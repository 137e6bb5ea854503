"""Draws wines, and answers for them by the model's own file."""

import json
import math
from pathlib import Path

MODEL = json.loads(Path(__file__).parent.with_name("model.json").read_text(encoding="utf-8"))
FEATURES = MODEL["features"]
NAMES = [feature["name"] for feature in FEATURES]


def draw(rng):
    """Return a wine somewhere near those that there are, never at the end of a range."""
    wine = {}
    for feature in FEATURES:
        value = rng.gauss(feature["mean"], 1.3 * feature["scale"])
        wine[feature["name"]] = round(min(max(value, feature["low"] + 0.1), feature["high"] - 0.1), 3)
    return wine


def answer(wine):
    """Return label and probability."""
    z = [(wine[feature["name"]] - feature["mean"]) / feature["scale"] for feature in FEATURES]
    scores = [
        intercept + sum(weight * value for weight, value in zip(weights, z, strict=True))
        for weights, intercept in zip(MODEL["weights"], MODEL["intercepts"], strict=True)
    ]
    highest = max(scores)
    shares = [math.exp(score - highest) for score in scores]
    return MODEL["labels"][scores.index(highest)], max(shares) / sum(shares)


def is_right(told, wine):
    """Whether a prediction is a wine's."""
    label, probability = answer(wine)
    if type(told) is not dict or set(told) != {"label", "probability"} or type(told["probability"]) not in (int, float):
        return False
    return told["label"] == label and abs(told["probability"] - probability) <= 1e-6
