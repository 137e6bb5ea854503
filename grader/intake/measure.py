"""How much a submission may hold, and which names can be shown: known to every way in."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from grader.errors import SubmissionError
from grader.model import ARTEFACTS

MEGABYTE = 2**20
MAX_TOTAL = 32 * MEGABYTE
MAX_ARCHIVE = 64 * MEGABYTE
MAX_NAMED = 30
_MAX_FILE, _MAX_NOTEBOOK, _MAX_ARTEFACT = 1 * MEGABYTE, 20 * MEGABYTE, 16 * MEGABYTE
_LONGEST_SHOWN = 120


def cap_of(name: str) -> int:
    """Return how many bytes a file of this name may have; notebooks carry pictures, models weights."""
    if name.endswith((*ARTEFACTS, ".onnx.data")):
        return _MAX_ARTEFACT
    return _MAX_NOTEBOOK if name.endswith(".ipynb") else _MAX_FILE


def too_big(name: str) -> SubmissionError:
    """Return the refusal of a file over its cap."""
    return SubmissionError(
        f"{printable(name)} is larger than {cap_of(name) // MEGABYTE} MB, the most such a file may be"
    )


def printable(name: str) -> str:
    """Return `name` as it can safely be shown on a terminal: nothing that moves, colours or hides, and not endless."""
    cut = name if len(name) <= _LONGEST_SHOWN else name[: _LONGEST_SHOWN - 3] + "..."
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in cut)


def listed(names: Iterable[str]) -> tuple[str, ...]:
    """Return names to show, in order; of very many only the first, and how many more."""
    every = sorted(printable(name) for name in names)
    rest = len(every) - MAX_NAMED
    return (*every[:MAX_NAMED], f"and {rest} more") if rest > 0 else tuple(every)


def missing(name: str, others: Iterable[str], taken: Iterable[str] = ()) -> SubmissionError:
    """Return the refusal of a submission that lacks `name`, with the nearest of what is there and was not asked for."""
    names = [printable(one) for one in others]
    base = {one.rstrip("/").rsplit("/", 1)[-1].lower(): one for one in reversed(names)}
    near = difflib.get_close_matches(name.rsplit("/", 1)[-1].lower(), base, n=1, cutoff=0.6)
    if near:
        return SubmissionError(f"{name} is missing; found {base[near[0]]} instead: is it meant to be {name}?")
    names += taken
    if not names:
        return SubmissionError(f"{name} is missing; found nothing at all")
    return SubmissionError(f"{name} is missing; found only {', '.join(listed(names))}")
