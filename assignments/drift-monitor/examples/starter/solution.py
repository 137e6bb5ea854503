"""Watches a model in service."""


def start(rows, labels):
    """Learn what is usual from the reference: rows, an array (2000, 6), and labels, an array of 0 and 1."""
    raise NotImplementedError


def update(monitor, batch):
    """Take the next batch, a tuple of rows (100, 6) and labels (100,); return True to sound the alarm."""
    raise NotImplementedError
