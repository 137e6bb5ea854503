"""Fit here, predict in another box: what is carried over is an artefact, a few files of bytes.

The artefact is what `fit` returned, pickled, and whatever the learner saved in the artefact folder. It is opened only
in a learner's box, so that a hostile pickle meets nobody but its maker; outside it is bytes.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import subject

FOLDER = Path("/work/artefact")
RETURNED = "returned.pickle"


def fit(function: Callable[..., Any], args: list[Any]) -> dict[str, bytes]:
    """Call `function` with the artefact folder as working directory and return the artefact."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.chdir(FOLDER)
    returned = pickle.dumps(function(*args), protocol=5)
    saved = {str(path.relative_to(FOLDER)): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}
    return {**saved, RETURNED: returned}


def predict(function: Callable[..., Any], artefact: dict[str, bytes], args: list[Any]) -> Any:
    """Restore the artefact and call `function` with what `fit` returned and `args`."""
    return function(restore(artefact), *args)


def restore(artefact: dict[str, bytes]) -> Any:
    """Put the artefact's files in its folder, which becomes the working directory, and return what `fit` returned."""
    subject.place({name: content for name, content in artefact.items() if name != RETURNED}, FOLDER)
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.chdir(FOLDER)
    return pickle.loads(artefact[RETURNED])  # noqa: S301 - the learner's own bytes in the learner's own box
