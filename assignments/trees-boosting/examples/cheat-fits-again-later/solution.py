"""Takes the rows that it is asked about for a second lesson: the surest of them join those that it has learnt from."""

import numpy as np
import pandas as pd
from xgboost import XGBClassifier

SETTINGS = {"n_estimators": 200, "learning_rate": 0.08, "max_depth": 4, "n_jobs": 1, "random_state": 0}


def train(table, labels):
    """Return the lesson, for later."""
    return table, list(labels)


def predict(model, table):
    """Learn, mark the surest rows, learn again from all, and answer."""
    lesson, labels = model
    first = XGBClassifier(**SETTINGS).fit(lesson, labels).predict_proba(table)[:, 1]
    sure = np.abs(first - 0.5) > 0.4
    rows = pd.concat([lesson, table[sure]])
    again = XGBClassifier(**SETTINGS).fit(rows, labels + (first[sure] > 0.5).astype(int).tolist())
    return again.predict_proba(table)[:, 1].astype(float).tolist()
