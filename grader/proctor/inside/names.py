"""The names that a parsed source uses, imports and leaves undocumented.

A rule on names is a deterrent. What Python offers to reach a name without writing it where it would be seen is read as
a use all the same, as far as text shows it:

    getattr(list, "sort"), vars(list)["sort"], list.__dict__["sort"]      the name as a text
    operator.attrgetter("sort"), methodcaller("sort")                     likewise
    import_module("heapq"), __import__("heapq")                           an import
    from builtins import sorted as x; x = builtins.sorted                 a use of `sorted`
    getattr(xs, "so" + "rt")                                              texts that are put together from constants
    eval, exec, compile, __builtins__, getattr with another text          ANYTHING, against every rule that forbids
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

ANYTHING = "*"
"""Stands among the used names for what cannot be seen: code in texts, and names that are computed."""

_BY_TEXT = frozenset({"getattr", "attrgetter", "methodcaller"})
_IMPORTERS = frozenset({"__import__", "import_module"})
_OF_TEXT = frozenset({"eval", "exec", "compile", "globals", "__builtins__"})
_INSIDES = frozenset({"__builtins__", "__globals__", "__getattribute__"})
_TABLES = frozenset({"__dict__", "vars"})


def imported(tree: ast.AST) -> set[str]:
    """Return the modules that are imported, by their first name."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Call) and _name(node.func) in _IMPORTERS and node.args:
            text = _text(node.args[0])
            found.add(ANYTHING if text is None else text.partition(".")[0])
        elif isinstance(node, ast.Name) and node.id in _OF_TEXT:
            found.add(ANYTHING)
    return found


def used(tree: ast.AST) -> set[str]:
    """Return the names that are used: plain ones, attributes with a point before them, and those in disguise."""
    return {name for node in ast.walk(tree) for name in _uses(node)}


def undocumented(tree: ast.Module) -> int:
    """Return how many public functions, classes and methods say nothing of what they are for.

    Those at the top of a module, and the methods of its public classes; a name that begins with `_` is not public.
    """
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and _public(node)]
    inner = [node for one in classes for node in one.body]
    return sum(
        _public(node) and not ast.get_docstring(node)
        for node in [*tree.body, *inner]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    )


def _uses(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield node.id
        if node.id in _OF_TEXT:
            yield ANYTHING
    elif isinstance(node, ast.Attribute):
        yield f".{node.attr}"
        if _name(node.value) == "builtins":
            yield node.attr
        if node.attr in _INSIDES:
            yield ANYTHING
    elif isinstance(node, ast.ImportFrom) and node.module == "builtins":
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.Call) and _name(node.func) in _BY_TEXT:
        yield from _named(node.args[1:2] if _name(node.func) == "getattr" else node.args[:1])
    elif isinstance(node, ast.Subscript) and _is_table(node.value):
        yield from _named([node.slice])


def _named(texts: list[ast.expr]) -> Iterator[str]:
    """Yield what a text names, as a plain name and as an attribute; ANYTHING for one that is computed."""
    for node in texts:
        text = _text(node)
        if text is None:
            yield ANYTHING
        else:
            yield from (name for part in text.split(".") for name in (part, f".{part}"))


def _text(node: ast.expr) -> str | None:
    """Return the text that an expression of constants is, or None."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return None if left is None or right is None else left + right
    if isinstance(node, ast.JoinedStr):
        parts = [_text(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values]
        return None if None in parts else "".join(part for part in parts if part is not None)
    return None


def _name(node: ast.expr) -> str:
    """Return the last name of what is called or asked, or an empty text."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _is_table(node: ast.expr) -> bool:
    return _name(node.func if isinstance(node, ast.Call) else node) in _TABLES


def _public(node: ast.stmt) -> bool:
    return not getattr(node, "name", "_").startswith("_")
