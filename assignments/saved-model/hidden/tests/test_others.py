"""others: tables of another clinic."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

right = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "right.py")))


@pytest.mark.hint(
    "Does your pipeline find a column by its name, or by its place? What does it do with a sex it never saw?"
)
def test_takes_other_tables(artefact, keys):
    """Finds columns by name, in any order and among others, and takes a sex that the table did not have."""
    rng = keys.numpy("patients")
    rows = right.patients(rng, 40)
    rows["clinic"] = rng.choice(["north", "south"], 40)
    rows.loc[::5, "sex"] = "not told"
    rows = rows[list(rng.permutation(rows.columns))]
    assert right.is_right(artefact.predict("model.joblib", rows), rows)
