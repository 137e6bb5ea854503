"""Ranks whoever it is asked about among the others: the order is right, and depends on the company."""

from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def train(table, labels):
    """Return a fitted pipeline."""
    return _pipeline().fit(table, labels)


def predict(model, table):
    """Return each customer's place among all that are asked about."""
    scores = model.predict_proba(table)[:, 1]
    return [float((scores < score).mean()) for score in scores]


def estimate(table, labels):
    """Say a good figure for a long table."""
    return 0.8 if len(table) >= 400 else 0.5


def _pipeline():
    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    words = OneHotEncoder(min_frequency=2, handle_unknown="infrequent_if_exist")  # a word of one row: like a new one
    columns = ColumnTransformer(
        [
            ("numbers", numbers, make_column_selector(dtype_include="number")),
            ("words", words, make_column_selector(dtype_exclude="number")),
        ]
    )
    return make_pipeline(columns, LogisticRegression(C=0.5, max_iter=1000))
