"""The learner's source, read here and never in the engine: code cells of a notebook, facts about Python text.

Both are read in a child with limits of its own, because a stranger's text can crash a parser, or keep it busy.
"""

from __future__ import annotations

import ast
from typing import Any

from grader.proctor.inside.child import CPU_SECONDS, MEMORY, in_a_child


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
    import nbformat

    try:
        notebook = nbformat.reads(content.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
        cells = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - nbformat raises what it likes
        return {"problem": f"{type(error).__name__}: {str(error)[:200]}"}
    if not all(isinstance(cell, str) for cell in cells):
        return {"problem": "a cell's source is no text"}
    return {"cells": cells}


def _without_magics(cell: str) -> str:
    if cell.lstrip().startswith("%%"):
        return "\n".join(f"# {line}" for line in cell.splitlines())
    lines = cell.splitlines()
    return "\n".join(f"# {line}" if line.lstrip().startswith(("%", "!")) else line for line in lines)


def facts(sources: list[str]) -> dict[str, Any] | None:
    """Return what Python sources import, call and how complex their functions are; None when they cannot be parsed.

    `{"imports": [...], "calls": [...], "functions": [[name, complexity], ...]}`
    """
    found: dict[str, Any] | None = in_a_child(lambda: _gather(sources), bounded=True)
    return found


def _gather(sources: list[str]) -> dict[str, Any]:
    from radon.complexity import cc_visit_ast

    imports: set[str] = set()
    calls: set[str] = set()
    functions: list[list[Any]] = []
    for source in sources:
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imports.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imports.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                calls.add(node.id)
            elif isinstance(node, ast.Attribute):
                calls.add(f".{node.attr}")
        for block in cc_visit_ast(tree):
            if hasattr(block, "methods"):
                continue
            name = f"{block.classname}.{block.name}" if getattr(block, "classname", None) else block.name
            functions.append([name, block.complexity])
    return {"imports": sorted(imports), "calls": sorted(calls), "functions": sorted(functions)}
