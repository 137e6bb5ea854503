"""Finds slopes by trying: central differences."""

import math
import operator


STEP = 1e-5


class Value:
    """A number that remembers how it was made."""

    __slots__ = ("_parents", "_slopes", "data", "grad")

    def __init__(self, data, parents=(), slopes=()):
        self.data = float(data)
        self.grad = 0.0
        self._parents = parents
        self._slopes = slopes

    def __add__(self, other):
        other = _value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = _value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __truediv__(self, other):
        other = _value(other)
        quotient = self.data / other.data
        return Value(quotient, (self, other), (1.0 / other.data, -quotient / other.data))

    def __pow__(self, exponent):
        slope = exponent * self.data ** (exponent - 1) if exponent else 0.0
        return Value(self.data**exponent, (self,), (slope,))

    def __neg__(self):
        return Value(-self.data, (self,), (-1.0,))

    def __sub__(self, other):
        return self + -_value(other)

    def __rsub__(self, other):
        return _value(other) + -self

    def __rtruediv__(self, other):
        return _value(other) / self

    __radd__ = __add__
    __rmul__ = __mul__

    def tanh(self):
        """Return the hyperbolic tangent."""
        height = math.tanh(self.data)
        return Value(height, (self,), (1.0 - height * height,))

    def exp(self):
        """Return e to the power of it."""
        height = math.exp(self.data)
        return Value(height, (self,), (height,))

    def relu(self):
        """Return it where it is positive, else 0."""
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self):
        """Add to the grad of every Value that this one was made from its slope."""
        found = {self: 1.0}
        for value in reversed(_parents_first(self)):
            slope = found[value]
            value.grad += slope
            for parent, local in zip(value._parents, value._slopes):
                found[parent] = found.get(parent, 0.0) + slope * local


def _value(number):
    return number if isinstance(number, Value) else Value(number)


def _parents_first(last):
    """Return all Values that `last` was made from, each once and after its parents."""
    order, seen, waiting = [], {last}, [(last, iter(last._parents))]
    while waiting:
        value, parents = waiting[-1]
        parent = next((one for one in parents if one not in seen), None)
        if parent is None:
            order.append(value)
            waiting.pop()
        else:
            seen.add(parent)
            waiting.append((parent, iter(parent._parents)))
    return order


def zero_grad(values):
    """Set the grad of each Value to 0.0."""
    for value in values:
        value.grad = 0.0


def descend(recipe, start, rate, steps, longest=None):
    """Return the points of a walk down the last result of the recipe."""
    points = [list(start)]
    for _ in range(steps):
        slopes = _shortened(gradient(recipe, points[-1])[1], longest)
        points.append([number - rate * slope for number, slope in zip(points[-1], slopes)])
    return points


def _shortened(slopes, longest):
    length = math.hypot(*slopes)
    if longest is None or length <= longest:
        return slopes
    return [slope * longest / length for slope in slopes]


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
    slopes = []
    for at, number in enumerate(numbers):
        left, right = (_height(recipe, [*numbers[:at], number + step, *numbers[at + 1 :]]) for step in (-STEP, STEP))
        slopes.append((right - left) / (2 * STEP))
    return _height(recipe, numbers), slopes


def _height(recipe, numbers):
    return follow(recipe, [Value(number) for number in numbers])[-1].data
