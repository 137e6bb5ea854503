"""The proctor's own code, as it is sent into its box (in no image, pinned by the engine's version); what boxes import.

What is slow and knows nothing of a submission (our own modules, pytest, the libraries that a pack names) is imported
once, before there is one: in a cell, every sitting is then a fork of a process that has all of it. So this part writes
no file and opens none of the pack's; modules come out of the bytes, and keep the tree's own names, so that imports read
the same here and there.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path

from grader.model import Metric, Pack, Static, Tests
from grader.settings import resource

DEADLINE_SECONDS = 3600
"""How long a box of a sitting lives at most."""

LOADER = """
import gc, importlib, json, sys
from contextlib import suppress
from importlib.abc import InspectLoader
from importlib.util import spec_from_loader

class Bundle(InspectLoader):
    sources = json.loads(BUNDLE)

    def find_spec(self, name, path=None, target=None):
        if name in self.sources:
            spec = spec_from_loader(name, self, origin=self.place(name), is_package=self.is_package(name))
            spec.has_location = True  # with it tracebacks find the source
            return spec

    def is_package(self, name):
        return any(other.startswith(name + ".") for other in self.sources)

    def get_source(self, name):
        return self.sources[name]

    def get_code(self, name):
        return compile(self.get_source(name), self.place(name), "exec", dont_inherit=True)

    def place(self, name):
        return f"/bundle/{name.replace('.', '/')}.py"

sys.meta_path.insert(0, Bundle())
"""
"""Finds modules among the bytes that came along."""

PREPARE = """
for name in sorted(Bundle.sources):
    importlib.import_module(name)
for name in LIBRARIES:
    with suppress(ImportError):
        importlib.import_module(name)
from sandbox.runner.warm import warm
warm()
from grader.proctor.inside.main import main, prepare
prepare(SESSIONS)
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
"""
"""What runs before there is a submission. Frozen and rarely looked for, garbage costs a fork no copies of pages."""

MOST_SESSIONS = 8
"""Sessions of pytest made ahead, one for each check of tests."""

PROGRAM = "main()"
"""What a sitting runs, after it or in a fork of it."""

_SHARED = ("__init__.py", "frames.py", "caps.py", "values.py", "arrays.py", "warm.py")
"""Of the runner: what crosses, as both ends read it, and how libraries are made ready."""

_ALWAYS = tuple(
    f"_pytest.{name}"
    for name in (
        "_argcomplete assertion capture debugging helpconfig logging monkeypatch python recwarn reports skipping "
        "subtests threadexception tmpdir tracemalloc unittest unraisableexception warnings"
    ).split()
)
"""What pytest, the wire and we look up only when it is needed, and every sitting does."""

_ARRAYS = ("numpy", "numpy.random", "pandas")
"""What rebuilds a learner's arrays and frames."""

_LIBRARIES = (
    *_ARRAYS,
    "scipy.optimize",
    "scipy.sparse",
    "scipy.stats",
    "sklearn.datasets",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sklearn.model_selection",
    "hypothesis",
    "hypothesis.strategies",
)
"""What an author's file may ask for. Looked for as bytes, each part of a name by itself: nothing here parses a pack."""

_LEARNERS = (
    *_ARRAYS,
    "joblib",
    "torch",
    "fastapi",
    *(f"scipy.{part}" for part in "optimize sparse stats".split()),
    *(
        f"sklearn.{part}"
        for part in (
            "cluster compose datasets decomposition ensemble feature_extraction.text linear_model metrics "
            "model_selection naive_bayes neighbors pipeline preprocessing svm tree"
        ).split()
    ),
    "cv2",
    "xgboost",
    "tensorflow",
    "transformers.models.auto",
    "transformers.models.bert.modeling_bert",
    "spacy.lang.en",
    "spacy.pipeline",
    *(f"langchain_core.{part}" for part in "language_models.chat_models output_parsers prompts".split()),
    "langchain_text_splitters",
    "pinecone",
)
"""What a submission may import that takes long to, and that a fork finds as it was: it starts no thread and opens no
file. onnxruntime does both (measured: a thread, and a database in the home), and so is not among them."""

