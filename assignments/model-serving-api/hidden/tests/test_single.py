"""POST /predict."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

wines = SimpleNamespace(**run_path(str(Path(__file__).with_name("wines.py"))))


@pytest.mark.hint("Whose mean and scale standardise a value? Which probability is told?")
def test_predicts_as_the_model_does(service, rng):
    """Tells the label of the highest probability, and that probability."""
    for _ in range(25):
        wine = wines.draw(rng)
        response = service.post("/predict", json=wine)
        assert response.status == 200
        assert wines.is_right(response.json(), wine)


@pytest.mark.hint("By what do you find a value: by its name, or by its place?")
def test_the_order_of_features_means_nothing(service, rng):
    """Finds the features by name, whatever order they are sent in."""
    for _ in range(5):
        wine = wines.draw(rng)
        shuffled = {name: wine[name] for name in rng.sample(wines.NAMES, len(wines.NAMES))}
        assert wines.is_right(service.post("/predict", json=shuffled).json(), wine)


@pytest.mark.hint("What is exp(800) in Python, and how does one get by without it?")
def test_the_edges_are_wines(service, rng):
    """Takes whole numbers, and the lowest and highest values that are allowed."""
    for _ in range(8):
        wine = {feature["name"]: rng.choice([feature["low"], feature["high"]]) for feature in wines.FEATURES}
        response = service.post("/predict", json=wine)
        assert response.status == 200
        assert wines.is_right(response.json(), wine)
