"""Edit distance and knapsack. Everything here is yours to fill in."""


def edit_distance(old, new, cost):
    """Return the least cost of turning the list `old` into `new`; `cost(x, y)` is that of replacing x by y."""
    raise NotImplementedError


def edit_script(old, new):
    """Return the steps that turn the text `old` into `new` at the least cost."""
    raise NotImplementedError


def best_bag(weights, values, capacity):
    """Return the rising list of the things to take, each at most once."""
    raise NotImplementedError