_OPENERS = {
    ".onnx": ("onnx",),
    ".tflite": ("ai_edge_litert.interpreter",),
    ".safetensors": ("safetensors.numpy",),
    ".joblib": ("joblib",),
}
"""What opens a model that is handed in as a file, by its ending."""

_FIRST_USES = {"torch.optim": ("torch._dynamo",)}
"""What a library imports when something is first used: PyTorch a compiler, with the first optimizer (1.7 s)."""

_DRIVING = {"service": ("asyncio",), "streamlit": ("pandas", "streamlit"), "gradio": ("gradio",)}
"""What a box of a kind drives its app by; Streamlit's AppTest itself makes a folder when it is imported, and waits."""

_SCORING = ("numpy", "sklearn.base", "sklearn.metrics")

MOST_PACKS = 4
"""Packs whose preparation is remembered, for a worker asks with every submission; each is kept with all its files."""


@lru_cache(maxsize=MOST_PACKS)
def prepare(pack: Pack) -> str:
    """Return what runs before there is a submission to this pack."""
    sessions = sum(isinstance(check, Tests) for check in pack.rubric.checks.values())
    return f"LIBRARIES, SESSIONS = {_libraries(pack)!r}, {min(sessions, MOST_SESSIONS)}\n{LOADER}{PREPARE}"


@lru_cache(maxsize=MOST_PACKS)
def prepare_box(pack: Pack) -> str:
    """Return what runs in a learner's box before there is a submission to this pack.

    It imports what the pack's starter, reference and tests name; who imports something else waits for it.
    """
    shown = (pack.starter, pack.reference, pack.data, pack.hidden)
    code = [content for files in shown for name, content in files.items() if name.endswith((".py", ".ipynb"))]
    found = [*_DRIVING.get(pack.assignment.kind, ()), *(library for library in _LEARNERS if _named(library, code))]
    also = {**_OPENERS, **_FIRST_USES}
    found += [library for word, libraries in also.items() if _named(word, code) for library in libraries]
    return f"from grader_runner.prepare import prepare; prepare({found!r})"


def _libraries(pack: Pack) -> list[str]:
    """Return the libraries that judging by this pack is likely to need; a wrong guess costs time, and nothing else."""
    code = [content for name, content in pack.hidden.items() if name.endswith(".py")]
    shown = [content for files in (pack.starter, pack.reference) for content in files.values()]
    found = {library for library in _LIBRARIES if _named(library, code)}
    found |= {library for library in _ARRAYS if _named(library, shown)}
    for check in pack.rubric.checks.values():
        if isinstance(check, Metric):
            found |= {"pandas"} if check.data else set()
            found |= set(_SCORING) if ":" not in check.scorer else set()
        elif isinstance(check, Static):
            found |= {"radon.complexity", "radon.metrics"}
    if pack.assignment.kind == "notebook":
        found.add("nbformat.v4")
    return [*_ALWAYS, *sorted(found)]


def _named(library: str, contents: list[bytes]) -> bool:
    parts = library.encode().split(b".")
    return any(all(part in content for part in parts) for content in contents)


@cache
def bundle() -> bytes:
    """Return the sources by module name, as JSON."""
    package, runner = Path(__file__).parent, resource("sandbox") / "runner"
    files = {
        "grader": package.parent / "__init__.py",
        "grader.proctor": package / "__init__.py",
        **{_module("grader.proctor.inside", path.name): path for path in (package / "inside").glob("*.py")},
        **{_module("sandbox.runner", name): runner / name for name in _SHARED},
    }
    sources = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    return json.dumps({"sandbox": "", **sources}, sort_keys=True).encode()


def _module(package: str, file: str) -> str:
    return package if file == "__init__.py" else f"{package}.{file.removesuffix('.py')}"
