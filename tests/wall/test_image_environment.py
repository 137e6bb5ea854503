"""What an image says to its libraries by the environment is heard by a learner's code, in either tenancy."""

from __future__ import annotations

import pytest

from grader.canonical import digest_tree
from grader.errors import EngineError
from grader.keys import PUBLISHED_SECRET
from grader.model import Assignment, Criterion, Limits, Pack, Rubric, Submission, Tests
from grader.sandbox.choice import CELLS, named
from grader.story import grading

pytestmark = [pytest.mark.docker]

SAID = {"GRADIO_ANALYTICS_ENABLED": "False", "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false", "HF_HUB_OFFLINE": "1"}
SOLUTION = b"""
import os, subprocess, sys
AT_IMPORT = dict(os.environ)

def now(name):
    return os.environ.get(name)

def at_import(name):
    return AT_IMPORT.get(name)

def in_a_child(name):
    code = f"import os; print(os.environ.get({name!r}))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip()
"""
TESTS = f'''
SAID = {SAID!r}

def test_is_heard(submission):
    """Hears what the image says."""
    for name, value in SAID.items():
        assert (submission.now(name), submission.at_import(name), submission.in_a_child(name)) == (value,) * 3

def test_is_no_other(submission):
    """Hears nothing that nobody said."""
    assert submission.now("GRADIO_ANALYTICS") == None
'''.encode()


@pytest.mark.parametrize("tenancy", ["cell", "single"])
def test_what_an_image_says_is_heard(tenancy) -> None:
    """Promises that libraries do not ask who uses them, in a container of its own as in a cell."""
    files = {"solution.py": SOLUTION}
    pack = Pack(
        slug="environment",
        assignment=Assignment(
            title="E",
            skill="x",
            kind="module",
            files=("solution.py",),
            family="python-app",
            tenancy=tenancy,
            limits=Limits(cpu_seconds=5),
        ),
        rubric=Rubric(
            points=1,
            pass_mark=1,
            criteria=(Criterion(id="c", title="C", points=1, checks=("tests",)),),
            checks={"tests": Tests(kind="tests", files=("test_it.py",))},
        ),
        brief="",
        starter={},
        data={},
        hidden={"tests/test_it.py": TESTS},
        digest="sha256:pack",
        rubric_digest="sha256:rubric",
    )
    submission = Submission(files=files, digest=digest_tree(files))
    sandbox = named(CELLS if tenancy == "cell" else "docker")
    try:
        sandbox.image_id("python-app")
    except EngineError:
        pytest.skip("the image of python-app is not built here")
    try:
        graded = grading.grade(pack, submission, sandbox=sandbox, secret=PUBLISHED_SECRET, progress=lambda _check: None)
    finally:
        sandbox.close()
    items = graded.examined["tests"].verdict.items
    assert [str(item.outcome) for item in items] == ["PASSED"] * 2, [item.detail for item in items]
    assert graded.tenancy == tenancy
