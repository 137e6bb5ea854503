"""The process that parses a learner's files: it limits itself, reads one question, answers with digests.

It imports nothing but the standard library and holds nothing that is worth having. What comes out of it are digests
over the syntax trees of the files, without what a copyist changes for nothing: comments, layout, docstrings, positions.
Names are kept: renaming a variable is little work, but whoever looks only for that would find everybody equal who
solved a short exercise in the obvious way. Run by `syntax` as `python -m grader.certify.syntax_child`.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import resource
import sys
from typing import Any

MEMORY = 512 * 2**20
CPU_SECONDS = 5


def main() -> None:
    """Answer one question."""
    for which, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(which, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump([digest(files) for files in json.load(sys.stdin.buffer)], sys.stdout)


def digest(files: dict[str, str]) -> str:
    """Return the digest of a set of files, given in base64; empty where it cannot be told what they are."""
    try:
        trees = [[name, normalised(name, base64.b64decode(text))] for name, text in sorted(files.items())]
    except (SyntaxError, ValueError, RecursionError, MemoryError, KeyError, TypeError, AttributeError):
        return ""
    return hashlib.sha256(json.dumps(trees).encode()).hexdigest()


def normalised(name: str, content: bytes) -> str:
    """Return a file without what does not count; one that is no Python as it is."""
    if name.endswith(".py"):
        return _dumped(ast.parse(content))
    if name.endswith(".ipynb"):
        return _dumped(ast.parse("\n".join(_code(json.loads(content)))))
    return hashlib.sha256(content).hexdigest()


def _code(notebook: dict[str, Any]) -> list[str]:
    """Return the code cells of a notebook without magics and shell lines, which are no Python."""
    cells = ("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    return [
        "\n".join(line for line in cell.splitlines() if not line.lstrip().startswith(("%", "!")))
        for cell in cells
        if not cell.lstrip().startswith("%%")
    ]


def _dumped(tree: ast.Module) -> str:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = _without_docstring(node.body)
        elif isinstance(node, ast.Constant):
            node.kind = None
    return ast.dump(tree, annotate_fields=False)


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return body[1:] or [ast.Pass()]
    return body


if __name__ == "__main__":
    main()
