"""Imports what submissions will import anyway, before there is one: libraries, and nothing else.

An import costs a second where a test costs a millisecond, and what it gives does not depend on who asks. A library that
the image does not have is passed over.
"""

from __future__ import annotations

import gc
import importlib
import tempfile
from collections.abc import Iterable

from . import arrays, main, model, objects, serve, subject, values  # noqa: F401 - what every submission needs
from .warm import warm

BASICS = (
    "collections contextlib copy dataclasses decimal enum fractions functools heapq itertools json math operator queue "
    "random re statistics string typing"
).split()

TEMPORARY = "/tmp"  # noqa: S108 - a box's own
"""Where a box has room for temporary files."""


def prepare(libraries: Iterable[str]) -> None:
    """Import libraries, as far as they are here."""
    tempfile.tempdir = TEMPORARY  # some ask at once where it is, and it is not made before there is a box
    for name in (*BASICS, *libraries):
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    warm()
    gc.collect()
