"""Spam detector: learn from labelled messages, mark new ones."""


def train(messages, labels):
    """Return a model that has learnt from the messages and their labels (1 spam, 0 not)."""
    raise NotImplementedError


def predict(model, messages):
    """Return one label per message, in order."""
    raise NotImplementedError
