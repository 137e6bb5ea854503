"""What the model must predict, computed from the table by numpy alone; and rows that nobody has seen."""

from pathlib import Path

import numpy as np
import pandas as pd

NUMBERS = ["age", "bmi", "bp", "tc", "ldl", "hdl", "tch", "ltg", "glu"]
SEXES = ["female", "male"]
ALPHA = 10.0
NEAR = 1e-4
TABLE = pd.read_csv(Path(__file__).with_name("patients.csv"))


def columns(table, medians, means, scales):
    """Return what the ridge sees of a table: filled and standardised numbers, and one column a sex."""
    numbers = (table[NUMBERS].fillna(medians) - means) / scales
    return np.column_stack([numbers, *(table["sex"] == sex for sex in SEXES)]).astype(float)


def trained():
    """Return the function that predicts."""
    medians = TABLE[NUMBERS].median()
    filled = TABLE[NUMBERS].fillna(medians)
    of_table = medians, filled.mean(), filled.std(ddof=0)
    x, y = columns(TABLE, *of_table), TABLE["progression"].to_numpy()
    centre = x.mean(axis=0)
    weights = np.linalg.solve(
        (x - centre).T @ (x - centre) + ALPHA * np.eye(x.shape[1]), (x - centre).T @ (y - y.mean())
    )
    return lambda table: (columns(table, *of_table) - centre) @ weights + y.mean()


predict = trained()


def patients(rng, count):
    """Return a table of patients somewhere between those that there are, without holes."""
    low, high = TABLE[NUMBERS].min(), TABLE[NUMBERS].max()
    rows = pd.DataFrame({name: np.round(rng.uniform(low[name], high[name], count), 2) for name in NUMBERS})
    rows.insert(1, "sex", rng.choice(SEXES, count))
    return rows


def is_right(told, rows):
    """Whether predictions are those of the model for each row."""
    told = np.asarray(told, dtype=float)
    return told.shape == (len(rows),) and bool(np.abs(told - predict(rows)).max() <= NEAR)
