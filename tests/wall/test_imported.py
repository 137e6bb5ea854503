"""What a pack's reference imports is told as it is, not as boxes are prepared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.errors import AuthorError
from grader.model import Assignment, Criterion, Pack, Rubric, Static
from grader.proctor.bundle import prepare_box
from grader.proctor.imported import imported_by_reference
from grader.sandbox.docker import DockerSandbox
from grader.settings import resource

pytestmark = [pytest.mark.docker]

USES_NUMPY = b"import json\nfrom numpy import linalg\n\ndef length(xs):\n    return float(linalg.norm(xs))\n"
PACK = Pack(
    slug="imported",
    assignment=Assignment(title="I", skill="x", kind="module", files=("solution.py",), family="python-ml"),
    rubric=Rubric(
        points=1,
        pass_mark=1,
        criteria=(Criterion(id="c", title="C", points=1, checks=("s",)),),
        checks={"s": Static(kind="static", max_complexity=6)},
    ),
    brief="",
    starter={"solution.py": b"import numpy, pandas\n"},
    data={},
    hidden={},
    digest="sha256:pack",
    rubric_digest="sha256:rubric",
    reference={"solution.py": USES_NUMPY},
)


@pytest.fixture(scope="module")
def sandbox():
    return DockerSandbox(resource("sandbox"))


def test_tells_what_the_reference_imports(sandbox):
    """A library and its version; the standard library is none, nor is what boxes of the pack import ahead."""
    assert "pandas" in prepare_box(PACK)
    told = imported_by_reference(PACK, sandbox)
    assert list(told) == ["numpy"]
    assert told["numpy"].split(".")[0].isdecimal()


def test_tells_of_a_reference_without_libraries(sandbox):
    """A reference that imports the standard library only imports none."""
    assert imported_by_reference(replace(PACK, reference={"solution.py": b"import json\n"}), sandbox) == {}


def test_a_reference_that_cannot_be_loaded_is_the_authors(sandbox):
    """Who asks a reference that raises is told so, and whose it is."""
    with pytest.raises(AuthorError) as told:
        imported_by_reference(replace(PACK, reference={"solution.py": b"1 / 0\n"}), sandbox)
    assert "cannot be asked what it imports" in told.value.hidden


def test_a_reference_that_makes_its_answer_up_is_refused(sandbox):
    """What comes back is names and versions, or nothing is told."""
    liar = b"from grader_runner import libraries\nlibraries.imported = lambda: {'numpy': 2}\n"
    with pytest.raises(AuthorError) as told:
        imported_by_reference(replace(PACK, reference={"solution.py": liar}), sandbox)
    assert "does not say what it imports" in told.value.hidden
