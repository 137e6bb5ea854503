"""No graph at all: a tiny imaginary step for each input gives slopes exact to the last digit, one input at a time."""

import cmath
import operator

STEP = 1e-30


class Value:
    """A number that remembers nothing but a recipe to try again."""

    def __init__(self, data):
        self.data = float(data)
        self.grad = 0.0

    def backward(self):
        """There is nothing to walk."""
        self.grad += 1.0


def zero_grad(values):
    """Set the grad of each Value to 0.0."""
    for value in values:
        value.grad = 0.0


def descend(recipe, start, rate, steps, longest=None):
    """Return the points of a walk down the last result of the recipe."""
    points = [list(start)]
    for _ in range(steps):
        slopes = gradient(recipe, points[-1])[1]
        length = sum(slope * slope for slope in slopes) ** 0.5
        shorter = longest / length if longest is not None and length > longest else 1.0
        points.append([number - rate * shorter * slope for number, slope in zip(points[-1], slopes)])
    return points


def _relu(number):
    return number if number.real > 0 else 0.0


OPERATIONS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "neg": operator.neg,
    "tanh": cmath.tanh,
    "exp": cmath.exp,
    "relu": _relu,
}


def _heights(recipe, numbers):
    heights = list(numbers)
    for name, *operands in recipe:
        heights.append(OPERATIONS[name](*(heights[one] if type(one) is int else one for one in operands)))
    return heights


def follow(recipe, leaves):
    """Return Values that have forgotten how they were made."""
    heights = _heights(recipe, [leaf.data for leaf in leaves])
    return list(leaves) + [Value(complex(height).real) for height in heights[len(leaves) :]]


def gradient(recipe, numbers):
    """Return the last result, and its slopes, one run of the recipe for each."""
    slopes = []
    for at, number in enumerate(numbers):
        tried = [*numbers[:at], complex(number, STEP), *numbers[at + 1 :]]
        slopes.append(complex(_heights(recipe, tried)[-1]).imag / STEP)
    return complex(_heights(recipe, numbers)[-1]).real, slopes
