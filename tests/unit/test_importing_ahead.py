"""What a learner's box imports before there is a submission."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader import catalog
from grader.proctor.bundle import prepare_box
from grader.settings import Settings, resource

ROOTS = Settings.from_environment([]).assignments
LIBRARIES = {
    "tensorflow.py": "try:\n    import matplotlib\nexcept ImportError:\n    print('absent')\n",
    "torch.py": "import matplotlib\n",
    "matplotlib.py": "print('imported')\n",
}
TRY = """
import sys
from sandbox.runner.prepare import prepare
prepare([sys.argv[1]])
print("there" if "matplotlib" in sys.modules else "forgotten")
import matplotlib
"""


@pytest.mark.parametrize(
    ("library", "said"), [("tensorflow", "absent forgotten imported"), ("torch", "imported there")]
)
def test_only_tensorflow_finds_matplotlib_absent_while_it_is_imported_ahead_and_not_for_ever(
    tmp_path: Path, library: str, said: str
) -> None:
    """Importing matplotlib makes a folder, and a prepared process has no place for one."""
    for name, source in LIBRARIES.items():
        (tmp_path / name).write_text(source)
    path = f"{tmp_path}:{resource('sandbox').parent}"
    ran = subprocess.run(
        [sys.executable, "-c", TRY, library], env={"PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == said.split()


@pytest.mark.parametrize(
    ("slug", "library", "imports"),
    [
        ("keras-basics", "tensorflow", True),
        ("leak-free-pipeline", "tensorflow", False),
        ("torch-loop", "torch._dynamo", True),
        ("onnx-export", "torch._dynamo", False),
    ],
)
def test_what_a_pack_names_is_imported_ahead(slug: str, library: str, *, imports: bool) -> None:
    """A pack on Keras has TensorFlow imported, and one that never names it has not; optimizers need a compiler."""
    assert (f"'{library}'" in prepare_box(catalog.load(slug, ROOTS))) is imports
