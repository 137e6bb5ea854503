"""Automatic differentiation: fill in each body; the README says exactly what is asked."""

import operator


class Value:
    """A number that remembers how it was made."""

    def __init__(self, data):
        self.data = float(data)
        self.grad = 0.0

    def __add__(self, other):
        """Return the sum, a new Value. The other operations are yours to add."""
        raise NotImplementedError

    def backward(self):
        """Add to the grad of every Value that this one was made from its slope."""
        raise NotImplementedError


def zero_grad(values):
    """Set the grad of each Value to 0.0."""
    raise NotImplementedError


def descend(recipe, start, rate, steps, longest=None):
    """Return the points of a walk down the last result of the recipe."""
    raise NotImplementedError


# What follows is complete.

OPERATIONS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "neg": operator.neg,
    "tanh": lambda value: value.tanh(),
    "exp": lambda value: value.exp(),
    "relu": lambda value: value.relu(),
}


def follow(recipe, leaves):
    """Return the leaves, and after them the result of each step."""
    values = list(leaves)
    for name, *operands in recipe:
        values.append(OPERATIONS[name](*(values[one] if type(one) is int else one for one in operands)))
    return values


def gradient(recipe, numbers):
    """Return the last result, and its slope by each of the numbers."""
    leaves = [Value(number) for number in numbers]
    last = follow(recipe, leaves)[-1]
    last.backward()
    return last.data, [leaf.grad for leaf in leaves]
