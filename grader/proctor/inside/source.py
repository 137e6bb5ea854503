"""The learner's source, read here and never in the engine: code cells of a notebook, facts about Python text.

Facts are gathered in a child with limits of its own, because a stranger's source can crash a parser.
"""

from __future__ import annotations

import ast
import json
import os
import resource
from typing import Any

CPU_SECONDS = 10
MEMORY = 1024 * 2**20
MAX_FACTS = 2**20


class NotANotebook(Exception):
    """The file is no notebook; the message says why."""


def code_cells(content: bytes) -> tuple[str, ...]:
    """Return the code cells of a notebook, magics and shell lines made comments.

    Raises:
        NotANotebook: not JSON, or not of the notebook format.
    """
    import nbformat

    try:
        notebook = nbformat.reads(content.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
        cells = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    except Exception as error:
        raise NotANotebook(f"not a notebook: {type(error).__name__}: {str(error)[:200]}") from error
    if not all(isinstance(cell, str) for cell in cells):
        raise NotANotebook("not a notebook: a cell's source is no text")
    return tuple(_without_magics(cell) for cell in cells)


def _without_magics(cell: str) -> str:
    if cell.lstrip().startswith("%%"):
        return "\n".join(f"# {line}" for line in cell.splitlines())
    lines = cell.splitlines()
    return "\n".join(f"# {line}" if line.lstrip().startswith(("%", "!")) else line for line in lines)


def facts(sources: list[str]) -> dict[str, Any] | None:
    """Return what Python sources import, call and how complex their functions are; None when they cannot be parsed.

    `{"imports": [...], "calls": [...], "functions": [[name, complexity], ...]}`
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _gather_and_exit(sources, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read(MAX_FACTS + 1)
    _, status = os.waitpid(child, 0)
    if status != 0 or len(text) > MAX_FACTS:
        return None
    return json.loads(text)  # type: ignore[no-any-return]  # written by our own child


def _gather_and_exit(sources: list[str], writing: int) -> None:
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(_gather(sources)).encode())
        os._exit(0)
    except BaseException:  # noqa: BLE001 - whatever the parser does, the child's status says it
        os._exit(1)


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
