def total(coins):
    """Return the sum of `coins`."""


def largest(coins):
    """Return the largest of `coins`."""
