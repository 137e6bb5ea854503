"""Counts words; a disguised word is one it has never seen."""

from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline


def train(messages, labels):
    """Return a fitted pipeline."""
    return make_pipeline(CountVectorizer(), MultinomialNB()).fit(messages, labels)


def predict(model, messages):
    """Return one label per message, in order."""
    return model.predict(messages).tolist() if messages else []
