"""Never marks anything: the penalty is so strong that the majority always wins."""

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def train(messages, labels):
    """Return a fitted pipeline."""
    return make_pipeline(TfidfVectorizer(), LogisticRegression(C=0.001)).fit(messages, labels)


def predict(model, messages):
    """Return one label per message, in order."""
    return model.predict(messages).tolist() if messages else []
