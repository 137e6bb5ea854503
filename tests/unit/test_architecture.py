"""The shape of the house, read from its imports: one-way layers, no circles, one door per library.

Nothing is imported here; sources are parsed. Each rule is a function from sources to sentences, and each has a positive
control: a small bad source that the rule must catch.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Sources = Mapping[str, str]
"""Module name to source text."""

GROUND, READERS, OUTSIDE, CHECKS, STORY, DESK, DOORS = range(7)

LAYERS = {
    "grader": GROUND,
    "grader.errors": GROUND,
    "grader.model": GROUND,
    "grader.scoring": GROUND,
    "grader.canonical": GROUND,
    "grader.keys": GROUND,
    "grader.merkle": GROUND,
    "grader.settings": READERS,
    "grader.engine": READERS,
    "grader.wire": READERS,
    "grader.catalog": READERS,
    "grader.store": READERS,
    "grader.credential": READERS,
    "grader.ledger": READERS,
    "grader.render": READERS,
    "grader.log": READERS,
    "grader.queue": OUTSIDE,
    "grader.sandbox": OUTSIDE,
    "grader.proctor": OUTSIDE,
    "grader.intake": OUTSIDE,
    "grader.certify": OUTSIDE,
    "grader.checks": CHECKS,
    "grader.story": STORY,
    "grader.dispatch": DESK,
    "grader.desk": DESK,
    "grader.reception": DESK,
    "grader.pipeline": DESK,
    "grader.pinned": DESK,
    "grader.replay": DESK,
    "grader.reviewing": DESK,
    "grader.confirming": DESK,
    "grader.requesting": DESK,
    "grader.golden": DESK,
    "grader.standing": DESK,
    "grader.batch": DESK,
    "grader.doctor": DESK,
    "grader.jobs": DOORS,
    "grader.certifier": DOORS,
    "grader.crew": DOORS,
    "grader.watch": DOORS,
    "grader.cli": DOORS,
    "grader.__main__": DOORS,
}
"""Every module or package to its layer, as docs/architecture.md draws them; the longest name that fits decides."""

INSIDE, RUNNER = "grader.proctor.inside", "sandbox.runner"
UNPACKER = "grader.intake.unpack_child"
ALONE = (UNPACKER, "grader.intake.patch_child")
STANDINS = "sandbox.standins"
"""Sent to a box of its own: the standard library, itself, and of the runner what its bundle holds."""

DOOR_OF = {
    "docker": (
        "grader.sandbox.docker",
        "grader.sandbox.docker_client",
        "grader.sandbox.images",
        "grader.sandbox.removal",
    ),
    "sqlalchemy": ("grader.store", "grader.ledger"),
    "alembic": ("grader.store",),
    "redis": ("grader.queue",),
    "rq": ("grader.queue",),
    "structlog": ("grader.log",),
    "prometheus_client": ("grader.watch",),
    "jinja2": ("grader.render.html",),
    "markupsafe": ("grader.render.html",),
    "segno": ("grader.render.qr",),
    "typst": ("grader.render.pdf",),
    "platformdirs": ("grader.settings",),
    "cryptography": ("grader.credential.multikey", "grader.ledger"),
    "rfc8785": ("grader.credential.strict_json",),
    "pyld": ("grader.credential.linked",),
    "pydantic": ("grader.catalog", "grader.store"),
    "pydantic_core": ("grader.catalog",),
    "rich": ("grader.cli", "grader.render.terminal"),
    "typer": ("grader.cli",),
    "pytest": (INSIDE,),
    "_pytest": (INSIDE,),
    "hypothesis": (INSIDE,),
    "nbformat": (INSIDE,),
    "radon": (INSIDE,),
    "sklearn": (INSIDE, f"{RUNNER}.warm"),
    "joblib": (f"{RUNNER}.artefact",),
    "safetensors": (f"{RUNNER}.artefact",),
    "onnx": (f"{RUNNER}.artefact",),
    "onnxruntime": (f"{RUNNER}.artefact",),
    "ai_edge_litert": (f"{RUNNER}.artefact",),
    "streamlit": (f"{RUNNER}.streamlit_app",),
    "gradio": (f"{RUNNER}.gradio_app",),
    "numpy": (INSIDE, RUNNER),
    "pandas": (INSIDE, RUNNER),
}
"""Every library that is not the standard one, and the only modules or packages that may import it."""

EARLY_INSIDE = {"pytest", "_pytest"}
"""What the proctor may import at module level beside the standard library, itself and the runner's wire."""

