"""Learns the lesson by heart, and knows nothing else."""


def train(messages, labels):
    """Return every message with its label."""
    return dict(zip(messages, labels))


def predict(model, messages):
    """Look the message up; what is new is called ham."""
    return [model.get(message, 0) for message in messages]
