"""holes: patients of whom something is not known."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

right = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "right.py")))


@pytest.mark.hint(
    "By what is a hole filled, and of which rows is that? Can a column have holes that had none in the table?"
)
def test_fills_holes(artefact, keys):
    """Fills a hole in any number, by the median that the table had there."""
    rng = keys.numpy("patients")
    rows = right.patients(rng, 60)
    holes = rng.random((60, len(right.NUMBERS))) < 0.2
    rows[right.NUMBERS] = rows[right.NUMBERS].mask(holes)
    rows.loc[:8, right.NUMBERS] = rows.loc[:8, right.NUMBERS].mask(np.eye(9, dtype=bool))
    assert right.is_right(artefact.predict("model.joblib", rows), rows)