WIRE = {"sandbox.runner.frames", "sandbox.runner.caps", "sandbox.runner.values", "sandbox.runner.arrays"}
"""What of the untrusted side also runs in the proctor."""

IMPURE = set(
    "asyncio datetime getpass io logging os pathlib random secrets select selectors shutil socket subprocess sys "
    "tempfile threading time urllib uuid".split()
)
"""What nothing on the ground may import: no I/O, no clock, no randomness."""

BAD_FILES = {"base", "common", "helper", "helpers", "misc", "util", "utils"}
BAD_CLASS = re.compile(r"Manager|Helper")
BAD_PATH = re.compile(r"/work/(?:[m]ain|[s]hared)\b|/tmp/[h]/|/home/[a-z]|/[U]sers/")
"""Folders of one machine; the brackets keep this file from catching itself."""
BAD_HOST = re.compile(
    r"https?://[^\s/\"'`)>]*(?:pyp[i]|python[h]osted|artifactory|nexus|registry|mirror|proxy)[^\s/\"'`)>]*"
)
INDEX_OPTION = re.compile(r"^\s*--(?:index-url|extra-index-url|find-links|trusted-host)", re.MULTILINE)


@dataclass(frozen=True)
class Import:
    """One import: who, what, and when (`early` is at import time, `typing` only for a type checker)."""

    by: str
    of: str
    early: bool
    typing: bool

    @property
    def library(self) -> str:
        """The first part of what is imported."""
        return self.of.partition(".")[0]


# --- reading ----------------------------------------------------------------------------------------------------------


def sources(*folders: str) -> dict[str, str]:
    """Return every module below the folders of the checkout."""
    found = {}
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = path.read_text(encoding="utf-8")
    return found


