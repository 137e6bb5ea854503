"""Models handed in as files: opened in boxes only, each in the right one, and never by the judge.

The first part needs no wall (`forked_sandbox`): a joblib file is a program, and runs where the learner's code runs. The
second reads ONNX and TensorFlow Lite, which needs the image family that has their libraries.
"""

from __future__ import annotations

import io
import os
import pickle
from fractions import Fraction

import joblib
import pytest
from forked_sandbox import ForkedSandbox

from grader.canonical import digest_tree
from grader.errors import EngineError
from grader.keys import PUBLISHED_SECRET
from grader.model import Assignment, Criterion, Limits, Pack, Rubric, Submission, Tests
from grader.sandbox.docker import DockerSandbox
from grader.settings import resource
from grader.story.grading import grade

CODE = """
from pathlib import Path

class Doubler:
    def predict(self, rows): return [2 * row for row in rows]

def write_model():
    import joblib
    joblib.dump(Doubler(), "made.joblib")

def write(word):
    Path("notes.txt").write_text(word)
    Path("model.onnx").write_bytes(b"no graph")
    return word
"""
TESTS = '''
import os
import pytest

def test_predicts(artefact):
    """Doubles."""
    assert artefact.predict("model.joblib", [1, 2, 3]) == [2, 4, 6]

def test_the_judge_opened_nothing(artefact):
    """What a file does when it is opened, it does in a box."""
    try:
        artefact.predict("model.joblib", [1])
    except BaseException:
        pass
    assert "OPENED_BY" not in os.environ

def test_lists_files(artefact):
    """Says which files there are."""
    made = artefact.made_by("write", "kept")
    assert made.files == {"notes.txt": 4, "model.onnx": 8}

def test_what_was_made_is_opened(artefact):
    """Predicts by a file that the learner's code has written."""
    assert artefact.made_by("write_model").predict("made.joblib", [5]) == [10]

def test_only_what_it_can_read(artefact):
    """Asks no file for what it cannot hold."""
    with pytest.raises(ValueError):
        artefact.predict("solution.py", [1])
    with pytest.raises(ValueError):
        artefact.run("model.joblib", {})

def test_wrong_name(artefact):
    """A file that is not there is the learner's fault."""
    artefact.predict("other.joblib", [1])
'''


class Opened:
    """Marks whoever opens it, then ends its process."""

    def __init__(self, end):
        self.end = end

    def __reduce__(self):
        done = "; os._exit(3)" if self.end else ""
        return exec, (f"import os; os.environ['OPENED_BY'] = str(os.getpid()){done}",)


def dumped(value) -> bytes:
    written = io.BytesIO()
    joblib.dump(value, written)
    return written.getvalue()


def of_the_learners() -> bytes:
    """A pickle of the learner's own class, as joblib writes one of a module called `solution`."""
    return b"\x80\x04\x8c\x08solution\x8c\x07Doubler\x93)\x81."


def examined(sandbox, files, tests, family="python-core", kind="artefact"):
    checks = {"files": Tests(kind="tests", files=("test_files.py",))}
    pack = Pack(
        slug="files",
        assignment=Assignment(
            title="F",
            skill="x/y",
            kind=kind,
            files=tuple(files),
            family=family,
            limits=Limits(cpu_seconds=10.0, wall_seconds=120.0, memory_mb=512),
        ),
        rubric=Rubric(
            points=Fraction(1),
            pass_mark=Fraction(1),
            criteria=(Criterion(id="c", title="C", points=Fraction(1), checks=("files",)),),
            checks=checks,
        ),
        brief="",
        starter={},
        data={},
        hidden={"tests/test_files.py": tests.encode()},
        digest="sha256:pack",
        rubric_digest="sha256:rubric",
    )
    submission = Submission(files=files, digest=digest_tree(files))
    graded = grade(pack, submission, sandbox=sandbox, secret=PUBLISHED_SECRET, progress=lambda _: None)
    return {
        item.id.rpartition("::")[2].removeprefix("test_"): str(item.outcome)
        for item in graded.examined["files"].verdict.items
    }


@pytest.fixture(scope="module")
def forked():
    opened = ForkedSandbox()
    yield opened
    opened.close()


def test_a_joblib_file_predicts(forked):
    """A model of the learner's own class is opened beside the learner's modules, and answers."""
    files = {"solution.py": CODE.encode(), "model.joblib": of_the_learners()}
    assert examined(forked, files, TESTS) == {
        "predicts": "PASSED",
        "the_judge_opened_nothing": "PASSED",
        "lists_files": "PASSED",
        "what_was_made_is_opened": "PASSED",
        "only_what_it_can_read": "FAILED",  # it asked no box
        "wrong_name": "RAISED",
    }


