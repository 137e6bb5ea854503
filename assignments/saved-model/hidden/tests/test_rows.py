"""rows: patients of whom everything is known."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

right = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "right.py")))


@pytest.mark.hint("Is all that happens to a row before the ridge in the file, too, with what it learnt from the table?")
def test_predicts_as_trained(artefact, keys):
    """Predicts for new patients what the model of the brief does, from a file of at most 100 kB."""
    assert artefact.files["model.joblib"] <= 100_000
    rows = right.patients(keys.numpy("patients"), 60)
    assert right.is_right(artefact.predict("model.joblib", rows), rows)
