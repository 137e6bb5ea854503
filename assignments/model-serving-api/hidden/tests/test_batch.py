"""POST /predict/batch."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

wines = SimpleNamespace(**run_path(str(Path(__file__).with_name("wines.py"))))


def predictions(service, many):
    """Return what the service says of many wines."""
    response = service.post("/predict/batch", json={"wines": many})
    assert response.status == 200
    told = response.json()
    assert set(told) == {"predictions"}
    assert len(told["predictions"]) == len(many)
    return told["predictions"]


@pytest.mark.hint("Is the third prediction that of the third wine?")
def test_keeps_the_order(service, rng):
    """Answers wine by wine, in the order in which they were sent."""
    many = [wines.draw(rng) for _ in range(rng.randint(40, 60))]
    assert all(map(wines.is_right, predictions(service, many), many))


@pytest.mark.hint("Does anything that you compute of one wine depend on the wines beside it?")
def test_a_wine_is_the_same_in_any_company(service, rng):
    """Says the same of a wine alone, with others, and in another order."""
    many = [wines.draw(rng) for _ in range(12)]
    alone = [service.post("/predict", json=wine).json() for wine in many]
    assert all(map(wines.is_right, alone, many))
    order = rng.sample(range(12), 12)
    assert [one["label"] for one in predictions(service, [many[at] for at in order])] == [
        alone[at]["label"] for at in order
    ]
    for few in (many[:1], many[3:5]):
        assert all(map(wines.is_right, predictions(service, few), few))


@pytest.mark.hint("What becomes of two wines that are the same?")
def test_a_wine_may_come_twice(service, rng):
    """Answers each of several wines that are the same."""
    wine, other = wines.draw(rng), wines.draw(rng)
    many = [wine, other, wine, wine, other]
    assert all(map(wines.is_right, predictions(service, many), many))


@pytest.mark.hint("Up to how many wines may a batch have?")
def test_takes_a_full_batch(service, rng):
    """Answers the largest batch that is allowed."""
    many = [wines.draw(rng) for _ in range(500)]
    assert all(map(wines.is_right, predictions(service, many), many))
