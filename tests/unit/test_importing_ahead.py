"""What a learner's box imports before there is a submission."""

from __future__ import annotations

import subprocess
import sys

from grader import catalog
from grader.proctor.bundle import prepare_box
from grader.settings import Settings

ROOTS = Settings.from_environment([]).assignments
IMPORTER = """
import sys, types
def prepare(libraries):
    try:
        import matplotlib
    except ImportError:
        print("absent")
    print(*libraries)
sys.modules["grader_runner"], sys.modules["grader_runner.prepare"] = types.ModuleType("r"), types.ModuleType("p")
sys.modules["grader_runner.prepare"].prepare = prepare
sys.modules["matplotlib"] = types.ModuleType("matplotlib")
"""


def said(slug: str) -> list[str]:
    """Run what is run ahead, with an importer that tells whether it finds matplotlib, and what it is to import."""
    program = f"{IMPORTER}{prepare_box(catalog.load(slug, ROOTS))}\nprint('matplotlib' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()


def test_tensorflow_finds_matplotlib_absent_while_it_is_imported_ahead_and_not_for_ever():
    """Importing matplotlib makes a folder, and a prepared process has no place for one."""
    absent, libraries, hidden = said("keras-basics")
    assert absent == "absent"
    assert "tensorflow" in libraries.split()
    assert hidden == "False"  # nothing stands in its place: whoever imports it now gets it


def test_other_libraries_find_what_there_is():
    """Without TensorFlow nothing is hidden from anybody."""
    libraries, there = said("leak-free-pipeline")
    assert "tensorflow" not in libraries.split()
    assert there == "True"
