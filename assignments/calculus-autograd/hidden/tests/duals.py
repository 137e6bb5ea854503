"""Answers a recipe by dual numbers, forwards: each number carries its slopes by all leaves. Nobody would hand that in.

A recipe is a list of steps, (name, operand, ...): an int is the number of an earlier result, a float itself. `draw`
makes one whose every step is well away from poles, kinks and overflow, so that its slopes are exact but for rounding.
"""

import math

import numpy as np

BINARY, UNARY, EXPONENTS = "+-*/", ("neg", "tanh", "exp", "relu"), (2.0, 3.0, -1.0, 0.5, -2.0)
LARGEST, NEAREST = 50.0, 0.05


def answer(recipe, numbers):
    """Return all results, leaves first, and an array of their slopes: one row a result, one column a leaf."""
    results = [(float(number), slopes) for number, slopes in zip(numbers, np.eye(len(numbers)), strict=True)]
    for step in recipe:
        results.append(take(step, results))
    return [height for height, _ in results], np.array([slopes for _, slopes in results])


def take(step, results):
    """Return the result of one step and its slopes."""
    name, *operands = step
    still = np.zeros_like(results[0][1])
    (a, da), *rest = [results[one] if type(one) is int else (one, still) for one in operands]
    if name in BINARY:
        return two(name, a, da, *rest[0])
    if name == "**":
        n = operands[1]
        return a**n, (n * a ** (n - 1) if n else 0.0) * da
    return {
        "neg": lambda: (-a, -da),
        "tanh": lambda: (math.tanh(a), (1 - math.tanh(a) ** 2) * da),
        "exp": lambda: (math.exp(a), math.exp(a) * da),
        "relu": lambda: (max(a, 0.0), (a > 0) * da),
    }[name]()


def two(name, a, da, b, db):
    return {
        "+": lambda: (a + b, da + db),
        "-": lambda: (a - b, da - db),
        "*": lambda: (a * b, da * b + a * db),
        "/": lambda: (a / b, (da * b - a * db) / b**2),
    }[name]()


def draw(rng, leaves, steps):
    """Return a recipe that ends in the sum of all that it made, so that every step counts, and its numbers."""
    numbers = [rng.uniform(0.2, 2) * rng.choice([-1, 1]) for _ in range(leaves)]
    recipe, results = [], [(number, np.zeros(1)) for number in numbers]
    while len(recipe) < steps:
        step = draw_step(rng, len(results))
        heights = [results[one][0] if type(one) is int else one for one in step[1:]]
        if safe(step[0], *heights):
            recipe.append(step)
            results.append(take(step, results))
    for one in range(len(results) - 1):
        recipe.append(("+", len(numbers) + len(recipe) - 1, one))
    return recipe, numbers


def draw_step(rng, count):
    name = rng.choice([*BINARY, *BINARY, *UNARY, "**", "**"])
    operands = [rng.randrange(count)]
    if name == "**":
        operands.append(rng.choice(EXPONENTS))
    elif name in BINARY:
        operands.append(rng.randrange(count) if rng.random() < 0.7 else rng.uniform(0.5, 3))
        rng.shuffle(operands)
    return name, *operands


def safe(name, a, b=1.0):
    """Whether a step stays away from what has no slope, or none that can be told exactly."""
    if name == "exp":
        return abs(a) < math.log(LARGEST)
    if name == "**" and not (a > NEAREST or (abs(a) > NEAREST and b == int(b))):
        return False
    if (name == "/" and abs(b) < NEAREST) or abs(a) < NEAREST:
        return False
    return abs(take((name, 0, b), [(a, np.zeros(1))])[0] if name in BINARY + "**" else a) < LARGEST


def same(given, expected):
    """Whether floats are what is expected, but for rounding: one part in a thousand million of the largest of them."""
    if len(given) != len(expected) or any(type(one) is not float for one in given):
        return False
    scale = max(1.0, *(abs(one) for one in expected))
    return all(abs(one - other) <= 1e-9 * scale for one, other in zip(given, expected, strict=True))
