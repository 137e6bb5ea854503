"""Judges the model on the rows that it has learnt from."""

from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def train(table, labels):
    """Return a fitted pipeline."""
    return _pipeline().fit(table, labels)


def predict(model, table):
    """Return the probability that each customer leaves."""
    return model.predict_proba(table)[:, 1].tolist()


def estimate(table, labels):
    """Return the ROC AUC on the rows themselves."""
    return float(roc_auc_score(labels, predict(train(table, labels), table)))


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
