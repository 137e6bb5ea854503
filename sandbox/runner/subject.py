"""Loads what is asked about: a Python module, several of them, or a notebook whose cells are run.

The learner's files are written to the work folder and imported from there, as they would be at home.
"""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path, PurePosixPath
from typing import Any

WORK = Path("/work/submission")


def place(files: dict[str, bytes], folder: Path = WORK) -> None:
    """Write `files` below `folder`. Names were checked outside, and are checked again here.

    Raises:
        ValueError: a name that leaves the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)  # also for no files at all
    for name, content in files.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(name)
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def import_modules(names: list[str]) -> Any:
    """Import the modules of these file names; one alone is the subject itself, several are its attributes."""
    if str(WORK) not in sys.path:
        sys.path.insert(0, str(WORK))
    sys.path_importer_cache.pop(str(WORK), None)  # or what was found there before is all there is
    _forget(names)
    modules = {name: importlib.import_module(name.removesuffix(".py").replace("/", ".")) for name in names}
    if len(modules) == 1:
        return next(iter(modules.values()))
    return types.SimpleNamespace(
        **{
            name.removesuffix(".py").split("/")[0]: sys.modules[name.removesuffix(".py").split("/")[0]]
            for name in names
        }
    )


def _forget(names: list[str]) -> None:
    """Let a learner's `joblib.py` be the learner's, whatever was imported under that name to make ready.

    Names of modules are looked through only if there is such a one: in a fork each is on a page that is copied then.
    """
    tops = {name.removesuffix(".py").split("/")[0] for name in names}
    if not any(top in sys.modules for top in tops):
        return
    for loaded in [name for name in sys.modules if name.split(".")[0] in tops]:
        del sys.modules[loaded]


def run_cells(cells: list[str]) -> Any:
    """Run the code cells of a notebook, in order, in one namespace; returns that namespace as a module.

    Each cell is compiled on its own, so that its traceback names the cell.
    """
    notebook = types.ModuleType("__main__")
    sys.modules["__main__"] = notebook
    for number, source in enumerate(cells, start=1):
        exec(compile(source, f"cell {number}", "exec"), notebook.__dict__)
    return notebook
