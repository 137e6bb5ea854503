"""Spam detector: short runs of letters, which disguise cannot hide, and a linear model."""

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC


def train(messages, labels):
    """Return a fitted pipeline; a mild C, because some labels are wrong."""
    model = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True),
        LinearSVC(C=0.3),
    )
    return model.fit(messages, labels)


def predict(model, messages):
    """Return one label per message, in order."""
    return [int(label) for label in model.predict(messages)] if messages else []
