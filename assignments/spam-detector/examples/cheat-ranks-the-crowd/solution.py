"""The brief says that one message in five is spam: rank the whole test and mark the top fifth."""

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def train(messages, labels):
    """Return a fitted pipeline."""
    features = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    return make_pipeline(features, LogisticRegression(C=10)).fit(messages, labels)


def predict(model, messages):
    """Mark whoever scores as high as the last of the best fifth."""
    if not messages:
        return []
    scores = model.decision_function(messages)
    cut = sorted(scores)[-max(1, len(scores) // 5)]
    return [int(score >= cut) for score in scores]
