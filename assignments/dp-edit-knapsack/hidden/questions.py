"""Lists of a size whose items say nothing: what replacing costs can only be asked.

Costs are drawn for every pair, so that no item is like another and no rule can be guessed. One question an item is less
than any right answer needs: of an item that nobody asked about, nobody knows whether replacing it costs anything.
"""


def case(size, keys):
    """Return two lists of `size` items as one, and what replacing one of the first by one of the second costs."""
    rng = keys.rng("costs")
    costs = {(x, y): rng.choice((0, 1, 1, 2)) for x in range(size) for y in range(size)}
    return {
        "objects": [("old", number) for number in range(size)] + [("new", number) for number in range(size)],
        "args": lambda tokens, ask: (tokens[:size], tokens[size:], ask),
        "ask": lambda x, y: costs[x[1], y[1]],
        "least": size,
        "expected": _least_cost(size, costs),
    }


def _least_cost(size, costs):
    row = list(range(size + 1))
    for x in range(size):
        above, row = row, [x + 1]
        for y in range(size):
            row.append(min(above[y + 1] + 1, row[y] + 1, above[y] + costs[x, y]))
    return row[-1]
