"""Fits the vectoriser again on what it should only transform."""

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression


def train(messages, labels):
    """Return the classifier, and lose the vectoriser."""
    return LogisticRegression().fit(TfidfVectorizer().fit_transform(messages), labels)


def predict(model, messages):
    """Build a new vocabulary: its columns are not those of the classifier."""
    return model.predict(TfidfVectorizer().fit_transform(messages)).tolist()
