"""What is asked about: the learner's files as a box is to load them, and their source as rules on text read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from grader.proctor.inside import source

BUILT = ("cpp", "java")
"""Kinds that are built before they are loaded."""
_REPOSITORY = "data/repository/"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is loaded into a box.

    Attributes:
        kind: the assignment's.
        files: relative path to bytes: the submission's and the pack's public data.
        public: the latter alone.
        options: how it is built, for a kind that is.
        modules: file names to import; there may be none.
        cells: code cells, for a notebook.
        sources: the submission's Python, a text a module; the notebook's cells as one.
    """

    kind: str
    files: dict[str, bytes]
    public: dict[str, bytes] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    modules: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, kind: str, submission: Mapping[str, bytes], public: Mapping[str, bytes], options: Mapping[str, Any]
    ) -> Self:
        """Return the subject that a submission is.

        Raises:
            NotANotebook: it was to be one.
        """
        if kind == "patch":  # the given files lie where the learner's repository has them
            public = {name.removeprefix(_REPOSITORY): content for name, content in public.items()}
        files = {**public, **submission}
        if kind == "notebook":
            notebook = next(content for name, content in submission.items() if name.endswith(".ipynb"))
            cells = source.code_cells(notebook)
            return cls(kind, files, cells=cells, sources=("\n".join(cells),))
        if kind in BUILT:
            return cls(kind, files, public=dict(public), options=dict(options))
        modules = sorted(name for name in submission if name.endswith(".py"))
        texts = tuple(submission[name].decode("utf-8", "replace") for name in modules)
        return cls(kind, files, modules=tuple(modules), sources=texts)
