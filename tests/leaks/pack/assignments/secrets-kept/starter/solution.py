def count(text):
    """Return how many words `text` has."""


def first(text):
    """Return the first word of `text`."""