@pytest.mark.parametrize(("end", "outcome"), [(False, "RAISED"), (True, "CRASHED")])
def test_a_joblib_file_with_code_meets_its_maker_only(forked, end, outcome):
    """What it does when it is opened it does in the learner's box; ending that box is the learner's outcome."""
    given = examined(forked, {"model.joblib": dumped(Opened(end))}, TESTS.partition("def test_lists")[0])
    assert given["predicts"] == outcome
    assert given["the_judge_opened_nothing"] == ("CRASHED" if end else "PASSED")


def test_that_joblib_file_does_act_on_who_opens_it(monkeypatch):
    """The control: opened here, as a careless judge would, it marks this very process."""
    monkeypatch.delenv("OPENED_BY", raising=False)
    pickle.loads(pickle.dumps(Opened(end=False)))  # noqa: S301 - our own
    assert os.environ.pop("OPENED_BY") == str(os.getpid())


# --- graphs, in the family that can read them -------------------------------------------------------------------------

MAKE_GRAPHS = """
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from pathlib import Path

def saved(name, nodes, weights=(), given=(("x", ["n", 2]),), got=("y", ["n", 2]), **more):
    sides = [helper.make_tensor_value_info(side, TensorProto.FLOAT, shape) for side, shape in given]
    graph = helper.make_graph(nodes, name, sides, [helper.make_tensor_value_info(got[0], TensorProto.FLOAT, got[1])],
                              list(weights))
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    for tensor in proto.graph.initializer:
        if more.get("place"):
            tensor.ClearField("raw_data")
            tensor.data_location = TensorProto.EXTERNAL
            entry = tensor.external_data.add()
            entry.key, entry.value = "location", more["place"]
    Path(name).write_bytes(proto.SerializeToString())

def write():
    two = numpy_helper.from_array(np.full((1, 2), 2, "float32"), "two")
    saved("double.onnx", [helper.make_node("Mul", ["x", "two"], ["y"])], [two])
    saved("outside.onnx", [helper.make_node("Mul", ["x", "two"], ["y"])], [two], place="../../../etc/passwd")
    sides = numpy_helper.from_array(np.array([1 << 17, 1 << 17], "int64"), "sides")
    saved("bomb.onnx", [helper.make_node("ConstantOfShape", ["sides"], ["y"])], [sides], got=("y", ["a", "b"]))
    Path("text.onnx").write_text("no graph at all")
"""
GRAPHS = '''
import numpy as np
import pytest

@pytest.fixture
def made(artefact):
    return artefact.made_by("write")

X = np.array([[1, 2], [3, 4]], "float32")

def test_runs(made):
    """Doubles."""
    assert np.array_equal(made.run("double.onnx", {"x": X})["y"], 2 * X)

def test_facts(made):
    """Says what it is."""
    facts = made.facts("double.onnx")
    assert (facts["opset"], facts["operators"], facts["parameters"]) == ({"ai.onnx": 17}, {"Mul": 1}, 2)
    assert facts["inputs"] == {"x": {"type": "FLOAT", "shape": ["n", 2]}}
    assert (facts["external"], facts["problem"]) == ([], "")

def test_outside_is_told(made):
    """A file of somebody else's is named among the facts, and the checker objects."""
    facts = made.facts("outside.onnx")
    assert facts["external"] == ["../../../etc/passwd"]
    assert facts["problem"]

def test_outside(made):
    """Weights that lie outside."""
    made.run("outside.onnx", {"x": X})

def test_bomb(made):
    """Numbers without end."""
    made.run("bomb.onnx", {"x": X})

def test_text(made):
    """No graph."""
    made.facts("text.onnx")
'''


@pytest.mark.docker
def test_graphs_are_read_and_run_in_a_box_of_ours():
    """Facts and outputs come from the library; what breaks it, or leads out, is the learner's outcome."""
    sandbox = DockerSandbox(resource("sandbox"))
    try:
        sandbox.image_id("python-dl")
    except EngineError:
        pytest.skip("the image of python-dl is not built here")
    given = examined(sandbox, {"solution.py": MAKE_GRAPHS.encode()}, GRAPHS, family="python-dl", kind="module")
    assert given.pop("bomb") in {"OUT_OF_MEMORY", "RAISED", "CRASHED"}
    assert given == {
        "runs": "PASSED",
        "facts": "PASSED",
        "outside_is_told": "PASSED",
        "outside": "RAISED",
        "text": "RAISED",
    }
    assert sandbox.leftovers() == []
