"""Knows spam when it sees it."""

WORDS = {"free", "urgent", "prize", "won", "winner", "account", "loan", "bonus", "viagra", "click"}


def train(messages, labels):
    """Return the list of bad words."""
    return WORDS


def predict(model, messages):
    """Mark a message that has a bad word in it."""
    return [int(not model.isdisjoint(message.lower().split())) for message in messages]
