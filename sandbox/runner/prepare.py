"""Imports what submissions will import anyway, before there is one: libraries of the image, and nothing else.

An import costs a second where a test costs a millisecond, and what it gives does not depend on who asks. A library that
the image does not have is passed over.
"""

from __future__ import annotations

import gc
import importlib

from . import arrays, main, model, objects, serve, subject, values  # noqa: F401 - what every submission needs

LIBRARIES = """
collections contextlib copy dataclasses decimal enum fractions functools heapq itertools json math operator
queue random re statistics string typing
numpy pandas joblib scipy.optimize scipy.sparse scipy.stats
sklearn.cluster sklearn.compose sklearn.datasets sklearn.decomposition sklearn.ensemble sklearn.feature_extraction.text
sklearn.linear_model sklearn.metrics sklearn.model_selection sklearn.naive_bayes sklearn.neighbors sklearn.pipeline
sklearn.preprocessing sklearn.svm sklearn.tree
""".split()


def prepare() -> None:
    """Import the libraries that are here."""
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    gc.collect()