def imports(module: str, text: str, known: Sources) -> Iterator[Import]:
    """Yield every import of a module by absolute name; `from a import b` is of `a.b` where that is a module."""
    is_package = any(name.startswith(f"{module}.") for name in known)

    def walk(node: ast.AST, *, early: bool, typing: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from (Import(module, alias.name, early, typing) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                of = _absolute(module, child, is_package=is_package)
                for alias in child.names:
                    full = f"{of}.{alias.name}"
                    yield Import(module, full if full in known else of, early, typing)
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                yield from walk(child, early=False, typing=typing)
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                yield from walk(child, early=early, typing=True)
            else:
                yield from walk(child, early=early, typing=typing)

    return walk(tree_of(text), early=True, typing=False)


@cache
def tree_of(text: str) -> ast.Module:
    """Return the parsed source; the same text is parsed once."""
    return ast.parse(text)


def _absolute(module: str, node: ast.ImportFrom, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    up = node.level - 1 if is_package else node.level
    return ".".join([*parts[: len(parts) - up], *([node.module] if node.module else [])])


def all_imports(known: Sources) -> list[Import]:
    """Return every import of every module."""
    return [found for module, text in known.items() for found in imports(module, text, known)]


def lies_in(module: str, package: str) -> bool:
    """Whether a module is a package or lies in it."""
    return module == package or module.startswith(f"{package}.")


def layer(module: str) -> int | None:
    """Return the layer of a module of ours, or None when nobody has said."""
    if module.count(".") and module not in LAYERS:
        return layer(module.rpartition(".")[0]) if module.count(".") > 1 else None
    return LAYERS.get(module)


# --- the rules --------------------------------------------------------------------------------------------------------


def unmapped(known: Sources) -> list[str]:
    """Modules that have no layer."""
    return [f"{module} has no layer: add it to LAYERS" for module in known if layer(module) is None]


def upward(known: Sources) -> list[str]:
    """Imports from a lower layer of a higher one."""
    found = []
    for one in all_imports(known):
        low, high = layer(one.by), layer(one.of) if one.library == "grader" else None
        if low is not None and high is not None and high > low:
            found.append(f"{one.by} (layer {low}) imports {one.of} (layer {high})")
    return found


def circles(known: Sources) -> list[str]:
    """Circles of imports, those within functions included; those for a type checker alone are none."""
    edges: dict[str, set[str]] = {module: set() for module in known}
    for one in all_imports(known):
        if one.of in known and one.of != one.by and not one.typing:
            edges[one.by].add(one.of)
    found: list[str] = []
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        if module in path:
            found.append(" -> ".join((*path[path.index(module) :], module)))
        elif module not in done:
            for of in sorted(edges[module]):
                visit(of, (*path, module))
            done.add(module)

    for module in edges:
        visit(module, ())
    return found


def second_doors(known: Sources) -> list[str]:
    """Libraries imported elsewhere than at their door, and libraries without one."""
    found = []
    for one in all_imports(known):
        library = one.library
        if library in sys.stdlib_module_names or library in {"grader", "sandbox", "__future__"}:
            continue
        doors = DOOR_OF.get(library)
        if doors is None:
            found.append(f"{one.by} imports {library}, which has no door: add it to DOOR_OF")
        elif not any(lies_in(one.by, door) for door in doors):
            found.append(f"{one.by} imports {library}, which only {' and '.join(doors)} may")
    return found


def early_libraries(known: Sources) -> list[str]:
    """Module-level imports beyond the standard library, where a box must start fast and hold nothing."""
    found = []
    for one in all_imports(known):
        behind_the_wall = lies_in(one.by, INSIDE) or lies_in(one.by, RUNNER) or one.by in ALONE
        ours = lies_in(one.of, INSIDE) if lies_in(one.by, INSIDE) else lies_in(one.of, RUNNER)
        allowed = one.library in sys.stdlib_module_names or ours or one.typing
        if lies_in(one.by, INSIDE):
            allowed = allowed or one.library in EARLY_INSIDE or one.of in WIRE
        if lies_in(one.by, STANDINS) and one.by != f"{STANDINS}.__main__":
            behind_the_wall, allowed = True, allowed or lies_in(one.of, STANDINS) or one.of == f"{RUNNER}.frames"
        if behind_the_wall and one.early and not allowed:
            found.append(f"{one.by} imports {one.of} at module level")
    return found


def crossings(known: Sources) -> list[str]:
    """Imports across the wall: the engine of the untrusted side, or what is sent of what stays."""
    found = []
    for one in all_imports(known):
        inside = lies_in(one.by, INSIDE)
        if inside and one.library == "grader" and not lies_in(one.of, INSIDE):
            found.append(f"{one.by} imports {one.of}, which is not sent to the proctor")
        if inside and one.library == "sandbox" and one.of not in WIRE:
            found.append(f"{one.by} imports {one.of}, which is not part of the wire")
        if not inside and lies_in(one.by, "grader") and one.library == "sandbox":
            found.append(f"{one.by} imports {one.of} of the untrusted side")
        if not inside and lies_in(one.by, "grader") and lies_in(one.of, INSIDE):
            found.append(f"{one.by} imports {one.of}, which runs the author's code")
        if lies_in(one.by, RUNNER) and one.library == "grader":
            found.append(f"{one.by} imports {one.of} of the engine")
        if one.by in ALONE and one.library == "grader":
            found.append(f"{one.by} imports {one.of}, and runs alone")
    return found


def impure(known: Sources) -> list[str]:
    """Imports of I/O, clock or randomness on the ground."""
    return [
        f"{one.by} is on the ground and imports {one.of}"
        for one in all_imports(known)
        if layer(one.by) == GROUND and one.library in IMPURE
    ]


def empty_names(known: Sources) -> list[str]:
    """Files and classes whose name says nothing."""
    found = [f"{module}: name it for what it holds" for module in known if module.rpartition(".")[2] in BAD_FILES]
    for module, text in known.items():
        classes = (node for node in ast.walk(tree_of(text)) if isinstance(node, ast.ClassDef))
        found += [f"{module}.{one.name}: name it for what it is" for one in classes if BAD_CLASS.search(one.name)]
    return found


def of_one_machine(files: Mapping[str, str], root: str = "") -> list[str]:
    """Files that name a folder of one machine, or the host of a package registry."""
    found = []
    for name, text in files.items():
        here = [BAD_PATH.search(text), BAD_HOST.search(text), INDEX_OPTION.search(text)]
        found += [f"{name}: {match[0]!r}" for match in here if match]
        if root and root in text:
            found.append(f"{name}: {root!r}, where this checkout lies")
    return found


def tracked() -> dict[str, str]:
    """Return every text file that git tracks, or would if it were added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    if listed.returncode:
        pytest.skip("not a git checkout: nothing is tracked here")
    found = {}
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        try:
            found[name] = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
    return found


# --- the house as it is -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def grader_sources() -> dict[str, str]:
    return sources("grader")


@pytest.fixture(scope="module")
def house(grader_sources: dict[str, str]) -> dict[str, str]:
    # beside the runner, sandbox/ has the self-tests of images, each of which imports what its own family is for
    return grader_sources | sources("sandbox/runner", "sandbox/standins")


def test_every_module_has_a_layer(grader_sources: dict[str, str]) -> None:
    """Promises that no module is outside the picture in docs/architecture.md."""
    assert unmapped(grader_sources) == []


def test_the_picture_shows_every_layer_and_what_is_in_it() -> None:
    """Promises that docs/architecture.md draws the layers in this order, each with its modules."""
    drawing = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("```")[1]
    rows = ["ground", "readers and writers", "outside world", "checks", "story", "desk", "doors"]
    starts = [drawing.index(f"\n{row} ") for row in rows]
    assert starts == sorted(starts, reverse=True)
    ends = [drawing.index("= = ="), *starts]
    for module, number in LAYERS.items():
        drawn = re.findall(r"\w+", drawing[starts[number] : ends[number]])
        assert module == "grader" or module.removeprefix("grader.") in drawn, module


def test_imports_run_downwards(house: dict[str, str]) -> None:
    """Promises that no lower layer knows a higher one."""
    assert upward(house) == []


def test_there_are_no_circles(house: dict[str, str]) -> None:
    """Promises that every module can be read after those that it imports."""
    assert circles(house) == []


def test_each_library_has_one_door(house: dict[str, str]) -> None:
    """Promises that a library can be replaced in one place, and that none came in unnoticed."""
    assert second_doors(house) == []


def test_what_runs_behind_the_wall_starts_with_the_standard_library(house: dict[str, str]) -> None:
    """Promises that a box without numpy pays nothing for it, and that the unpacker needs nothing of ours."""
    assert early_libraries(house) == []


def test_nothing_is_imported_across_the_wall(house: dict[str, str]) -> None:
    """Promises that the engine runs none of the untrusted side, and that the proctor needs only what is sent."""
    assert crossings(house) == []


def test_the_ground_is_pure(grader_sources: dict[str, str]) -> None:
    """Promises that records and scoring do no I/O and know no clock."""
    assert impure(grader_sources) == []


def test_names_say_something(house: dict[str, str]) -> None:
    """Promises that there is no drawer for what nobody found a name for."""
    assert empty_names(house | sources("tests", "scripts")) == []


def test_no_file_names_this_machine() -> None:
    """Promises that a clone works elsewhere: no folder of this machine, no host of a package registry."""
    root = str(ROOT) if len(ROOT.parts) > 2 else ""
    assert of_one_machine(tracked(), root) == []


def test_the_bundle_is_what_the_proctor_imports(house: dict[str, str]) -> None:
    """Promises that what the proctor imports of the runner is what `grader/proctor/bundle.py` sends."""
    bundled = {
        f"sandbox.runner.{name}"
        for name in ("frames", "caps", "values", "arrays")
        if f'"{name}.py"' in house["grader.proctor.bundle"]
    }
    needed = {one.of for one in all_imports(house) if lies_in(one.by, INSIDE) and one.library == "sandbox"}
    assert needed <= bundled == WIRE


# --- the rules catch what they are for --------------------------------------------------------------------------------

BAD_HOUSES = [
    (unmapped, {"grader.attic": ""}, "no layer"),
    (upward, {"grader.model.report": "from grader import store", "grader.store": ""}, "imports grader.store"),
    (upward, {"grader.scoring": "def late():\n    import grader.cli.app\n"}, "imports grader.cli.app"),
    (circles, {"grader.a": "from grader import b", "grader.b": "def f():\n import grader.a"}, "grader.a -> grader.b"),
    (circles, {"grader.p.a": "from . import b", "grader.p.b": "from .a import x", "grader.p": ""}, "grader.p.b"),
    (second_doors, {"grader.pipeline": "import docker"}, "only grader.sandbox.docker"),
    (second_doors, {"grader.story": "def f():\n    from sklearn import metrics"}, "only grader.proctor.inside"),
    (second_doors, {"grader.cli": "import requests"}, "has no door"),
    (early_libraries, {"sandbox.runner.values": "import numpy"}, "imports numpy"),
    (early_libraries, {"grader.proctor.inside.data": "from pandas import DataFrame"}, "imports pandas"),
    (early_libraries, {"grader.proctor.inside.data": "import grader.errors"}, "imports grader.errors"),
    (early_libraries, {UNPACKER: "import grader.errors"}, "imports grader.errors"),
    (crossings, {"grader.proctor.inside.box": "from grader.model import Word"}, "not sent"),
    (crossings, {"grader.proctor.inside.box": "import sandbox.runner.serve"}, "not part of the wire"),
    (crossings, {"grader.wire": "from sandbox.runner import frames"}, "of the untrusted side"),
    (crossings, {"grader.checks.tests": "def f():\n    import grader.proctor.inside.judge"}, "runs the author's code"),
    (crossings, {"sandbox.runner.serve": "import grader"}, "of the engine"),
    (crossings, {UNPACKER: "def f():\n    import grader.model"}, "runs alone"),
    (impure, {"grader.scoring": "from datetime import datetime"}, "imports datetime"),
    (empty_names, {"grader.utils": ""}, "grader.utils"),
    (empty_names, {"grader.story": "class ReportManager: ..."}, "ReportManager"),
    (of_one_machine, {"a.md": "see /home/" + "ann/grader"}, "/home/"),
    (of_one_machine, {"a.txt": "--index-url x"}, "--index-url"),
    (of_one_machine, {"a.lock": "# https://" + "mirror.example.org/simple"}, "example.org"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "bad", "expected"), BAD_HOUSES, ids=lambda value: getattr(value, "__name__", None))
def test_each_rule_catches_a_bad_house(rule, bad: dict[str, str], expected: str) -> None:
    """Promises that the rules above are not green because they see nothing."""
    found = rule(bad)
    assert any(expected in sentence for sentence in found), found


GOOD_HOUSE = {
    "grader.model": "from __future__ import annotations\nfrom fractions import Fraction",
    "grader.pipeline": "from grader import store\nfrom datetime import datetime",
    "grader.store": "import pydantic\nfrom grader.model import Report",
    "grader.proctor.inside.data": "import pytest\nfrom sandbox.runner import frames\ndef f():\n    import pandas",
    "sandbox.runner.frames": "import json",
    "sandbox.runner": "",
    "sandbox.runner.serve": "from . import frames\nif TYPE_CHECKING:\n    import numpy",
}


@pytest.mark.parametrize("rule", [unmapped, upward, circles, second_doors, early_libraries, crossings, impure])
def test_no_rule_cries_wolf(rule) -> None:
    """Promises that an honest house passes."""
    house = {name: text for name, text in GOOD_HOUSE.items() if rule is not unmapped or name.startswith("grader")}
    assert rule(house) == []
