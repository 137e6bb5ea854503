"""Several callers at once."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

wines = SimpleNamespace(**run_path(str(Path(__file__).with_name("wines.py"))))


@pytest.mark.hint("Where does your service keep a wine while it works: in the function, or for all to see?")
def test_callers_at_once_get_their_own_answers(service, rng):
    """Gives each of many callers at once the answer to their own wine."""
    many = [wines.draw(rng) for _ in range(30)]
    responses = service.together([("POST", "/predict", {"json": wine}) for wine in many])
    assert [response.status for response in responses] == [200] * 30
    assert all(wines.is_right(response.json(), wine) for response, wine in zip(responses, many, strict=True))


@pytest.mark.hint("Do batches and single wines share anything that changes?")
def test_batches_at_once_are_not_mixed(service, rng):
    """Keeps batches apart that are answered at once, and single wines and nonsense between them."""
    batches = [[wines.draw(rng) for _ in range(rng.randint(2, 20))] for _ in range(6)]
    requests = [("POST", "/predict/batch", {"json": {"wines": batch}}) for batch in batches]
    single = wines.draw(rng)
    requests += [("POST", "/predict", {"json": single}), ("POST", "/predict", {"json": {"alcohol": 13}})]
    *told, one, bad = service.together(requests)
    assert wines.is_right(one.json(), single)
    assert bad.status == 422
    for response, batch in zip(told, batches, strict=True):
        answers = response.json()["predictions"]
        assert len(answers) == len(batch)
        assert all(map(wines.is_right, answers, batch))


@pytest.mark.hint("Is anything left of a request when it has been answered: a default that grew, a cache that rounds?")
def test_nothing_is_left_of_a_request(service, rng):
    """Answers the same after many other requests, good and bad, as before them."""
    wine = wines.draw(rng)
    first = service.post("/predict", json=wine).json()
    for _ in range(10):
        near = {name: value + rng.uniform(0.001, 0.2) for name, value in wine.items()}
        response = service.post("/predict", json=near)
        assert response.status == 422 or wines.is_right(response.json(), near)
        assert service.post("/predict", json={**near, "alcohol": "much"}).status == 422
    assert service.post("/predict", json=wine).json() == first
    assert wines.is_right(first, wine)
