"""The learner's source, read here and never in the engine: code cells of a notebook, facts about Python text.

Both are read in a child with limits of its own, because a stranger's text can crash a parser, or keep it busy.

nbformat only logs what breaks its own schema, and meets the rest with whatever exception comes first. So what a
notebook must be is asked here, step by step, with a sentence for the learner each; nbformat then joins lines, and has
the last word on outputs. It stays as lenient as Jupyter is: not everything that the schema forbids harms.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from typing import Any

from grader.proctor.inside import names
from grader.proctor.inside.child import CPU_SECONDS, MEMORY, in_a_child

_CELL_TYPES = ("code", "markdown", "raw")
_SAVE_AGAIN = "open it in Jupyter and save it again"
_LONGEST_SHOWN = 30


class NotANotebook(Exception):
    """The file is no notebook; the message says why."""


def code_cells(content: bytes) -> tuple[str, ...]:
    """Return the code cells of a notebook, magics and shell lines made comments.

    Raises:
        NotANotebook: not JSON, not of the notebook format, or more work to read than a notebook may be.
    """
    read = in_a_child(lambda: _read(content), bounded=True)
    if read is None:
        raise NotANotebook(
            f"not a notebook: it takes more than {CPU_SECONDS} s or {MEMORY // 2**20} MB to read; "
            "clear its outputs, save it again, and look whether it opens in Jupyter"
        )
    if "problem" in read:
        raise NotANotebook(f"not a notebook: {read['problem']}")
    return tuple(_without_magics(cell) for cell in read["cells"])


def _read(content: bytes) -> dict[str, Any]:
    """Return the sources of the code cells, or the problem."""
    from nbformat import v4

    try:
        notebook = _as_json(content)
        _look(notebook)
        cells = v4.to_notebook_json(notebook)["cells"]  # type: ignore[no-untyped-call]
    except NotANotebook as problem:
        return {"problem": str(problem)}
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - nbformat raises what it likes
        return {"problem": "its outputs or metadata are not as Jupyter writes them; clear its outputs, save it again"}
    return {"cells": [cell["source"] for cell in cells if cell["cell_type"] == "code"]}


def _as_json(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        problem = f"it is not text in UTF-8; {_SAVE_AGAIN}"
    except json.JSONDecodeError as error:
        problem = f"it is not JSON from line {error.lineno}, column {error.colno} on; {_SAVE_AGAIN}"
    except ValueError:  # Python reads no number of more than some thousand digits
        problem = f"it holds a number of far too many digits; {_SAVE_AGAIN}"
    except RecursionError:
        problem = "its JSON is nested far too deep; clear its outputs and save it again"
    raise NotANotebook(problem)


def _look(notebook: Any) -> None:
    """Refuse what is not a notebook of version 4, or has a cell that is none."""
    _expect(notebook, dict, "it", "an object")
    version = notebook.get("nbformat")
    if version != 4:  # noqa: PLR2004 - the version that Jupyter has written since 2014
        raise NotANotebook(f"nbformat is {_shown(version)}; expected 4: {_SAVE_AGAIN}")
    _expect(notebook.get("nbformat_minor"), int, "nbformat_minor", "a whole number")
    _expect(notebook.get("metadata"), dict, "metadata", "an object")
    _expect(notebook.get("cells"), list, "cells", "a list")
    for number, cell in enumerate(notebook["cells"], start=1):
        _look_at_cell(f"cell {number}", cell)


def _look_at_cell(name: str, cell: Any) -> None:
    _expect(cell, dict, name, "an object")
    kind = cell.get("cell_type")
    if kind not in _CELL_TYPES:
        raise NotANotebook(f"cell_type of {name} is {_shown(kind)}; expected {', '.join(_CELL_TYPES)}: {_SAVE_AGAIN}")
    _expect(cell.get("metadata"), dict, f"metadata of {name}", "an object")
    if kind == "code":
        _expect(cell.get("outputs", []), list, f"outputs of {name}", "a list")
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    for line in lines:
        _expect(line, str, f"source of {name}" if lines is not source else f"a line of {name}", "text")
    try:
        "".join(lines).encode()
    except UnicodeEncodeError as error:
        raise NotANotebook(
            f"source of {name} holds half of a character, {error.object[error.start]!a}; write it anew"
        ) from error


def _expect(value: Any, kind: type, name: str, what: str) -> None:
    if not isinstance(value, kind):
        raise NotANotebook(f"{name} is {_shown(value)}; expected {what}: {_SAVE_AGAIN}")


def _shown(value: Any) -> str:
    """Return what was found in its place, in words."""
    if value is None:
        return "missing or null"
    if isinstance(value, str):
        return ascii(value[:_LONGEST_SHOWN])
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return str(value)[:_LONGEST_SHOWN]


def _without_magics(cell: str) -> str:
    if cell.lstrip().startswith("%%"):
        return "\n".join(f"# {line}" for line in cell.splitlines())
    lines = cell.splitlines()
    return "\n".join(f"# {line}" if line.lstrip().startswith(("%", "!")) else line for line in lines)


def facts(sources: Sequence[str]) -> dict[str, Any] | None:
    """Return what Python sources import, call and how complex their functions are; None when they cannot be parsed.

    `{"imports": [...], "calls": [...], "functions": [[name, complexity], ...], "maintainability": [index, ...],
    "undocumented": number}`. The index is radon's, of each source, from 0 to 100.
    """
    found: dict[str, Any] | None = in_a_child(lambda: _gather(sources), bounded=True)
    return found


def _gather(sources: Sequence[str]) -> dict[str, Any]:
    from radon.complexity import cc_visit_ast
    from radon.metrics import mi_visit

    imports: set[str] = set()
    calls: set[str] = set()
    functions: list[list[Any]] = []
    undocumented = 0
    for source in sources:
        tree = ast.parse(source)
        imports |= names.imported(tree)
        calls |= names.used(tree)
        undocumented += names.undocumented(tree)
        for block in cc_visit_ast(tree):
            if hasattr(block, "methods"):
                continue
            name = f"{block.classname}.{block.name}" if getattr(block, "classname", None) else block.name
            functions.append([name, block.complexity])
    return {
        "imports": sorted(imports),
        "calls": sorted(calls),
        "functions": sorted(functions),
        "maintainability": [float(mi_visit(source, multi=True)) for source in sources],
        "undocumented": undocumented,
    }
