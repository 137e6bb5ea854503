"""Imports what submissions will import anyway, before there is one: libraries, and nothing else.

An import costs a second where a test costs a millisecond, and what it gives does not depend on who asks. A library that
the image does not have is passed over.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from . import arrays, main, model, objects, serve, subject, values  # noqa: F401 - what every submission needs
from .warm import warm

BASICS = (
    "collections contextlib copy dataclasses decimal enum fractions functools heapq itertools json math operator queue "
    "random re statistics string typing"
).split()

TEMPORARY = "/tmp"  # noqa: S108 - a box's own
"""Where a box has room for temporary files."""

WITHOUT = {"tensorflow": ("matplotlib",)}
"""What a library finds absent when it is imported ahead. Matplotlib makes a folder when it is imported, for which there
is no place yet; Keras has it for galleries of pictures only, and does without."""


def prepare(libraries: Iterable[str]) -> None:
    """Import libraries, as far as they are here."""
    tempfile.tempdir = TEMPORARY  # some ask at once where it is, and it is not made before there is a box
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = TEMPORARY  # PyTorch's compiler would make a folder in it when imported
    for name in (*BASICS, *libraries):
        with _absent(WITHOUT.get(name, ())):
            try:
                importlib.import_module(name)
            except ImportError:
                continue
    warm()
    gc.collect()


@contextmanager
def _absent(libraries: Iterable[str]) -> Iterator[None]:
    """Let nothing import some libraries, unless it has been done."""
    hidden = [name for name in libraries if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # which is how Python says that there is none
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
