"""Rows of items whose worth can only be asked, and windows half as wide as the row.

Two windows of a row share no item. The largest of each is known only when every other item of it has been found smaller
than some item: so below n - 2 questions no answer can be known, whatever the order is.
"""


def case(size, keys):
    """Return `size` items in no order, the windows' width, and the largest of each window."""
    worth = keys.rng("worth").sample(range(10**6), size)
    width = size // 2
    return {
        "objects": worth,
        "args": lambda tokens, ask: (tokens, width, ask),
        "ask": lambda one, other: one < other,
        "least": 2 * width - 2,
        "expected": [max(worth[at : at + width]) for at in range(size - width + 1)],
    }
