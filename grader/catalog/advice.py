"""Advice on hidden tests: what Python lets pass without asking, and so says nothing of an answer.

`is`, `type`, `id` and `callable` cannot be refused by a handle. `assert submission.f() is not None` therefore passes
for any object whatever; compare values instead. This reads the author's text only, and warns; it refuses nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

_ANSWERERS = frozenset({"submission", "box", "notebook", "model", "stream", "artefact"})
_SILENT = frozenset({"type", "id", "callable"})


def advice(hidden: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return a sentence, with file and line, for each use on an answer that says nothing of it.

    Args:
        hidden: the pack's hidden files by path; only `tests/*.py` are read.
    """
    found = []
    for path in sorted(hidden):
        if not (path.startswith("tests/") and path.endswith(".py")):
            continue
        try:
            tree = ast.parse(hidden[path])
        except (SyntaxError, ValueError):
            continue  # the proctor tells the author of it, with pytest's own words
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and function.name.startswith("test"):
                found += [f"hidden/{path}, line {line}: {what}" for line, what in _silent_uses(function)]
    return tuple(found)


def _silent_uses(function: ast.FunctionDef) -> Iterator[tuple[int, str]]:
    answers = _names_of_answers(function)
    for node in ast.walk(function):
        asked, on = _silent_question(node)
        if any(_is_answer(part, answers) for part in on):
            yield on[0].lineno, f"`{asked}` on an answer asks the box nothing; compare values with =="


def _silent_question(node: ast.AST) -> tuple[str, list[ast.expr]]:
    """Return which of the four is asked, and on what; nothing of anything else."""
    if isinstance(node, ast.Compare) and any(isinstance(operator, ast.Is | ast.IsNot) for operator in node.ops):
        return "is", [node.left, *node.comparators]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SILENT:
        return node.func.id, node.args
    return "", []


def _names_of_answers(function: ast.FunctionDef) -> frozenset[str]:
    """Return the variables that hold what a box answered."""
    names = {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and _is_answer(node.value, frozenset())
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return frozenset(names)


def _is_answer(node: ast.expr, names: frozenset[str]) -> bool:
    """Whether an expression is what a box answered: a chain of attributes, calls and items that starts at a fixture."""
    if isinstance(node, ast.Name):
        return node.id in names
    asked = False
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        asked = True
        # `same_as_arg` is a number of ours, or None
        if isinstance(node, ast.Attribute) and node.attr == "same_as_arg":
            return False
        node = node.func if isinstance(node, ast.Call) else node.value
    return asked and isinstance(node, ast.Name) and node.id in _ANSWERERS | names
