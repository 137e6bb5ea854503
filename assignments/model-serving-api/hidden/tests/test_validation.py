"""What is no wine."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

wines = SimpleNamespace(**run_path(str(Path(__file__).with_name("wines.py"))))

NOT_NUMBERS = {"text": "{0}", "true": True, "null": None, "list": [13.2], "object": {"value": 13.2}}


def refused(service, wine, rng):
    """Whether a wine is refused, alone and in a batch of good ones."""
    many = [wines.draw(rng) for _ in range(4)]
    many.insert(rng.randint(0, 4), wine)
    alone, batch = service.post("/predict", json=wine), service.post("/predict/batch", json={"wines": many})
    return (alone.status, batch.status) == (422, 422)


def test_good_wines_are_not_refused(service, rng):
    """Answers a good wine between two bad ones, alone and in a batch."""
    wine = wines.draw(rng)
    assert service.post("/predict", json={}).status == 422
    assert wines.is_right(service.post("/predict", json=wine).json(), wine)
    assert service.post("/predict/batch", json={"wines": [wine, {}]}).status == 422
    (told,) = service.post("/predict/batch", json={"wines": [wine]}).json()["predictions"]
    assert wines.is_right(told, wine)


@pytest.mark.hint("What does your service do with a wine that has three of four features?")
def test_refuses_a_wine_without_a_feature(service, rng):
    """Refuses a wine that lacks a feature, whichever it is."""
    for name in wines.NAMES:
        wine = wines.draw(rng)
        del wine[name]
        assert refused(service, wine, rng)


@pytest.mark.hint("A caller writes `alcohl` beside `alcohol`: who tells them?")
def test_refuses_a_feature_that_there_is_not(service, rng):
    """Refuses a wine with a feature that the model does not know."""
    assert refused(service, {**wines.draw(rng), f"sulphates{rng.randint(0, 9)}": 1.0}, rng)


@pytest.mark.hint("Some libraries read a number out of a text, and take true for 1. How is yours told not to?")
@pytest.mark.parametrize("what", list(NOT_NUMBERS))
def test_refuses_what_is_no_number(service, rng, what):
    """Refuses a value that is no number, also if it looks like one."""
    wine = wines.draw(rng)
    name = rng.choice(wines.NAMES)
    wine[name] = NOT_NUMBERS[what].format(wine[name]) if what == "text" else NOT_NUMBERS[what]
    assert refused(service, wine, rng)


@pytest.mark.hint("Which values can no laboratory have measured? The model's file says so.")
@pytest.mark.parametrize("end", ["low", "high"])
def test_refuses_a_value_out_of_range(service, rng, end):
    """Refuses a value below the lowest or above the highest that the model allows."""
    for feature in wines.FEATURES:
        off = rng.choice([0.001, 1, 1e6])
        wine = {**wines.draw(rng), feature["name"]: feature[end] + (off if end == "high" else -off)}
        assert refused(service, wine, rng)


@pytest.mark.hint("Who reads the body: your framework, or `json.loads` in your own function?")
@pytest.mark.parametrize("path", ["/predict", "/predict/batch"])
def test_refuses_what_is_no_object(service, rng, path):
    """Refuses a body that is not JSON, or no object, and answers the next request."""
    for body in ("", "{", "wine", '"wine"', "[]", "null", str(rng.randint(0, 99)), '{"wines": {}}', '{"wines": 3}'):
        assert service.post(path, body=body, headers={"content-type": "application/json"}).status == 422
    assert service.get("/health").status == 200


@pytest.mark.hint("How few and how many wines may a batch have?")
def test_refuses_batches_of_a_wrong_size(service, rng):
    """Refuses an empty batch and one of more than 500 wines."""
    wine = wines.draw(rng)
    assert service.post("/predict/batch", json={"wines": []}).status == 422
    assert service.post("/predict/batch", json={"wines": [wine] * (500 + rng.randint(1, 9))}).status == 422
    assert service.post("/predict/batch", json={"wines": [wine] * 500}).status == 200
