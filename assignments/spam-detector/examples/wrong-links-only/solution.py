"""Honest people send no links."""


def train(messages, labels):
    """There is nothing to learn."""
    return None


def predict(model, messages):
    """Mark a message that has a link in it."""
    return [int("http" in message) for message in messages]
