"""Adam: the whole trace, digit by digit."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import numpy as np
import pytest

networks = SimpleNamespace(**run_path(str(Path(__file__).with_name("networks.py"))))

SHAPES = [(3, 4), (4,), (2, 2), (1,)]


def trace(numbers, gradients, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """Return the numbers after each step, written as sums over all steps so far: no moment is carried along."""
    points, at = [], list(numbers)
    for t in range(1, len(gradients) + 1):
        first = [beta1 ** (t - 1 - s) * (1 - beta1) for s in range(t)]
        second = [beta2 ** (t - 1 - s) * (1 - beta2) for s in range(t)]
        for part in range(len(at)):
            m = sum(share * gradients[s][part] for s, share in enumerate(first)) / (1 - beta1**t)
            v = sum(share * gradients[s][part] ** 2 for s, share in enumerate(second)) / (1 - beta2**t)
            at[part] = at[part] - rate * m / (np.sqrt(v) + epsilon)
        points.append(list(at))
    return points


def drawn(rng, steps=8):
    """Return numbers, and gradients for each step, some large and some tiny."""
    sizes = 10.0 ** rng.uniform(-3, 3, len(SHAPES))
    return [rng.normal(size=shape) for shape in SHAPES], [
        [size * rng.normal(size=shape) for size, shape in zip(sizes, SHAPES, strict=True)] for _ in range(steps)
    ]


def assert_follows(adam, numbers, gradients, expected):
    """Each step of an Adam leads where it must."""
    for gradient, point in zip(gradients, expected, strict=True):
        numbers = list(adam.step(numbers, gradient))
        assert len(numbers) == len(point)
        for given, right in zip(numbers, point, strict=True):
            assert np.shape(given) == right.shape
            assert np.allclose(given, right, rtol=1e-10, atol=1e-12)


@pytest.mark.points(2)
@pytest.mark.hint("How long is the very first step? Which t does the first correction have?")
def test_each_step(submission, keys):
    """Takes the right steps, from the first on."""
    numbers, gradients = drawn(keys.numpy("steps"))
    assert_follows(submission.Adam(), numbers, gradients, trace(numbers, gradients))


@pytest.mark.hint("Are all four settings used, each in its place?")
def test_settings(submission, keys):
    """Keeps to the rate, the betas and the epsilon that it is given."""
    numbers, gradients = drawn(keys.numpy("steps"))
    rng = keys.numpy("settings")
    settings = {
        "rate": float(rng.uniform(0.01, 0.1)),
        "beta1": float(rng.uniform(0.5, 0.8)),
        "beta2": float(rng.uniform(0.8, 0.95)),
        "epsilon": float(rng.uniform(0.01, 0.1)),
    }
    assert_follows(submission.Adam(**settings), numbers, gradients, trace(numbers, gradients, **settings))


@pytest.mark.hint("Where are the moments kept: in the object, or in the class?")
def test_moments_of_its_own(submission, keys):
    """Keeps the moments of two Adams apart."""
    one, other = submission.Adam(rate=0.1), submission.Adam(rate=0.1)
    a, b = drawn(keys.numpy("a"), 4), drawn(keys.numpy("b"), 4)
    right_a, right_b = trace(*a, rate=0.1), trace(*b, rate=0.1)
    numbers_a, numbers_b = a[0], b[0]
    for t in range(4):
        numbers_a, numbers_b = list(one.step(numbers_a, a[1][t])), list(other.step(numbers_b, b[1][t]))
        assert all(np.allclose(given, right, rtol=1e-10) for given, right in zip(numbers_a, right_a[t], strict=True))
        assert all(np.allclose(given, right, rtol=1e-10) for given, right in zip(numbers_b, right_b[t], strict=True))


@pytest.mark.hint("What is divided by what where a gradient has always been zero?")
def test_flat(submission, keys):
    """Stays where it is as long as it is flat, and then goes on as if time had passed."""
    numbers, gradients = drawn(keys.numpy("steps"), 4)
    gradients = [
        [np.zeros_like(one) for one in gradient] if t < 2 else gradient for t, gradient in enumerate(gradients)
    ]
    assert_follows(submission.Adam(rate=0.05), numbers, gradients, trace(numbers, gradients, rate=0.05))
