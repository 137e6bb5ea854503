"""GET /health."""

import json
from pathlib import Path

import pytest

MODEL = json.loads(Path(__file__).parent.with_name("model.json").read_text(encoding="utf-8"))


@pytest.mark.hint("Which status and which body does the brief ask of /health?")
def test_says_that_it_is_well(service):
    """Answers /health with its state and the version of the model."""
    response = service.get("/health")
    assert response.status == 200
    assert response.json() == {"status": "ok", "model": MODEL["version"]}


@pytest.mark.hint("What does a framework do by itself with a path that it does not know, and what do you do?")
def test_knows_what_it_does_not_serve(service, rng):
    """Answers 404 to a path that there is not, and 405 to a wrong method."""
    assert service.get(f"/wines/{rng.randint(1, 999)}").status == 404
    assert service.get("/predict").status == 405
    assert service.delete("/health").status == 405


@pytest.mark.hint("Can your app be started a second time?")
def test_can_be_started_again(service):
    """Is well again after it was shut down and started anew."""
    assert service.get("/health").status == 200
    service.stop()
    assert service.get("/health").json()["status"] == "ok"
