"""Draws for a metric: training rows and labels that cross, test rows that cross, test labels that never do."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.abc import SourceLoader
from typing import Any

from grader.proctor.inside.judge import HIDDEN
from grader.proctor.inside.keys import Keys

PARTS = ("train_rows", "train_labels", "test_rows", "test_labels")


class PackError(Exception):
    """The author's file does not do what it must; the message says which and how."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw of data.

    Attributes:
        train_rows: a list, an array or a DataFrame; one entry a row.
        train_labels: one a row.
        test_rows: as train_rows, never seen while fitting.
        test_labels: never cross.
    """

    train_rows: Any
    train_labels: Any
    test_rows: Any
    test_labels: Any


def hidden_function(file: str, name: str) -> Callable[..., Any]:
    """Return a function of a file in `hidden/`.

    Raises:
        PackError: no such file or function, or the file cannot be imported.
    """
    spec = importlib.util.spec_from_file_location(f"hidden_{file.removesuffix('.py')}", HIDDEN / file)
    if spec is None or not isinstance(spec.loader, SourceLoader):
        raise PackError(f"hidden/{file}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        exec(_code(file, spec.loader), module.__dict__)  # noqa: S102 - as the loader does
    except Exception as error:
        raise PackError(f"hidden/{file}: cannot be imported: {error!r}") from error
    function = getattr(module, name, None)
    if not callable(function):
        raise PackError(f"hidden/{file}: has no function `{name}`")
    return function  # type: ignore[no-any-return]  # callable, checked just above


_compiled: dict[str, Any] = {}


def _code(file: str, loader: SourceLoader) -> Any:
    """Return the code of a file, compiled once: its module is made anew for every function that is asked for."""
    if file not in _compiled:
        _compiled[file] = loader.get_code(f"hidden_{file.removesuffix('.py')}")
    return _compiled[file]


def generate(file: str, keys: Keys) -> Draw:
    """Return the draw that a pack's generator makes from `keys`.

    Raises:
        PackError: the generator raises or returns something else than the four parts, of matching lengths.
    """
    try:
        parts = hidden_function(file, "generate")(keys)
    except PackError:
        raise
    except Exception as error:
        raise PackError(f"hidden/{file}: generate raised {error!r}") from error
    if type(parts) is not dict or set(parts) != set(PARTS):
        raise PackError(f"hidden/{file}: generate must return a dict of {', '.join(PARTS)}")
    draw = Draw(**parts)
    for rows, labels in ((draw.train_rows, draw.train_labels), (draw.test_rows, draw.test_labels)):
        if len(rows) != len(labels) or not len(rows):
            raise PackError(f"hidden/{file}: {len(rows)} rows and {len(labels)} labels do not go together")
    return draw


def read_labelled(file: str, label: str, test_share: Fraction, keys: Keys) -> Draw:
    """Return a draw of a labelled CSV file, split by `keys`.

    Raises:
        PackError: the file cannot be read or has no such column.
    """
    import pandas as pd

    try:
        frame = pd.read_csv(HIDDEN / file)
        labels = frame.pop(label)
    except (OSError, ValueError, KeyError) as error:
        raise PackError(f"hidden/{file}: {error!r} (label column: {label!r})") from error
    order = list(range(len(frame)))
    keys.rng("split").shuffle(order)
    held_back = max(1, int(len(order) * test_share))
    test, train = order[:held_back], order[held_back:]
    return Draw(pick(frame, train), labels.iloc[train].tolist(), pick(frame, test), labels.iloc[test].tolist())


def pick(rows: Any, order: Sequence[int]) -> Any:
    """Return the rows of these numbers, in this order, in a container of the same kind.

    A frame's index is replaced, so that it says nothing of where a row came from.
    """
    if hasattr(rows, "iloc"):
        return rows.iloc[list(order)].reset_index(drop=True)
    if hasattr(rows, "dtype"):
        return rows[list(order)]
    return [rows[number] for number in order]
